"""Archived, restored, merged and erased records over a served portal."""

from __future__ import annotations

import pytest

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Stream
from kam_sandbox.hubspot import lifecycle
from tests.factories.hubspot_portal import Portal, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

COMPANIES = make_source(Kind.ACCOUNT, "companies", "name")
CONTACTS = make_source(Kind.CONTACT, "contacts", "email")


def archived(portal: Portal, cursor: Cursor | None = None) -> list[tuple[str, bool]]:
    """Return what the archived listing tells of a window."""
    pages = pages_of(portal.crm(), COMPANIES, cursor=cursor, stream=Stream.ARCHIVED)
    return [(row.ref, row.deleted) for row in rows_of(pages)]


def test_archived_records_are_told_once_by_their_own_time(portal: Portal) -> None:
    """The listing shows the bin of 90 days each time; a window takes what came into it."""
    early, late = portal.add_many("companies", 2, "name")
    lifecycle.archive(portal.world, early, by="person")
    portal.later()
    middle = portal.world.clock.now()
    portal.later()
    lifecycle.archive(portal.world, late, by="person")
    portal.later()
    assert archived(portal) == [(early.id, True), (late.id, True)]
    assert archived(portal, Cursor(since=middle)) == [(late.id, True)]


def test_more_archived_records_than_a_page(portal: Portal) -> None:
    """The listing goes on behind the last id."""
    made = portal.add_many("companies", 130, "name")
    [lifecycle.archive(portal.world, one, by="person") for one in made]
    portal.later()
    assert len(archived(portal)) == 130
    assert portal.count("archived=True") == 2


def test_a_restored_record_comes_back_with_the_changes(portal: Portal) -> None:
    """It is in no bin any more, and lives."""
    one = portal.add("companies", name="Nord")
    lifecycle.archive(portal.world, one, by="person")
    portal.later()
    since = portal.world.clock.now()
    portal.later()
    lifecycle.restore(portal.world, one, by="person")
    portal.later()
    rows = rows_of(pages_of(portal.crm(), COMPANIES, cursor=Cursor(since=since)))
    assert [(row.ref, row.deleted) for row in rows] == [(one.id, False)]
    assert archived(portal) == []


def test_a_merge_names_all_it_absorbed(portal: Portal) -> None:
    """A chain of merges: each old id is an alias of the last record."""
    first, second, third = portal.add_many("companies", 3, "name")
    since = portal.world.clock.now()
    portal.later()
    between = lifecycle.merge(portal.world, first, second, by="person")
    last = lifecycle.merge(portal.world, third, between, by="person")
    portal.later()
    (row,) = rows_of(pages_of(portal.crm(), COMPANIES, cursor=Cursor(since=since)))
    assert row.ref == last.id
    assert set(row.absorbed) == {first.id, second.id, third.id, between.id}


def test_merged_records_are_in_no_bin(portal: Portal) -> None:
    """Their only trace is the survivor's list."""
    first, second = portal.add_many("companies", 2, "name")
    lifecycle.merge(portal.world, first, second, by="person")
    portal.later()
    assert archived(portal) == []


def test_an_old_id_reads_as_the_survivor(portal: Portal) -> None:
    """Through the chain; what is archived, erased or unknown is absent."""
    first, second, third, gone = portal.add_many("contacts", 4, "email")
    between = lifecycle.merge(portal.world, first, second, by="person")
    last = lifecycle.merge(portal.world, third, between, by="person")
    lifecycle.forget(portal.world, gone)
    found = portal.crm().read(CONTACTS, [first.id, between.id, gone.id, "99999999", "no id"])
    assert {ref: row.ref for ref, row in found.items()} == {first.id: last.id, between.id: last.id}


def test_a_survivor_that_names_nobody_is_found_by_asking(portal: Portal) -> None:
    """An older merge left no list: the single read says which id it has now."""
    first, second = portal.add_many("contacts", 2, "email")
    last = lifecycle.merge(portal.world, first, second, by="person")
    last.fields["hs_merged_object_ids"] = ""
    found = portal.crm().read(CONTACTS, [first.id, "99999999"])
    assert {ref: row.ref for ref, row in found.items()} == {first.id: last.id}


def test_known_records_cost_a_call_per_hundred(portal: Portal) -> None:
    """Two hundred and one ids: three batches."""
    refs = [one.id for one in portal.add_many("companies", 201, "name")]
    assert sorted(portal.crm().read(COMPANIES, refs)) == sorted(refs)
    assert portal.count("/companies/batch/read") == 3


def test_an_erased_person_is_nowhere(portal: Portal) -> None:
    """Neither listed, nor searched, nor in the bin: only comparing ids tells."""
    one = portal.add("contacts", email="ana@acme.example")
    since = portal.world.clock.now()
    portal.later()
    lifecycle.forget(portal.world, one)
    portal.later()
    crm = portal.crm()
    assert rows_of(pages_of(crm, CONTACTS)) == []
    assert rows_of(pages_of(crm, CONTACTS, cursor=Cursor(since=since))) == []
    assert rows_of(pages_of(crm, CONTACTS, stream=Stream.ARCHIVED)) == []
    assert crm.read(CONTACTS, [one.id]) == {}
