"""What requests gone wrong take from a verdict (S2.12): moments of truth, kept for a while."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kam_connector.kam.kpis.satisfaction import is_escalated, is_open
from kam_connector.kam.settings import HealthSettings
from kam_connector.kam.situation import Situation
from kam_connector.model.service import Case

__all__ = ["Trouble", "trouble"]

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What requests for help take away."""

    points: Decimal
    """Zero or more."""
    reading: Decimal
    """100 without trouble, 0 when as much is taken as can be."""
    reason: str


def trouble(situation: Situation) -> Trouble | None:
    """Return what is taken away, or None when no request went wrong.

    Requests that were settled in good time add nothing and take nothing: no complaint is not
    satisfaction. So another request never raises a verdict.
    """
    limits = situation.settings.health
    cases, most = situation.facts.cases, limits.most_case_points
    points = min(most, sum((_points(situation, one, limits) for one in cases), _ZERO))
    if points <= 0 or most <= 0:
        return None
    return Trouble(
        points=points, reading=(most - points) / most * 100, reason=_reason(situation, limits)
    )


def _points(situation: Situation, case: Case, limits: HealthSettings) -> Decimal:
    if is_escalated(case, situation.as_of):
        return limits.escalated_points
    if is_open(case, situation.as_of):
        return limits.waiting_points if _waits(situation, case, limits) else _ZERO
    days = _settled_days(situation, case)
    if not case.escalated or days is None or days >= limits.recent_case_days:
        return _ZERO
    return limits.recent_points * (limits.recent_case_days - days) / limits.recent_case_days


def _waits(situation: Situation, case: Case, limits: HealthSettings) -> bool:
    if case.opened_at is None:
        return False
    return (situation.now - case.opened_at).days > limits.waiting_case_days


def _settled_days(situation: Situation, case: Case) -> int | None:
    if case.closed_at is None or case.closed_at.date() > situation.as_of:
        return None
    return (situation.as_of - case.closed_at.date()).days


def _reason(situation: Situation, limits: HealthSettings) -> str:
    cases, day, say = situation.facts.cases, situation.as_of, situation.settings.say
    open_ = sum(is_escalated(one, day) for one in cases)
    late = sum(
        is_open(one, day) and not one.escalated and _waits(situation, one, limits) for one in cases
    )
    settled = [
        one.closed_at.date()
        for one in cases
        if one.closed_at
        and one.escalated
        and not is_open(one, day)
        and _points(situation, one, limits) > 0
    ]
    parts = []
    if open_:
        parts.append(say.count("{n} escalated request open", "{n} escalated requests open", open_))
    if settled:
        parts.append(say("an escalation settled on {day}", day=max(settled)))
    if late:
        parts.append(
            say.count(
                "{n} request open for more than {days} days",
                "{n} requests open for more than {days} days",
                late,
                days=limits.waiting_case_days,
            )
        )
    return "; ".join(parts)
