"""A contact deleted in the CRM has left; one merged away has not."""

from __future__ import annotations

from datetime import timedelta

from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind
from kam_connector.model.signal import Signal, SignalKind
from tests.factories.world import NOW, World, make_world


def left(world: World) -> list[Signal]:
    """Who is said to have left."""
    return [one for one in world.store.signals() if one.kind is SignalKind.CONTACT_LEFT]


def after_a_day(world: World) -> None:
    """Let a night pass."""
    world.advance(timedelta(days=1))
    world.run()


def test_a_deleted_contact_with_a_tie_left_on_the_day_the_record_went() -> None:
    """The CRM's day, not the night's; nothing is written to the record any more."""
    world = make_world(accounts=1)
    world.first_night()
    world.crm.delete("contact", "a0-x")
    seen = world.writes()
    after_a_day(world)
    (signal,) = left(world)
    assert signal.contact_id == kam_id(Kind.CONTACT, "acme", "a0-x")
    assert f"the record was deleted on {NOW.date()}" in signal.summary
    assert "a0-x" not in {one.ref for one in world.crm.writes[seen:]}


def test_a_contact_merged_into_another_has_not_left() -> None:
    """Two records of one person became one: nobody went."""
    world = make_world(accounts=1)
    world.first_night()
    world.crm.merge("contact", "a0-x", "a0-y")
    after_a_day(world)
    assert left(world) == []


def test_a_restored_contact_is_back() -> None:
    """The record was put back: they are there again."""
    world = make_world(accounts=1)
    world.first_night()
    values = dict(world.crm.values("contact", "a0-x"))
    world.crm.delete("contact", "a0-x")
    after_a_day(world)
    world.crm.put("contact", "a0-x", values)
    after_a_day(world)
    assert left(world) == []
