"""The metrics of a health score, each read on a 0-100 ramp or left unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.coverage import Coverage, account_coverage, newcomer_mean
from kam_connector.kam.situation import Situation
from kam_connector.kam.worth import priced
from kam_connector.model.opportunity import Opportunity

__all__ = ["Reading", "health_readings", "ramp"]

_YEAR = timedelta(days=365)
_LEAST_DECISIONS = 3
"""Fewer decisions make no rate. Our choice: below three, one deal is the whole rate."""
_STRONGEST = 3
"""With no roles recorded, the mean of the three strongest ties. Our choice: the least
number of contacts per deal (PILLAR, docs/scores.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One metric."""

    key: str
    value: float | None
    """0-100 on its ramp; None when not known."""
    reason: str


def health_readings(situation: Situation, *, with_departed: bool) -> list[Reading]:
    """Return all metrics of the four families; unknown ones say why."""
    return [
        *_development(situation),
        Reading(key="satisfaction.nps", value=None, reason="no survey is recorded"),
        *_relationship(situation, with_departed=with_departed),
        Reading(key="profitability.margin", value=None, reason="no margin is recorded"),
    ]


def ramp(value: float, span: tuple[float, float]) -> float:
    """Return *value* on a linear ramp: 0 at the first end of *span*, 100 at the second.

    Natero's form (docs/scores.md); a falling ramp has its first end above its second.
    """
    low, high = span
    return max(0.0, min(100.0, (value - low) / (high - low) * 100.0))


def _development(situation: Situation) -> list[Reading]:
    limits, as_of = situation.settings.health, situation.as_of
    in_one = priced(situation.facts.opportunities, situation.facts.rates, as_of=as_of)
    deals, note = in_one.deals, in_one.note
    recent = _won(deals, as_of - _YEAR, as_of)
    earlier = _won(deals, as_of - 2 * _YEAR, as_of - _YEAR)
    open_sum = sum((_amount(deal) for deal in deals if not deal.closed), Decimal(0))
    trend = None if not earlier else ramp(float(recent / earlier), limits.trend_ramp)
    pipeline = None if not recent else ramp(float(open_sum / recent), limits.pipeline_ramp)
    return [
        Reading(
            key="development.revenue_trend",
            value=trend,
            reason=f"won {recent:,.0f} in 365 days, {earlier:,.0f} in the 365 before{note}"
            if earlier
            else "no won business a year earlier to compare with",
        ),
        Reading(
            key="development.pipeline",
            value=pipeline,
            reason=f"{open_sum:,.0f} open beside {recent:,.0f} won in 365 days{note}"
            if recent
            else "nothing won in 365 days to compare with",
        ),
        _win_rate(deals, as_of, limits.win_rate_ramp),
    ]


def _win_rate(deals: Iterable[Opportunity], as_of: date, span: tuple[float, float]) -> Reading:
    key = "development.win_rate"
    decided = [d for d in deals if d.closed and _closed_in(d, as_of - 2 * _YEAR, as_of)]
    won = sum(deal.won for deal in decided)
    reason = f"{won} of {len(decided)} decisions won in two years"
    if len(decided) < _LEAST_DECISIONS:
        return Reading(key=key, value=None, reason=f"{reason}: too few for a rate")
    return Reading(key=key, value=ramp(won / len(decided), span), reason=reason)


def _relationship(situation: Situation, *, with_departed: bool) -> list[Reading]:
    keys = ("key_ties", "coverage", "effective_threads", "recent_dialogue")
    if not situation.recorded.readable:
        percent = int(situation.recorded.share * 100)
        why = f"mail of {percent} % of the team is recorded: no contact is not silence"
        return [Reading(key=f"relationship.{key}", value=None, reason=why) for key in keys]
    coverage = account_coverage(situation, with_departed=with_departed)
    return [
        _key_ties(situation, coverage),
        _role_coverage(coverage),
        Reading(
            key="relationship.effective_threads",
            value=ramp(coverage.threads, situation.settings.health.threads_ramp),
            reason=f"{coverage.connected} contacts, {coverage.threads:.1f} effective threads",
        ),
        _recent_dialogue(situation, with_departed=with_departed),
    ]


def _key_ties(situation: Situation, coverage: Coverage) -> Reading:
    full = situation.settings.health.tie_full_at
    if coverage.percent is None:
        ties = sorted(map(situation.strength, situation.present()), reverse=True)
        mean = sum(min(1.0, tie / full) for tie in ties[:_STRONGEST]) * 100.0 / _STRONGEST
        reason = "no roles recorded; strongest ties " + (_listed(ties[:_STRONGEST]) or "none")
        return Reading(key="relationship.key_ties", value=mean, reason=reason)
    mean = newcomer_mean(
        (goal, min(100.0, goal.strength / full * 100.0)) for goal in coverage.goals
    )
    best = ", ".join(f"{_words(g.profile)} {g.strength:.0f}" for g in coverage.goals)
    return Reading(
        key="relationship.key_ties", value=mean, reason=f"strongest tie per role: {best}"
    )


def _role_coverage(coverage: Coverage) -> Reading:
    key = "relationship.coverage"
    if coverage.percent is None:
        return Reading(key=key, value=None, reason="no stakeholder roles are recorded")
    stages = ", ".join(f"{_words(g.profile)} {g.stage.name.lower()}" for g in coverage.goals)
    return Reading(key=key, value=coverage.percent, reason=stages)


def _recent_dialogue(situation: Situation, *, with_departed: bool) -> Reading:
    key = "relationship.recent_dialogue"
    who = [*situation.present(), *(situation.emptied_seats() if with_departed else ())]
    dates = [d for person in who if (d := situation.strengths[person].last_two_way)]
    if not dates:
        return Reading(key=key, value=0.0, reason="no two-way contact so far")
    days = (situation.as_of - max(dates)).days
    return Reading(
        key=key,
        value=ramp(days, situation.settings.health.dialogue_ramp_days),
        reason=f"last two-way contact on {max(dates)}",
    )


def _won(deals: Iterable[Opportunity], after: date, until: date) -> Decimal:
    return sum(
        (_amount(deal) for deal in deals if deal.won and _closed_in(deal, after, until)),
        Decimal(0),
    )


def _closed_in(deal: Opportunity, after: date, until: date) -> bool:
    return deal.closes_on is not None and after < deal.closes_on <= until


def _amount(deal: Opportunity) -> Decimal:
    return deal.amount.amount if deal.amount else Decimal(0)


def _words(text: str) -> str:
    return text.replace("_", " ")


def _listed(ties: list[float]) -> str:
    return ", ".join(f"{tie:.0f}" for tie in ties if tie > 0)
