"""Rails and weekly refreshes over whole runs."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from kam_connector.model.run import RunState
from kam_connector.sync.context import Rails
from tests.factories.world import World, make_world

_STRICT = Rails(quiet=timedelta(0), floor=2)
"""A floor for a programme of five accounts, so that a test need not make fifty."""


@pytest.fixture
def world() -> World:
    """Five accounts, written once under the usual rails."""
    world = make_world(accounts=5)
    world.first_night()
    world.advance()
    world.run()
    return world.with_(rails=_STRICT)


def _lose_all_renewals(world: World) -> None:
    for ref in world.crm.live("deal"):
        world.crm.edit("deal", ref, {"closed": True, "won": False})
    world.advance()


@pytest.mark.guarantee("G22")
def test_a_guard_holds_the_run_before_its_first_write(world: World) -> None:
    """A column about to empty on every record: held, with the field named, nothing written."""
    _lose_all_renewals(world)
    before = world.writes()
    report = world.run()
    assert report.state is RunState.HELD
    assert "KAM-5102" in {finding.code for finding in report.guards}
    assert world.writes() == before


def test_a_held_preview_is_written_once_a_person_says_so(world: World) -> None:
    """Rails ask; they do not forbid."""
    _lose_all_renewals(world)
    world.approve(world.run())
    assert {row["kam_next"] for row in world.crm.live("account").values()} == {None}


@pytest.mark.guarantee("G22")
def test_a_held_run_does_not_loosen_the_next_one(world: World) -> None:
    """What was held and never approved is held again."""
    _lose_all_renewals(world)
    world.run()
    world.advance()
    assert world.run().state is RunState.HELD


def test_a_quiet_week_refreshes_each_record_once_and_not_all_at_once() -> None:
    """The date of each account is renewed within seven days, spread by its id."""
    world = make_world(accounts=6)
    world.first_night()
    for ref in list(world.crm.live("meeting")):
        world.crm.delete("meeting", ref)
    world.advance()
    world.run()
    nights: Counter[str] = Counter()
    for night in range(7):
        world.advance(timedelta(days=1))
        before = world.writes()
        world.run()
        nights.update(_stamped(world, before, night))
    per_account = Counter(one.split("/")[1] for one in nights)
    assert set(per_account) == set(world.crm.live("account"))
    assert len({one.split("/")[0] for one in nights}) > 1


def _stamped(world: World, since: int, night: int) -> list[str]:
    return [
        f"{night}/{one.ref}" for one in world.crm.writes[since:] if "kam_as_of" in one.change.values
    ]
