"""Signals about business: renewal window, stalled opportunity, competitors' contracts."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.renewals import RENEWAL
from kam_connector.kam.signals.findings import finding, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.figures import OfferPosition
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan_content import Competitor
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["competitor_contract_end", "renewal_window", "stalled_opportunity", "stalled_since"]

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
            situation.settings.say("{deal} has not moved since {day}", deal=deal.name, day=since),
            anchor=since,
            opportunity_id=deal.id,
            evidence={"since": since.isoformat(), "stage": deal.stage},
        )
        for deal in situation.facts.opportunities
        if (since := stalled_since(situation, deal))
    ]


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


def competitor_contract_end(situation: Situation) -> list[Signal]:
    """Find competitors' contracts that end soon: a dated chance to be asked (S2.08)."""
    ends = {
        (one.name, one.product_line or "", one.contract_ends_on): None
        for one in situation.facts.kept.of(Competitor)
        if one.contract_ends_on
    }
    ends |= {
        (one.competitor, one.product_line, one.contract_ends_on): None
        for one in situation.facts.kept.of(OfferPosition)
        if one.competitor and one.contract_ends_on
    }
    found = (_ending(situation, *end) for end in sorted(ends))
    return [signal for signal in found if signal]


def _ending(situation: Situation, name: str, line: str, on: date) -> Signal | None:
    left = (on - situation.as_of).days
    steps = [step for step in situation.settings.signals.competitor_steps_days if left <= step]
    if left < 0 or not steps:
        return None
    say, near = (
        voice_of(situation),
        min(steps) < max(situation.settings.signals.competitor_steps_days),
    )
    what = say("{name}: {line}", name=name, line=line) if line else name
    return finding(
        situation,
        SignalKind.COMPETITOR_CONTRACT_END,
        Severity.WARNING if near else Severity.INFO,
        say("A competitor's contract ends on {day} ({what})", day=on, what=what),
        because=say("at most {n} days are left", n=min(steps)) if near else None,
        anchor=on - timedelta(days=min(steps)),
        due=on,
        subject=f"{name}/{line}",
        evidence={"ends": on.isoformat(), "step_days": min(steps)},
    )


def _window(situation: Situation, cycle: RenewalCycle) -> Signal | None:
    left = (cycle.decision - situation.as_of).days
    steps = [step for step in situation.settings.signals.renewal_steps_days if left <= step]
    if left < 0 or not steps:
        return None
    step, say = min(steps), voice_of(situation)
    severity = next((s for days, s in sorted(_LOUD.items()) if step <= days), Severity.INFO)
    return finding(
        situation,
        SignalKind.RENEWAL_WINDOW,
        severity,
        say(
            "The renewal is due on {day}; its window opened on {opens}",
            day=cycle.decision,
            opens=cycle.opens,
        ),
        because=say("at most {n} days are left", n=step),
        anchor=cycle.decision - timedelta(days=step) if step <= max(_LOUD) else cycle.opens,
        due=cycle.decision,
        opportunity_id=cycle.opportunity_id,
        subject=cycle.contract_id,
        evidence={
            "decision": cycle.decision.isoformat(),
            "step_days": step,
            **({"contract": cycle.contract_id} if cycle.contract_id else {}),
        },
    )
