"""Two processes on one connection: the late one writes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kam_connector.errors import BusyError, Interrupted
from kam_connector.mapping import pull_sources
from kam_connector.model.run import RunState
from kam_connector.sync.lease import connection_lease
from kam_connector.sync.run import run_sync
from tests.factories.stumbling import Interrupting
from tests.factories.world import SETTLE, World, make_world


def _overtaken(world: World) -> None:
    """The process slept through its lease, and another one took over."""
    world.clock.at += timedelta(seconds=90)
    lease = world.store.acquire_lease(connection_lease("acme"), "elsewhere:2", ttl_s=600)
    assert lease is not None


@pytest.mark.parametrize("call", ["read", "budget"])
def test_a_zombie_whose_lease_expired_writes_nothing(call: str) -> None:
    """It wakes up between reading and writing: the fence stops it before the write."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    late = Interrupting.before(world, call, lambda: _overtaken(world))
    with pytest.raises(BusyError):
        late.approve(shown)
    assert world.writes() == 0


def test_a_zombie_that_slept_after_its_last_look_is_fenced_off() -> None:
    """Even past its own check, the store refuses to mark anything as sent by it."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    store = Interrupting(world.store, "mark_sent", lambda: _overtaken(world))
    with pytest.raises(BusyError):
        world.with_(store=store).approve(shown)
    assert world.writes() == 0


def test_inv02_a_zombie_moves_no_cursor_back() -> None:
    """It wakes up with an old page in hand after another process has read on: it stays out."""
    world = make_world(accounts=4)
    first = next(iter(pull_sources(world.ctx.mapping)))

    def overtake() -> None:
        world.clock.at += timedelta(seconds=90)
        world.preview()

    stored: list[str] = []
    store = Interrupting(world.store, "stage", lambda: stored.append("a page"), always=True)
    late = Interrupting.before(world, "pull", overtake).with_(store=store)
    with pytest.raises(BusyError):
        late.preview()
    assert stored == []
    cursor = world.store.cursor("acme", first.name, "changes")
    assert cursor is not None
    assert (cursor.since, cursor.ref) == (world.crm.now - SETTLE, "")


def test_a_zombie_undoes_nothing() -> None:
    """An undo whose lease went to another process puts nothing back."""
    world = make_world(accounts=1)
    run = world.first_night()
    before = world.writes()
    late = Interrupting.before(world, "read", lambda: _overtaken(world))
    with pytest.raises(BusyError):
        late.undo(run.run_id)
    assert world.writes() == before


def test_a_zombie_merges_nothing() -> None:
    """Rows that waited while it slept are merged by the process that took over, not by it."""
    world = make_world(accounts=2)
    store = Interrupting(world.store, "agreed", lambda: _overtaken(world))
    with pytest.raises(BusyError):
        world.with_(store=store).preview()
    assert world.store.accounts() == []


def test_stopped_between_batches_the_next_run_finishes() -> None:
    """SIGTERM while delivering: the run is interrupted, nothing is lost, nothing is double."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.advance(timedelta(minutes=1))
    answers = iter([False, False])
    with pytest.raises(Interrupted):
        world.with_(stopping=lambda: next(answers, True)).approve(shown)
    assert world.last_state() is RunState.INTERRUPTED
    world.advance()
    assert world.run().state is RunState.DONE
    keys = [row["kam_key"] for row in world.tasks().values()]
    assert len(keys) == len(set(keys)) == 2
    assert world.crm.values("account", "a1")["kam_tier"] == "A"


def test_writing_switched_off_stops_at_the_next_request() -> None:
    """Switched off just before a request goes out: not even that one does."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()

    def pause() -> None:
        state = world.store.connection("acme")
        assert state is not None
        world.store.save_connection(replace(state, paused=True))

    with pytest.raises(Interrupted, match="switched off"):
        Interrupting.before(world, "push", pause).approve(shown)
    assert world.writes() == 0


def test_stopped_while_pulling_the_next_run_goes_on() -> None:
    """SIGTERM after a page: the page is kept, and the run after it ends done."""
    world = make_world(accounts=4)
    answers = iter([False])
    with pytest.raises(Interrupted):
        world.with_(stopping=lambda: next(answers, True)).preview()
    assert world.last_state() is RunState.INTERRUPTED
    assert world.preview().state is RunState.DONE
    assert len(world.store.accounts()) == 4


def test_a_night_that_is_paid_is_not_run_again() -> None:
    """A second start on the same date says so and calls nobody."""
    world = make_world(accounts=1)
    night = world.clock.now().date()
    run_sync(world.ctx, job="nightly-sync", local_date=night)
    before = world.crm.calls
    report = run_sync(world.ctx, job="nightly-sync", local_date=night)
    assert report.notes
    assert world.crm.calls == before
