"""Calls: how many of the CRM's daily ones we may use, for how long, and when to stop."""

from __future__ import annotations

from kam_connector.errors import BudgetExhausted
from kam_connector.model.change import Budget
from kam_connector.sync.context import SyncContext

__all__ = ["calls_left", "check_budget", "left_today", "spent_before"]

A_STEP = 10
"""Our choice: as many calls as one step between two looks at the budget makes at most (a page
with its links, a batch that is read, written and read again), and some to spare."""


def calls_left(budget: Budget, *, spent_today: int, share: float, reserve: float) -> int | None:
    """Return how many calls we may still make, or None where the CRM states no limit (pure).

    Args:
        budget: What the CRM last said, and what this connection spent since it was opened.
        spent_today: Calls spent by earlier runs of the same day.
        share: Of the daily calls, the part we may use (0 to 1).
        reserve: Of the daily calls, the part always left to others (0 to 1).
    """
    if budget.allowed is None:
        return None
    ours = int(budget.allowed * share) - spent_today - budget.spent_here
    others = int(budget.allowed * (1 - reserve)) - budget.used
    return max(0, min(ours, others))


def check_budget(ctx: SyncContext, *, spent_today: int, calls: int = A_STEP) -> None:
    """Stop before the next call when our share is used up (INV9).

    Args:
        ctx: The connection.
        spent_today: What ``spent_before`` said when the run began.
        calls: How many calls the next step makes at most.

    Raises:
        BudgetExhausted: The run ends *deferred* and resumes in the next window; so it does when
            it has had its time.
    """
    if ctx.until is not None and ctx.clock.now() >= ctx.until:
        raise BudgetExhausted(
            f"{ctx.connection}: the run has had its time; what was done is kept.",
            code="KAM-7132",
            hint="The next run goes on from there; max_hours under [schedule] sets the time.",
            crm=ctx.connection,
        )
    budget = ctx.crm.budget()
    left = calls_left(
        budget, spent_today=spent_today, share=ctx.calls_share, reserve=ctx.calls_reserve
    )
    if left is not None and left < calls:
        raise BudgetExhausted(
            f"{ctx.connection}: our share of the CRM's daily calls is used up "
            f"({budget.used} of {budget.allowed} used by everybody).",
            hint="The run goes on by itself in the next window; [budget] in the mapping sets it.",
            crm=ctx.connection,
        )


def left_today(ctx: SyncContext) -> int | None:
    """Return how many calls of today are still ours; None where the CRM states no limit."""
    return calls_left(
        ctx.crm.budget(),
        spent_today=spent_before(ctx),
        share=ctx.calls_share,
        reserve=ctx.calls_reserve,
    )


def spent_before(ctx: SyncContext) -> int:
    """Return the calls of this day that the connection's own count will not show.

    An opened connection counts on from run to run; what of its count is already in the
    ledger is taken off, so that a process that stays up for days counts each call once.
    """
    counted_here = ctx.crm.budget().spent_here
    state = ctx.store.connection(ctx.connection)
    if state is None or state.calls_day != ctx.clock.now().date():
        return -counted_here
    return state.calls_spent - counted_here
