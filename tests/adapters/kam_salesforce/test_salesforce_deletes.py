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


def test_after_a_long_pause_every_id_is_to_be_compared(org: Org) -> None:
    """Salesforce's log reaches back fifteen days: what it tells is taken, the rest is a gap."""
    record = next(iter(org.world.salesforce.all("Contact")))
    lifecycle.purge(org.world.salesforce, record, by="person")
    org.world.clock.advance(60)
    long_ago = org.world.clock.now() - timedelta(days=45)
    (page,) = pages_of(org.crm(), CONTACTS, cursor=Cursor(since=long_ago), stream=Stream.ARCHIVED)
    assert (page.gap, page.complete) == (True, True)
    assert "compared" in page.notes[0]
    assert record.id in {row.ref for row in page.rows}


def test_a_short_pause_leaves_no_gap(org: Org) -> None:
    """Ten days are told whole."""
    since = org.world.clock.now() - timedelta(days=10)
    (page,) = pages_of(org.crm(), CONTACTS, cursor=Cursor(since=since), stream=Stream.ARCHIVED)
    assert (page.gap, page.notes) == (False, ())


@pytest.mark.parametrize(("refusals", "gap"), [(2, False), (40, True)])
def test_a_log_that_holds_too_much_is_read_in_parts(org: Org, refusals: int, gap: bool) -> None:
    """EXCEEDED_ID_LIMIT: the window is halved; what never answers is a gap, not an end."""
    body = [{"errorCode": "EXCEEDED_ID_LIMIT", "message": "more than 600000 ids"}]
    org.fault("status", status=400, match="Contact/deleted", body=body, times=refusals)
    since = org.world.clock.now() - timedelta(hours=16)
    (page,) = pages_of(org.crm(), CONTACTS, cursor=Cursor(since=since), stream=Stream.ARCHIVED)
    assert page.gap is gap


def test_a_log_that_was_purged_is_noticed(org: Org) -> None:
    """The answer itself says from when on it is complete."""
    now = org.world.clock.now()
    said = {
        "deletedRecords": [],
        "earliestDateAvailable": now.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "latestDateCovered": now.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    }
    org.fault("status", status=200, match="Contact/deleted", body=said)
    since = Cursor(since=now - timedelta(hours=1))
    (page,) = pages_of(org.crm(), CONTACTS, cursor=since, stream=Stream.ARCHIVED)
    assert page.gap


def test_objects_without_deletes_cost_no_call(org: Org) -> None:
    """Users are never deleted."""
    users = make_source(Kind.USER, "User", "Name")
    since = Cursor(since=org.world.clock.now() - timedelta(days=1))
    assert rows_of(pages_of(org.crm(), users, cursor=since, stream=Stream.ARCHIVED)) == []
    assert org.count("/deleted") == 0
