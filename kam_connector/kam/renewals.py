"""Renewal cycles beside the journey's stages, from opportunities of kind renewal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.facts import AccountFacts
from kam_connector.model.opportunity import Opportunity

__all__ = ["RENEWAL", "main_cycle", "next_renewal", "renewal_cycles"]

RENEWAL = "renewal"
_OPENS_DAYS = 180
"""The window opens 180 days before the decision (docs/scores.md, sources 5)."""


def renewal_cycles(facts: AccountFacts) -> tuple[RenewalCycle, ...]:
    """Return every renewal cycle known: those of renewal opportunities, then others.

    A cycle keeps its id; a moved closing date moves the cycle.
    """
    kept = {cycle.opportunity_id: cycle for cycle in facts.renewals if cycle.opportunity_id}
    cycles = [
        _cycle(facts.account.id, deal, deal.closes_on, kept.get(deal.id))
        for deal in facts.opportunities
        if deal.kind == RENEWAL and deal.closes_on
    ]
    made = {cycle.opportunity_id for cycle in cycles}
    others = [
        cycle
        for cycle in facts.renewals
        if cycle.opportunity_id is None or cycle.opportunity_id not in made
    ]
    return tuple(sorted([*cycles, *others], key=lambda cycle: (cycle.decision, cycle.id)))


def next_renewal(cycles: Sequence[RenewalCycle], as_of: date) -> RenewalCycle | None:
    """Return the earliest undecided cycle with its decision today or later."""
    ahead = [c for c in cycles if c.state is RenewalState.OPEN and c.decision >= as_of]
    return min(ahead, key=lambda cycle: (cycle.decision, cycle.id), default=None)


def main_cycle(
    facts: AccountFacts, cycles: Sequence[RenewalCycle], as_of: date
) -> RenewalCycle | None:
    """Return the cycle of the main contract while its window is open.

    The main contract is the undecided one of the largest amount (the displayed
    phase says "renewal" while a cycle of its main contract is open).
    """
    amounts = {deal.id: deal.amount.amount for deal in facts.opportunities if deal.amount}
    undecided = [cycle for cycle in cycles if cycle.state is RenewalState.OPEN]
    main = max(
        undecided,
        key=lambda cycle: (amounts.get(cycle.opportunity_id or "", Decimal(0)), cycle.id),
        default=None,
    )
    return main if main and main.opens <= as_of else None


def _cycle(
    account_id: str, deal: Opportunity, decision: date, kept: RenewalCycle | None
) -> RenewalCycle:
    state = RenewalState.OPEN
    if deal.closed:
        state = RenewalState.WON if deal.won else RenewalState.LOST
    return RenewalCycle(
        id=kept.id if kept else f"ren_{deal.id}",
        account_id=account_id,
        opportunity_id=deal.id,
        opens=decision - timedelta(days=_OPENS_DAYS),
        decision=decision,
        state=state,
    )
