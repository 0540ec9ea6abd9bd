"""A wrong clock: more than two minutes are told, more than five stop writes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kam_connector.errors import HeldError
from kam_connector.model.run import RunState
from kam_connector.sync.apply import apply_preview
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.world import World, make_world

pytestmark = pytest.mark.guarantee("G7")


class TellingCrm(MemoryCrm):
    """A CRM whose clock can be asked for, and differs from ours."""

    behind = timedelta(0)

    def tell_time(self) -> datetime | None:
        """Return its present time."""
        return self.now - self.behind


@pytest.fixture(name="world")
def _world() -> World:
    """Give a connection that has written before."""
    world = make_world(crm=TellingCrm())
    world.first_night()
    return world


def apart(world: World, seconds: float) -> None:
    """Set our clock ahead of the CRM's, by so much."""
    assert isinstance(world.crm, TellingCrm)
    world.crm.behind = timedelta(seconds=seconds)


def wrong(world: World) -> None:
    """Change something in the CRM that asks for a write, and go on to the next night."""
    world.advance(timedelta(days=8))


@pytest.mark.parametrize("seconds", [611, -611, 301])
def test_writes_stop_when_the_clocks_are_five_minutes_apart(world: World, seconds: float) -> None:
    """U17, TM24: the run reads and previews, is held, and says why."""
    wrong(world)
    before = world.writes()
    apart(world, seconds)
    report = world.run()
    assert (report.state, report.error_code) == (RunState.HELD, "KAM-5030")
    assert world.writes() == before
    assert any(f"{abs(seconds)} s" in note for note in report.notes)


@pytest.mark.parametrize("seconds", [121, -299])
def test_two_minutes_are_told_and_writing_goes_on(world: World, seconds: float) -> None:
    """A warning in time, before anything stops."""
    wrong(world)
    before = world.writes()
    apart(world, seconds)
    report = world.run()
    assert report.state is RunState.DONE
    assert world.writes() > before
    assert any("clock" in note for note in report.notes)


def test_a_clock_that_was_set_right_writes_again(world: World) -> None:
    """What was held is written the next time."""
    wrong(world)
    apart(world, 611)
    world.run()
    before = world.writes()
    apart(world, 0)
    assert world.run().state is RunState.DONE
    assert world.writes() > before


def test_an_approval_by_a_wrong_clock_is_refused() -> None:
    """Approving writes nothing either."""
    world = make_world(crm=TellingCrm())
    report = world.preview()
    world.enable()
    apart(world, 611)
    with pytest.raises(HeldError, match="611 s") as caught:
        apply_preview(world.ctx, report.preview_id or "")
    assert (caught.value.code, world.writes()) == ("KAM-5030", 0)


def test_an_undo_by_a_wrong_clock_is_refused(world: World) -> None:
    """Undo writes too; its dry run does not."""
    run = world.journal()[0].run_id
    apart(world, -400)
    with pytest.raises(HeldError, match="behind"):
        world.undo(run)
    assert world.undo(run, dry_run=True).run_id == run
