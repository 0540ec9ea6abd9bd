"""Who took part changes beside the activity, whose own timestamp may stand still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Stream
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.records import Record
from kam_sandbox.salesforce import lifecycle
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

PEOPLE = ("@relations",)
EVENTS = make_source(Kind.ACTIVITY, "Event", "StartDateTime", virtual=PEOPLE)
MAILS = make_source(Kind.ACTIVITY, "EmailMessage", "MessageDate", virtual=PEOPLE)
TASKS = make_source(Kind.ACTIVITY, "Task", "Subject", virtual=PEOPLE)


@pytest.fixture
def shared() -> Iterator[Org]:
    """Serve an org of its own, with Shared Activities."""
    world = build_world(clock=WorldClock(), scale=0.05, features=("shared_activities",))
    with running(world) as addresses:
        org = Org(world=world, address=addresses.salesforce)
        yield org
        for crm in org.opened:
            crm.close()


def _cursor(crm: SalesforceCrm, org: Org, source: object = EVENTS) -> Cursor:
    org.world.clock.advance(3600)
    cursor = pages_of(crm, source, stream=Stream.ARCHIVED)[-1].next_cursor  # type: ignore[arg-type]
    org.world.clock.advance(60)
    return cursor


def _invited(org: Org) -> tuple[Record, Record]:
    """Return a relation row of an event that names a contact, and its event."""
    events = org.world.salesforce
    row = next(
        row for row in events.all("EventRelation") if row.fields["RelationId"].startswith("003")
    )
    event = events.get("Event", row.fields["EventId"])
    assert event is not None
    return row, event


def test_the_image_keeps_the_ids_of_relation_rows(shared: Org) -> None:
    """Only they tell later whose row has gone; the people stay as they were."""
    row, event = _invited(shared)
    rows = {one.ref: one for one in rows_of(pages_of(shared.crm(), EVENTS))}
    people = rows[event.id].values["@relations"]
    assert isinstance(people, list)
    named = [
        one for one in people if isinstance(one, dict) and one["ref"] == row.fields["RelationId"]
    ]
    assert [row.id in one["rows"] for one in named] == [True]


def test_a_relation_row_that_goes_is_told_as_a_lost_link(shared: Org) -> None:
    """Deleted relation rows skip the bin; getDeleted tells their ids, once."""
    crm = shared.crm()
    cursor = _cursor(crm, shared)
    row, event = _invited(shared)
    before = event.modified_at
    lifecycle.delete(shared.world.salesforce, row, by="person")
    shared.world.clock.advance(120)
    page = pages_of(crm, EVENTS, cursor=cursor, stream=Stream.ARCHIVED)[-1]
    assert (page.lost_links, event.modified_at) == ({row.id}, before)
    shared.world.clock.advance(180)
    again = pages_of(crm, EVENTS, cursor=page.next_cursor, stream=Stream.ARCHIVED)
    assert [one.lost_links for one in again] == [frozenset()]


def test_a_person_invited_later_comes_with_the_relation_row(shared: Org) -> None:
    """The meeting itself did not change: its relation row did, and it is read anew."""
    crm = shared.crm()
    cursor = _cursor(crm, shared)
    _, event = _invited(shared)
    contact = list(shared.world.salesforce.all("Contact"))[-1]
    invited = {"EventId": event.id, "RelationId": contact.id, "IsWhat": False}
    shared.world.salesforce.insert("EventRelation", invited, by="person")
    shared.world.clock.advance(120)
    rows = rows_of(pages_of(crm, EVENTS, cursor=cursor, stream=Stream.ARCHIVED))
    assert [one.ref for one in rows] == [event.id]
    assert contact.id in str(rows[0].values["@relations"])


def test_many_changes_beside_come_in_pages(shared: Org) -> None:
    """Each activity at least once, however small the page; the cursor moves on."""
    crm = shared.crm()
    cursor = _cursor(crm, shared)
    events = list(shared.world.salesforce.all("Event"))[:7]
    contact = list(shared.world.salesforce.all("Contact"))[-1]
    for event in events:
        row = {"EventId": event.id, "RelationId": contact.id, "IsWhat": False}
        shared.world.salesforce.insert("EventRelation", row, by="person")
    shared.world.clock.advance(120)
    pages = pages_of(crm, EVENTS, cursor=cursor, stream=Stream.ARCHIVED, size=2)
    assert {row.ref for row in rows_of(pages)} == {event.id for event in events}
    assert len(pages) == 4


def test_what_changed_itself_is_left_to_the_changes(shared: Org) -> None:
    """A new meeting and its relations are read once, not twice."""
    crm = shared.crm()
    cursor = _cursor(crm, shared)
    _, event = _invited(shared)
    contact = list(shared.world.salesforce.all("Contact"))[-1]
    row = {"EventId": event.id, "RelationId": contact.id, "IsWhat": False}
    shared.world.salesforce.insert("EventRelation", row, by="person")
    shared.world.salesforce.update(event, {}, by="person")
    shared.world.clock.advance(120)
    assert rows_of(pages_of(crm, EVENTS, cursor=cursor, stream=Stream.ARCHIVED)) == []


def test_a_relation_of_a_mail_that_goes_to_the_bin_is_seen_there(shared: Org) -> None:
    """EmailMessageRelation has a bin: the mail is read anew, without that person."""
    crm = shared.crm()
    cursor = _cursor(crm, shared, MAILS)
    records = shared.world.salesforce
    row = next(iter(records.all("EmailMessageRelation")))
    lifecycle.delete(records, row, by="person")
    shared.world.clock.advance(120)
    pages = pages_of(crm, MAILS, cursor=cursor, stream=Stream.ARCHIVED)
    (mail,) = rows_of(pages)
    assert mail.ref == row.fields["EmailMessageId"]
    assert [page.lost_links for page in pages] == [frozenset()]


def test_tasks_without_shared_activities_cost_no_call_for_relations(org: Org) -> None:
    """TaskRelation does not exist there, and nobody asks for its log."""
    crm = org.crm()
    pages_of(crm, TASKS)
    cursor = _cursor(crm, org, TASKS)
    del org.asked[:]
    pages_of(crm, TASKS, cursor=cursor, stream=Stream.ARCHIVED)
    assert org.count("FROM%20TaskRelation") + org.count("FROM+TaskRelation") == 0
