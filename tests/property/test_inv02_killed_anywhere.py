"""INV2 and INV3: killed at any write of the store or the CRM, the next run ends the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from kam_connector.model.preview import PreviewState
from kam_connector.model.run import RunState
from kam_connector.sync.apply import apply_preview
from tests.factories.crash import Fuse, Killed, Replay, dying
from tests.factories.world import World, put_account, put_people


def _ready(world: World) -> None:
    world.preview()
    world.enable()


def _approve(world: World) -> None:
    (shown,) = world.store.previews(connection="acme", limit=1)
    if shown.state is not PreviewState.APPLIED:
        apply_preview(world.ctx, shown.id)


def _settled(world: World) -> None:
    world.first_night()
    world.advance()


def _news(world: World) -> None:
    """A new customer, a lost one, a merge, a promotion, and a task that somebody finished."""
    crm = world.crm
    put_account(crm, "a7")
    put_people(crm, "a7", ("x",))
    crm.edit("account", "a0", {"next_review": "2027-03-01", "city": "Paris"})
    crm.merge("account", "a1", "a2")
    crm.edit("contact", "a0-x", {"title": "CEO"})
    done = next(ref for ref, row in world.tasks().items() if row["about"] == "a0")
    crm.edit("task", done, {"status": "finished"})
    world.advance()


def _finish(world: World) -> None:
    """What follows a crash: the lease expires, and the schedule runs again, twice.

    The first time so soon that a pull does not show yet what the dead process wrote.
    """
    world.advance(timedelta(minutes=2))
    _approve(world)
    assert world.run().state is RunState.DONE
    world.advance(timedelta(minutes=10))
    assert world.run().state is RunState.DONE


def _lived(replay: Replay, act: str) -> tuple[list[str], World]:
    """Return the calls of a process that was not killed, and the world it left."""
    world, fuse = replay.copy(), Fuse()
    _ACTS[act](dying(world, fuse))
    _finish(world)
    return fuse.names, world


def _ends(names: list[str]) -> list[int]:
    """Return the first and the last call of each name: the ones between are like them."""
    first = {name: at for at, name in reversed(list(enumerate(names, start=1)))}
    last = {name: at for at, name in enumerate(names, start=1)}
    return sorted({*first.values(), *last.values()})


def _run(world: World) -> None:
    world.run()


def _undo(world: World) -> None:
    (run_id,) = {entry.run_id for entry in world.journal()}
    world.undo(run_id)


_ACTS: dict[str, Callable[[World], None]] = {"approve": _approve, "night": _run}


@pytest.fixture(scope="module")
def before_approval(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """A world whose first preview waits."""
    return Replay(tmp_path_factory.mktemp("approval"), _ready, accounts=1)


@pytest.fixture(scope="module")
def before_night(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """A world that was written once, and then moved."""

    def prepare(world: World) -> None:
        _settled(world)
        _news(world)

    return Replay(tmp_path_factory.mktemp("night"), prepare, accounts=3)


@pytest.fixture(scope="module")
def before_undo(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """A world whose first write somebody did not like."""
    return Replay(tmp_path_factory.mktemp("undo"), World.first_night, accounts=1)


@pytest.mark.guarantee("G10", "INV2")
@pytest.mark.parametrize("act", ["approve", "night"])
def test_inv02_killed_at_any_write_the_same_state_is_reached(
    act: str, before_approval: Replay, before_night: Replay
) -> None:
    """Whatever call a process dies at, the CRM and the journal end as if it had lived."""
    replay = {"approve": before_approval, "night": before_night}[act]
    names, expected = _lived(replay, act)
    reached = {f"{at} {names[at - 1]}": _revived(replay, act, at) for at in _ends(names)}
    wanted = expected.crm_state(), expected.memory()
    assert [name for name, ended in reached.items() if ended != wanted] == []


def _revived(replay: Replay, act: str, at: int) -> tuple[object, object]:
    """Return what the CRM and the journal hold after a death at one call, and two more runs."""
    world = replay.copy()
    with pytest.raises(Killed):
        _ACTS[act](dying(world, Fuse(at)))
    _finish(world)
    return world.crm_state(), world.memory()


@pytest.mark.guarantee("G10", "INV2", "G23")
def test_inv02_an_undo_killed_at_any_write_is_finished_by_the_next_one(
    before_undo: Replay,
) -> None:
    """Dead anywhere on the way back, the same undo again ends where the first would have."""
    names, expected = _way_back(before_undo, None)
    reached = {f"{at} {names[at - 1]}": _way_back(before_undo, at)[1] for at in _ends(names)}
    assert [name for name, ended in reached.items() if ended != expected] == []


def _way_back(replay: Replay, at: int | None) -> tuple[list[str], tuple[object, object]]:
    world, fuse = replay.copy(), Fuse(at)
    with suppress(Killed):
        _undo(dying(world, fuse))
    world.advance(timedelta(minutes=2))
    _undo(world)
    undone = [entry.undone_at is not None for entry in world.journal()]
    held = sorted(map(str, world.store.held_back("acme").items()))
    return fuse.names, (world.crm_state(), (undone, held))
