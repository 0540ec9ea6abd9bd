"""Listings and windows over a served portal: nothing twice, nothing lost, few calls."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, PullRequest, Stream
from tests.factories.hubspot_portal import Portal, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

COMPANIES = make_source(Kind.ACCOUNT, "companies", "name")
CAP = 10_000
"""Results that one search shows (vendor's search page)."""


def test_a_backfill_asks_for_hundreds_and_their_links_by_the_thousand(portal: Portal) -> None:
    """Twelve pages and two association reads for 1,150 records: the arithmetic minimum."""
    made = [portal.add("contacts", lastname=f"Roy {number}").id for number in range(1150)]
    source = make_source(Kind.CONTACT, "contacts", "lastname", virtual=("@labels.companies",))
    pages = pages_of(portal.crm(), source)
    assert [row.ref for row in rows_of(pages)] == sorted(made, key=int)
    assert portal.count("GET /crm/objects/2026-09/contacts?") == 12
    assert portal.count("/contacts/companies/batch/read") == 2


def test_a_backfill_goes_on_where_it_stood(portal: Portal) -> None:
    """A run that was stopped after a page begins behind its last id."""
    portal.add_many("companies", 30, "name")
    crm = portal.crm()
    first = pages_of(crm, COMPANIES, size=10)[0]
    rest = pages_of(crm, COMPANIES, size=10, cursor=first.next_cursor)
    refs = [row.ref for page in (first, *rest) for row in page.rows]
    assert len(refs) == len(set(refs)) == 30


def test_what_changes_during_a_backfill_is_in_the_next_window(portal: Portal) -> None:
    """The window behind the backfill begins before its first call."""
    made = portal.add_many("companies", 20, "name")
    crm = portal.crm()
    pull = iter(crm.pull(PullRequest(source=COMPANIES, page_size=10)))
    next(pull)
    portal.later(5)
    portal.world.hubspot.update(made[0], {"name": "Renamed"}, by="person")
    cursor = list(pull)[-1].next_cursor
    portal.later()
    rows = rows_of(pages_of(crm, COMPANIES, cursor=cursor))
    assert {row.ref: row.values["name"] for row in rows}[made[0].id] == "Renamed"


def test_more_rows_in_one_millisecond_than_a_search_shows(portal: Portal) -> None:
    """Ten thousand and more of one import: paged by id, no offset reaches the cap."""
    start = portal.world.clock.now()
    portal.later()
    at = portal.world.clock.now()
    made = [portal.add("companies", at=at, name="Nord").id for _ in range(CAP + 150)]
    portal.later()
    rows = rows_of(pages_of(portal.crm(), COMPANIES, cursor=Cursor(since=start)))
    assert len({row.modified_at for row in rows}) == 1
    assert [row.ref for row in rows] == sorted(made, key=int)
    assert portal.count("/companies/search") == 51


def test_a_full_last_page_needs_no_further_search(portal: Portal) -> None:
    """The total says that nothing follows."""
    start = portal.world.clock.now()
    portal.later()
    portal.add_many("companies", 200, "name")
    portal.later()
    assert len(rows_of(pages_of(portal.crm(), COMPANIES, cursor=Cursor(since=start)))) == 200
    assert portal.count("/companies/search") == 1


def test_what_the_index_shows_late_is_waited_for(portal: Portal) -> None:
    """INV1: a row written a moment ago is left to a later window, not skipped by this one."""
    source = make_source(Kind.ACCOUNT, "companies", "name", settle=timedelta(hours=1))
    crm, start = portal.crm(), portal.world.clock.now()
    portal.fault("late_visible", seconds=1800)
    portal.later(4000)
    made = portal.add("companies", name="Late")
    first = pages_of(crm, source, cursor=Cursor(since=start))
    portal.later(4000)
    second = pages_of(crm, source, cursor=first[-1].next_cursor)
    assert rows_of(first) == []
    assert [row.ref for row in rows_of(second)] == [made.id]


@pytest.mark.parametrize("named", ["lastmodifieddate", "hs_lastmodifieddate"])
@pytest.mark.parametrize(
    ("kind", "object_", "field"),
    [(Kind.CONTACT, "contacts", "lastname"), (Kind.ACCOUNT, "companies", "name")],
)
def test_each_object_has_its_own_timestamp(
    portal: Portal, kind: Kind, object_: str, field: str, named: str
) -> None:
    """Contacts name it otherwise; a mapping that takes the wrong one is read all the same."""
    start = portal.world.clock.now()
    portal.later()
    made = portal.add(object_, **{field: "Nord"})
    portal.later()
    source = make_source(kind, object_, field, cursor_field=named)
    rows = rows_of(pages_of(portal.crm(), source, cursor=Cursor(since=start)))
    assert [(row.ref, row.modified_at[:16]) for row in rows] == [(made.id, "2026-11-21T06:01")]


@pytest.mark.parametrize("since", [None, "start"], ids=["listed", "searched"])
def test_records_with_hundreds_of_properties_come_whole(portal: Portal, since: str | None) -> None:
    """Names too long for an address or a search go into a batch read of a hundred."""
    start = portal.world.clock.now()
    portal.later()
    crm = portal.crm()
    names = [f"long_name_of_a_property_of_this_portal_{number}" for number in range(150)]
    portal.later()
    _define(portal, names)
    portal.add_many("companies", 120, "name", **dict.fromkeys(names, "x"))
    portal.later()
    wide = make_source(Kind.ACCOUNT, "companies", "name", *names)
    cursor = Cursor(since=start) if since else None
    rows = rows_of(pages_of(crm, wide, cursor=cursor))
    assert [row.values["name"] for row in rows] == [f"Nord {number}" for number in range(120)]
    assert all(row.values[name] == "x" for row in rows for name in names)
    assert portal.count("/companies/batch/read") == 2
    assert max(len(line) for line in portal.asked) < 7000


def test_an_address_too_long_for_this_portal_is_shortened(portal: Portal) -> None:
    """414: the listing names less, from then on, and the rest is read by id."""
    made = [portal.add("companies", name=f"Nord {number}").id for number in range(150)]
    portal.fault(
        "status", status=414, body="<html>Request-URI Too Long</html>", match="properties=city"
    )
    source = make_source(Kind.ACCOUNT, "companies", "city", "name")
    rows = rows_of(pages_of(portal.crm(), source))
    assert [row.ref for row in rows] == made
    assert {row.values["name"] for row in rows} == {f"Nord {number}" for number in range(150)}
    assert portal.count("properties=city") == 1
    assert portal.count("/companies/batch/read") == 2


def test_archived_records_of_a_wide_source_are_told_apart(portal: Portal) -> None:
    """Whether a binned task carries our key is asked, however many properties are read."""
    crm = portal.crm()
    names = [name for name in crm.describe("tasks").fields if name != "kam_key"]
    source = make_source(Kind.TASK, "tasks", "kam_key", *names, only_with="kam_key")
    ours = portal.add("tasks", hs_task_subject="Call", kam_key="act_1")
    theirs = portal.add("tasks", hs_task_subject="Lunch")
    portal.world.hubspot.delete(ours, by="person")
    portal.world.hubspot.delete(theirs, by="person")
    portal.later()
    rows = rows_of(pages_of(crm, source, stream=Stream.ARCHIVED))
    assert [(row.ref, row.deleted) for row in rows] == [(ours.id, True)]


def _define(portal: Portal, names: list[str]) -> None:
    client = portal.crm()._client
    inputs = [
        {"name": n, "label": n, "type": "string", "fieldType": "text", "groupName": "kam"}
        for n in names
    ]
    for start in range(0, len(inputs), 100):
        client.create_properties("companies", inputs[start : start + 100])
