"""INV3: at-least-once delivery of idempotent changes has the effect of one delivery."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.errors import RetryableError
from kam_connector.model.run import RunState
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.stumbling import Stumbling
from tests.factories.world import World, make_world

_FAULTS = st.lists(
    st.sampled_from(
        [
            MemoryFault.DROP_ACK,
            MemoryFault.DUPLICATE,
            MemoryFault.HALF,
            MemoryFault.LOCKED,
            MemoryFault.DROP_BEFORE,
            MemoryFault.RATE_LIMITED,
            None,
        ]
    ),
    min_size=1,
    max_size=6,
)


def _delivered(world: World, *, pause: timedelta) -> World:
    """Approve once and run until nothing waits, as the schedule would."""
    shown = world.preview()
    world.enable()
    _try(lambda: world.approve(shown))
    for _night in range(7):
        world.advance(pause)
        _try(world.run)
    return world


@cache
def _undisturbed(pause: timedelta) -> World:
    return _delivered(make_world(accounts=2), pause=pause)


def _try(work: object) -> None:
    try:
        work()  # type: ignore[operator]
    except RetryableError:
        return


@settings(max_examples=5)
@given(faults=_FAULTS, pause=st.sampled_from([timedelta(seconds=30), timedelta(hours=1)]))
def test_inv03_lost_answers_and_repeated_requests_write_everything_once(
    faults: list[MemoryFault | None], pause: timedelta
) -> None:
    """Values, tasks and journal equal those of a delivery without faults; no task twice."""
    expected = _undisturbed(pause)
    world = Stumbling.over(make_world(accounts=2), faults)
    _delivered(world, pause=pause)
    keys = [row["kam_key"] for row in world.tasks().values()]
    assert len(keys) == len(set(keys)) == 2
    assert world.crm_state() == expected.crm_state()
    assert world.memory() == expected.memory()


@pytest.mark.parametrize("fault", [MemoryFault.DROP_ACK, MemoryFault.DUPLICATE, MemoryFault.HALF])
def test_inv03_a_broken_push_is_finished_by_the_next_run(fault: MemoryFault) -> None:
    """The run after a broken one ends done and leaves nothing in the outbox."""
    world = Stumbling.over(make_world(accounts=2), [None, fault])
    shown = world.preview()
    world.enable()
    _try(lambda: world.approve(shown))
    world.advance()
    report = world.run()
    assert report.state is RunState.DONE
    assert report.waiting == 0
    assert len(world.tasks()) == 2


def test_inv03_a_finished_task_is_not_reopened_by_a_late_retry() -> None:
    """A person finishes a task whose creation was never answered: it stays finished."""
    lost = [None, None, None, MemoryFault.DROP_ACK]
    world = Stumbling.over(make_world(accounts=1), lost)
    shown = world.preview()
    world.enable()
    _try(lambda: world.approve(shown))
    (ref,) = world.tasks()
    world.crm.edit("task", ref, {"status": "finished"})
    world.advance()
    world.run()
    assert world.tasks()[ref]["status"] == "finished"
    assert len(world.tasks()) == 1
