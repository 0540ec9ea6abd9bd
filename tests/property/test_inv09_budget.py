"""INV9: never more calls than our share, whatever goes wrong; and never called done."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.errors import CrmUnavailable, RetryableError
from kam_connector.model.run import RunState
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.stumbling import Interrupting, Stumbling
from tests.factories.world import make_world

_STORM = st.lists(
    st.sampled_from([MemoryFault.DROP_ACK, MemoryFault.RATE_LIMITED, MemoryFault.LOCKED, None]),
    max_size=6,
)


@settings(max_examples=6)
@given(allowed=st.integers(0, 90), storm=_STORM)
def test_inv09_runs_never_use_more_calls_than_allowed(
    allowed: int, storm: list[MemoryFault | None]
) -> None:
    """Approve and run again and again within a day: the count stays within the share."""
    calm = make_world(accounts=1)
    shown = calm.preview()
    calm.enable()
    start = calm.crm.calls
    calm.crm.allowed = start + allowed
    world = Stumbling.over(calm, storm).with_(calls_share=1.0, calls_reserve=0.0)
    with suppress(RetryableError):
        world.approve(shown)
    for _again in range(3):
        with suppress(RetryableError):
            world.run()
    assert calm.crm.calls <= start + allowed


@pytest.mark.parametrize("allowed", [0, 1, 5])
def test_inv09_a_pull_without_calls_is_deferred_not_done(allowed: int) -> None:
    """Out of calls in the pull, the ledger says deferred and why."""
    world = make_world(accounts=1, calls_share=1.0, calls_reserve=0.0)
    world.crm.allowed = allowed
    world.preview()
    assert world.last_state() is RunState.DEFERRED
    assert world.store.runs(limit=1)[0].error_code is not None


def test_inv09_the_next_day_goes_on_where_the_calls_ran_out() -> None:
    """What was deferred is written by the next window's run, and once."""
    world = make_world(accounts=1, calls_share=1.0, calls_reserve=0.0)
    shown = world.preview()
    world.enable()
    world.crm.allowed = world.crm.calls + 3
    assert world.approve(shown).state is RunState.DEFERRED
    world.advance(timedelta(days=1))
    world.crm.allowed = None
    assert world.run().state is RunState.DONE
    assert len(world.tasks()) == 1


def test_inv09_the_crm_s_own_no_defers_too() -> None:
    """The CRM says that the day's calls are used up: deferred, not failed."""
    world = make_world(accounts=1)
    world.crm.fail_next(MemoryFault.BUDGET)
    assert world.preview().state is RunState.DEFERRED


def test_inv09_a_share_is_of_the_day_not_of_the_process() -> None:
    """Runs of one open connection count each call once: the share lasts as long as it should."""
    world = make_world(accounts=1, calls_share=1.0, calls_reserve=0.0)
    world.preview()
    once = world.crm.calls
    world.crm.allowed = once * 6
    states = [world.preview().state for _night in range(4)]
    assert set(states) == {RunState.DONE}
    remembered = world.store.connection("acme")
    assert remembered is not None
    assert remembered.calls_spent == world.crm.calls


def test_a_crm_that_is_down_is_a_failed_run_in_the_ledger() -> None:
    """Even counting calls fails: the run still ends failed, with the first error."""
    world = make_world(accounts=1)

    def down() -> None:
        raise CrmUnavailable("nobody answers", code="KAM-3101")

    dead = Interrupting.before(world, "budget", down, always=True)
    with pytest.raises(CrmUnavailable, match="nobody answers"):
        dead.run()
    assert world.last_state() is RunState.FAILED
