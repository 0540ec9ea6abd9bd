"""What queryAll does not show any more is told by getDeleted, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Stream
from kam_sandbox.salesforce import lifecycle
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

CONTACTS = make_source(Kind.CONTACT, "Contact", "LastName")


def test_a_hard_delete_is_told_once(org: Org) -> None:
    """Past the bin there is no row to query; its id and the date are enough."""
    crm = org.crm()
    archived = pages_of(crm, CONTACTS, stream=Stream.ARCHIVED)[-1].next_cursor
    record = next(iter(org.world.salesforce.all("Contact")))
    lifecycle.purge(org.world.salesforce, record, by="person")
    org.world.clock.advance(120)
    pages = pages_of(crm, CONTACTS, cursor=archived, stream=Stream.ARCHIVED)
    assert [(r.ref, r.deleted, r.values) for r in rows_of(pages)] == [(record.id, True, {})]
    org.world.clock.advance(180)
    again = pages_of(crm, CONTACTS, cursor=pages[-1].next_cursor, stream=Stream.ARCHIVED)
    assert rows_of(again) == []


def test_what_is_in_the_bin_comes_with_the_changes(org: Org) -> None:
    """No deletion is told twice."""
    crm = org.crm()
    archived = pages_of(crm, CONTACTS, stream=Stream.ARCHIVED)[-1].next_cursor
    changes = pages_of(crm, CONTACTS)[-1].next_cursor
    org.world.clock.advance(2)
    record = next(iter(org.world.salesforce.all("Contact")))
    org.world.salesforce.delete(record, by="person")
    org.world.clock.advance(120)
    assert rows_of(pages_of(crm, CONTACTS, cursor=archived, stream=Stream.ARCHIVED)) == []
    told = rows_of(pages_of(crm, CONTACTS, cursor=changes))
    assert [(r.ref, r.deleted) for r in told] == [(record.id, True)]


def test_a_long_pause_is_said(org: Org) -> None:
    """Salesforce remembers thirty days; what went before needs a sweep, and that is a note."""
    long_ago = org.world.clock.now() - timedelta(days=45)
    pages = pages_of(org.crm(), CONTACTS, cursor=Cursor(since=long_ago), stream=Stream.ARCHIVED)
    assert "sweep" in pages[-1].notes[0]
    assert pages[-1].complete


def test_objects_without_deletes_cost_no_call(org: Org) -> None:
    """Users are never deleted."""
    users = make_source(Kind.USER, "User", "Name")
    since = Cursor(since=org.world.clock.now() - timedelta(days=1))
    assert rows_of(pages_of(org.crm(), users, cursor=since, stream=Stream.ARCHIVED)) == []
    assert org.count("/deleted") == 0
