"""Signals about business: renewal window, stalled opportunity, stale plan."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.renewals import RENEWAL
from kam_connector.kam.signals.findings import finding
from kam_connector.kam.situation import Situation
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan import PlanStatus
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["plan_stale", "renewal_window", "stalled_opportunity", "stalled_since"]

_LOUD = {30: Severity.CRITICAL, 60: Severity.WARNING, 90: Severity.WARNING}
"""Steps that are more than information. Our choice: the last quarter is for acting."""


def renewal_window(situation: Situation) -> list[Signal]:
    """Find undecided renewals inside their window; one signal per cycle, louder by step."""
    return [
        found
        for cycle in situation.renewals
        if cycle.state is RenewalState.OPEN and (found := _window(situation, cycle))
    ]


def stalled_opportunity(situation: Situation) -> list[Signal]:
    """Find open opportunities that no longer move."""
    return [
        finding(
            situation,
            SignalKind.STALLED_OPPORTUNITY,
            Severity.WARNING,
            f"{deal.name} has not moved since {since}",
            anchor=since,
            opportunity_id=deal.id,
            evidence={"since": since.isoformat(), "stage": deal.stage},
        )
        for deal in situation.facts.opportunities
        if (since := stalled_since(situation, deal))
    ]


def plan_stale(situation: Situation) -> list[Signal]:
    """Find a plan nobody keeps alive, or none long after the account was chosen."""
    limits, plan, as_of = situation.settings.signals, situation.facts.plan, situation.as_of
    kind = SignalKind.PLAN_STALE
    if plan is None or plan.status is PlanStatus.NONE:
        since = situation.facts.key.since
        if (as_of - since).days <= limits.plan_grace_days:
            return []
        words = f"There is no account plan; the account was chosen on {since}"
        return [finding(situation, kind, Severity.INFO, words, anchor=since)]
    if plan.next_review and plan.next_review < as_of:
        words = f"The plan review of {plan.next_review} has not taken place"
        return [finding(situation, kind, Severity.INFO, words, anchor=plan.next_review)]
    touched = plan.updated_at.date() if plan.updated_at else None
    old = touched is not None and (as_of - touched).days > limits.plan_stale_days
    if plan.status is not PlanStatus.STALE and not old:
        return []
    words = f"The plan has not been touched since {touched}" if touched else "The plan is stale"
    return [finding(situation, kind, Severity.INFO, words, anchor=touched)]


def stalled_since(situation: Situation, deal: Opportunity) -> date | None:
    """Return since when an open opportunity stands still, or None while it moves.

    Renewals are left to their own window. Unknown dates are not read as standing still.
    """
    limits, as_of = situation.settings.signals, situation.as_of
    if deal.closed or deal.kind == RENEWAL:
        return None
    if deal.closes_on and (as_of - deal.closes_on).days > limits.overdue_days:
        return deal.closes_on
    moved = deal.stage_changed_at or deal.created_at
    if moved and (as_of - moved.date()).days > limits.stalled_days:
        return moved.date()
    return None


def _window(situation: Situation, cycle: RenewalCycle) -> Signal | None:
    left = (cycle.decision - situation.as_of).days
    steps = [step for step in situation.settings.signals.renewal_steps_days if left <= step]
    if left < 0 or not steps:
        return None
    step = min(steps)
    severity = next((s for days, s in sorted(_LOUD.items()) if step <= days), Severity.INFO)
    return finding(
        situation,
        SignalKind.RENEWAL_WINDOW,
        severity,
        f"The renewal is due on {cycle.decision}; its window opened on {cycle.opens}",
        anchor=cycle.decision - timedelta(days=step) if step <= max(_LOUD) else cycle.opens,
        opportunity_id=cycle.opportunity_id,
        subject=cycle.contract_id,
        evidence={
            "decision": cycle.decision.isoformat(),
            "step_days": step,
            **({"contract": cycle.contract_id} if cycle.contract_id else {}),
        },
    )
