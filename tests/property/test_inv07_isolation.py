"""INV7: one bad record of N leaves N-1 read and N-1 delivered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.model.kind import Kind
from kam_connector.model.run import RunState
from kam_connector.model.staging import MirrorRow
from tests.factories.world import World, make_world

_REFS = [f"a{number}" for number in range(5)]


@settings(max_examples=6)
@given(bad=st.sets(st.sampled_from(_REFS), min_size=1, max_size=4))
def test_inv07_refused_records_block_no_other(bad: set[str]) -> None:
    """Whichever accounts the CRM refuses, all others are written, and each no is told."""
    world = make_world(accounts=5)
    for ref in bad:
        world.crm.refuse("account", ref)
    report = world.first_night()
    written = {ref for ref, row in world.crm.live("account").items() if row["kam_tier"]}
    assert written == set(_REFS) - bad
    assert len(report.refused) == len(bad)
    assert report.state is RunState.PARTIAL
    assert {one.ref for one in world.store.quarantined() if one.direction == "write"} == bad


def test_inv07_a_refused_record_is_written_when_the_crm_accepts_it() -> None:
    """The quarantine heals by itself: the next run tries again and clears it."""
    world = make_world(accounts=2)
    world.crm.refuse("account", "a0")
    world.first_night()
    world.crm.accept("account", "a0")
    world.advance()
    report = world.run()
    assert world.crm.values("account", "a0")["kam_tier"] == "A"
    assert (report.state, world.store.quarantined()) == (RunState.DONE, [])


def test_inv07_what_is_always_refused_is_left_after_five_times() -> None:
    """After five refusals a person must look: the record is asked no more."""
    world = make_world(accounts=1)
    world.crm.refuse("account", "a0")
    world.first_night()
    for _night in range(6):
        world.advance(timedelta(hours=1))
        world.run()
    (stuck,) = [one for one in world.store.quarantined() if one.direction == "write"]
    assert stuck.times == 5
    assert world.run().changes == ()


@pytest.mark.parametrize("bad", ["no-address", "a@b@c", "@"])
def test_inv07_a_value_that_cannot_be_read_keeps_the_rest_of_its_record(bad: str) -> None:
    """A malformed address is put aside; the contact's name and all other contacts arrive."""
    world = make_world(accounts=2)
    world.crm.edit("contact", "a0-x", {"email": bad, "name": "Zoe"})
    world.advance()
    report = world.preview()
    names = {row.values["name"]: row.values.get("email") for row in _contacts(world)}
    assert report.quarantined == 1
    assert len(names) == 4
    assert names["Zoe"] is None
    assert [(one.ref, one.field) for one in world.store.quarantined()] == [("a0-x", "email")]


def _contacts(world: World) -> list[MirrorRow]:
    return list(world.store.mirror_rows(Kind.CONTACT))


def test_inv07_an_unreadable_value_that_is_corrected_leaves_the_quarantine() -> None:
    """Corrected by a person, the value arrives and nothing waits any more."""
    world = make_world(accounts=1)
    world.crm.edit("contact", "a0-x", {"email": "wrong"})
    world.advance()
    world.preview()
    world.crm.edit("contact", "a0-x", {"email": "right@a0.test"})
    world.advance()
    world.preview()
    assert world.store.quarantined() == []


def test_inv07_a_deleted_record_is_told_and_blocks_no_other() -> None:
    """Deleted between preview and write: said once, the rest is written."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.crm.delete("account", "a0")
    report = world.approve(shown)
    assert world.crm.values("account", "a1")["kam_tier"] == "A"
    assert [line.split()[0] for line in report.refused] == ["KAM-3220"]
