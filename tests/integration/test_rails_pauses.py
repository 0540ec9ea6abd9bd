"""Fields that rest: paused by a person, argued about, written today already."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam_connector.model.rails import PausedField
from tests.factories.world import NOW, World, make_world
from tests.guarantees import Figures

DAY = timedelta(days=1)


def make_pause(**more: str) -> PausedField:
    """Return what ``kam writes pause kam_tier`` keeps."""
    given = {"connection": "acme", "object": "account", "field": "kam_tier", "reason": "a test"}
    given |= {"code": "KAM-5108", "said_by": "Ada", **more}
    return PausedField(at=NOW, **given)  # type: ignore[arg-type]  # texts all


def argue(world: World, nights: int, theirs: str = "Z") -> int:
    """Let another program set the tier each day before our run; return our writes of it."""
    before = world.writes()
    for _ in range(nights):
        world.crm.edit("account", "a0", {"kam_tier": theirs})
        world.advance(DAY)
        world.run()
    return sum("kam_tier" in one.change.values for one in world.crm.writes[before:])


@pytest.mark.guarantee("G9")
def test_two_programs_that_argue_end_after_one_correction(figure: Figures) -> None:
    """Ten nights long another program sets its own value: one correction, then the field rests."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance(DAY)
    written = argue(world, nights=10)
    (paused,) = world.store.paused_fields("acme")
    assert (paused.ref, paused.field, paused.code) == ("a0", "kam_tier", "KAM-5106")
    assert world.crm.values("account", "a0")["kam_tier"] == "Z"
    figure("G9", f"10 nights against another program: {written} write of the field, then it rests",
           met=written == 1)  # fmt: skip


def test_a_resumed_field_is_written_again() -> None:
    """The other program was turned off: a person lets ours write, and it stays."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance(DAY)
    argue(world, nights=4)
    world.store.resume_fields(world.store.paused_fields("acme"))
    world.advance(timedelta(days=8))
    world.run()
    assert world.crm.values("account", "a0")["kam_tier"] == "A"


def test_a_paused_field_waits_in_no_outbox() -> None:
    """Paused between approval and delivery: the field stays, the rest of the record goes."""
    world = make_world(accounts=1)
    shown = world.preview()
    world.enable()
    world.store.pause_fields([make_pause()])
    world.approve(shown)
    row = world.crm.values("account", "a0")
    assert row["kam_tier"] is None
    assert row["kam_risk"] is not None


def test_a_pause_of_one_record_spares_that_one_only() -> None:
    """``--record``: the others are written."""
    world = make_world(accounts=2)
    world.store.pause_fields([make_pause(ref="a1")])
    report = world.first_night()
    assert [world.crm.values("account", ref)["kam_tier"] for ref in ("a0", "a1")] == ["A", None]
    assert any("account.kam_tier is paused on Company a1" in note for note in report.notes)


def test_a_value_taken_away_is_not_written_twice_a_day() -> None:
    """Somebody sets another one: ours comes again tomorrow, not before."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance()
    world.crm.edit("account", "a0", {"kam_tier": "Z"})
    world.advance()
    same_day = world.run()
    assert any("KAM-5107" in note for note in same_day.notes)
    assert world.crm.values("account", "a0")["kam_tier"] == "Z"
    world.advance(DAY)
    world.run()
    assert world.crm.values("account", "a0")["kam_tier"] == "A"


def test_the_old_value_put_back_by_hand_is_respected_at_once() -> None:
    """What stood there before our first write stands there again: that was meant."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance(DAY)
    assert argue(world, nights=2, theirs="") == 0
    assert [one.code for one in world.store.paused_fields("acme")] == ["KAM-5106"]
