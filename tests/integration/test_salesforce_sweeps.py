"""The shipped mapping over a served Salesforce org: what its increments do not show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kam_connector.mapping import parse_mapping, pull_sources, shipped_mapping_path
from kam_connector.model.pull import Cursor, PullSource, Stream
from kam_connector.model.settings import Secret
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.records import Record
from kam_sandbox.salesforce import lifecycle
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.factories.served_night import WEEK_S, Night, pulled_once

pytestmark = pytest.mark.enable_socket


OBJECTS = ("Account", "Contact", "Opportunity", "Event")


@pytest.fixture
def night() -> Iterator[Night]:
    """Give a small org that was pulled once, with a roll-up in its mapping."""
    text = shipped_mapping_path("salesforce").read_text(encoding="utf-8")
    name = 'name     = { from = "Name", required = true }'
    rolled = 'pipeline = { from = "Open_Pipeline__c", type = "number" }'
    assert name in text
    mapping = parse_mapping(text.replace(name, f"{name}\n{rolled}", 1), name="sf.toml")
    world = build_world(clock=WorldClock(), scale=0.05)
    with running(world) as addresses:
        table = {"endpoint": addresses.salesforce, "client_id": "sandbox"}
        given = {**table, "client_secret": Secret("sandbox")}
        with pulled_once(world, SalesforceCrm, mapping, given, objects=OBJECTS) as made:
            yield made


def first(night: Night, object_: str) -> Record:
    """Return a record of the org."""
    return next(iter(night.world.salesforce.all(object_)))


def test_a_roll_up_is_read_again_by_the_weekly_sweep(night: Night) -> None:
    """A deal grew: its account's roll-up did too, and the account's timestamp did not."""
    deal = next(
        one for one in night.world.salesforce.all("Opportunity") if not one.fields.get("IsClosed")
    )
    account = night.world.salesforce.get("Account", deal.fields["AccountId"])
    assert account is not None
    before = night.image("account:Account", account)
    deal.fields["Amount"] = float(deal.fields["Amount"] or 0) + 123_456
    night.later()
    night.pull()
    assert night.image("account:Account", account) == before
    night.later(WEEK_S)
    night.pull()
    after = night.image("account:Account", account)
    assert after.modified_at == before.modified_at
    assert {name for name in after.values if after.values[name] != before.values[name]} == {
        "Open_Pipeline__c"
    }


def test_children_of_a_merged_account_are_read_again(night: Night) -> None:
    """The org turned them to the winner without a new SystemModstamp."""
    records = night.world.salesforce
    contact = first(night, "Contact")
    loser = records.get("Account", contact.fields["AccountId"])
    assert loser is not None
    winner = next(one for one in records.all("Account") if one.id != loser.id)
    before = night.image("contact:Contact", contact)
    lifecycle.merge(records, loser=loser, winner=winner, by="person")
    night.later()
    night.pull()
    after = night.image("contact:Contact", contact)
    assert (before.values["AccountId"], after.values["AccountId"]) == (loser.id, winner.id)
    assert after.modified_at == before.modified_at


def test_a_person_uninvited_falls_out_of_the_meeting(night: Night) -> None:
    """The relation row is past any bin, and the event's own timestamp stands."""
    records = night.world.salesforce
    row = next(
        one
        for one in records.all("EventRelation")
        if one.fields["RelationId"].startswith("003")
        and records.get("Event", one.fields["EventId"]).fields.get("WhoId")  # type: ignore[union-attr]
        != one.fields["RelationId"]
    )
    event = records.get("Event", row.fields["EventId"])
    assert event is not None
    assert row.fields["RelationId"] in str(night.image("activity:Event", event).values)
    lifecycle.delete(records, row, by="person")
    night.later()
    night.pull()
    assert row.fields["RelationId"] not in str(night.image("activity:Event", event).values)


def _since(night: Night, stream: Stream, source: PullSource, days: int) -> None:
    since = night.ctx.crm.identity().now - timedelta(days=days)
    night.ctx.store.stage("crm", source, stream, [], Cursor(since=since))


def test_after_a_long_sleep_hard_deletes_are_found_by_comparing_ids(night: Night) -> None:
    """Purged long ago, no log tells of it any more; the same run compares, and says so."""
    record = first(night, "Contact")
    lifecycle.purge(night.world.salesforce, record, by="person")
    night.later(timedelta(days=20).total_seconds())
    sources = {one.name: one for one in pull_sources(night.ctx.mapping)}
    _since(night, Stream.SWEEP, sources["contact:Contact"], days=1)
    _since(night, Stream.ARCHIVED, sources["contact:Contact"], days=20)
    pulled = night.pull()
    assert night.image("contact:Contact", record).deleted
    assert any("Contact: " in note and "compared" in note for note in pulled.notes)
