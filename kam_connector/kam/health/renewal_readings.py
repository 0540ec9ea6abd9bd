"""What endangers a renewal: PILLAR's components, each read from 0 (none) to 100 (the worst)."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from kam_connector.kam.coverage import GoalStage, account_coverage
from kam_connector.kam.health.reading import Reading, ramp
from kam_connector.kam.kpis.satisfaction import answers_of, is_escalated, is_open, mean_score
from kam_connector.kam.relationship import relationship_strength
from kam_connector.kam.settings.risks import RenewalRiskSettings
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.language import Voice
from kam_connector.model.account import RenewalCycle
from kam_connector.model.contact import Profile
from kam_connector.model.figures import NewsKind, OutsideNews, SurveyKind

__all__ = ["renewal_readings", "sponsor_in_dialogue"]

_STIRRING = frozenset(
    {NewsKind.MERGER, NewsKind.REORGANISATION, NewsKind.NEW_DIRECTION, NewsKind.TENDER}
)
"""News after which suppliers are looked at anew (S2.38)."""
_LEFT_DAYS = 180
"""How long somebody's leaving weighs. Our choice: as long as their seat counts as empty."""


def renewal_readings(situation: Situation, cycle: RenewalCycle) -> list[Reading]:
    """Return what endangers one renewal; what is not known says why."""
    limits = situation.settings.renewal_risk
    return [
        _decay(situation, limits),
        _support(situation, limits),
        _lag(situation, cycle, limits),
        _sponsor(situation),
        _nps(situation, limits),
        _market(situation, limits),
        _turnover(situation, limits),
        Reading(
            key="renewal.late_payments",
            value=None,
            reason=situation.settings.say("no payments are recorded"),
        ),
    ]


def sponsor_in_dialogue(situation: Situation) -> bool | None:
    """Whether somebody who sponsors or decides is in dialogue; None when that is not known."""
    roles = any(held - {Profile.OTHER} for held in situation.profiles.values())
    if not situation.recorded.readable or not roles:
        return None
    return any(
        goal.stage >= GoalStage.DIALOGUE
        for goal in account_coverage(situation).goals
        if goal.profile in KEY_PROFILES
    )


def _decay(situation: Situation, limits: RenewalRiskSettings) -> Reading:
    key, say = "renewal.engagement_decay", situation.settings.say
    if not situation.recorded.silence_means:
        return Reading(key=key, value=None, reason=_unread(situation, say))
    then = situation.now - timedelta(days=limits.decay_days)
    strength = situation.settings.strength
    before = math.fsum(
        relationship_strength(
            contacts,
            now=then,
            half_lives_days=strength.half_lives(situation.profile(person)),
            kind_weights=strength.kind_weights,
        )
        for person, contacts in situation.contacts.items()
    )
    if before < 1.0:
        reason = say("no tie {days} days ago to compare with", days=limits.decay_days)
        return Reading(key=key, value=None, reason=reason)
    now = math.fsum(situation.strength(person) for person in situation.present())
    lost = max(0.0, 1.0 - now / before)
    reason = say(
        "all ties together: {now} today, {before} on {day}",
        now=round(now),
        before=round(before),
        day=then.date(),
    )
    return Reading(key=key, value=ramp(lost, limits.decay_ramp), reason=reason)


def _support(situation: Situation, limits: RenewalRiskSettings) -> Reading:
    key, say = "renewal.support", situation.settings.say
    cases, day = situation.facts.cases, situation.as_of
    if not cases:
        reason = say("no request of this customer is recorded")
        return Reading(key=key, value=None, reason=reason)
    waiting = sum(is_open(one, day) for one in cases)
    escalated = sum(is_escalated(one, day) for one in cases)
    value = limits.escalated_reading * escalated + limits.waiting_reading * (waiting - escalated)
    reason = say.count(
        "{n} request open, {escalated} of them escalated",
        "{n} requests open, {escalated} of them escalated",
        waiting,
        escalated=escalated,
    )
    return Reading(key=key, value=float(min(100, value)), reason=reason)


def _lag(situation: Situation, cycle: RenewalCycle, limits: RenewalRiskSettings) -> Reading:
    """Return how long nothing has moved towards the contract since its window opened."""
    key, say = "renewal.contracting_lag", situation.settings.say
    deal = next((d for d in situation.facts.opportunities if d.id == cycle.opportunity_id), None)
    moved = deal.stage_changed_at or deal.created_at if deal else None
    since = max(cycle.opens, moved.date()) if moved else cycle.opens
    days = max(0, (situation.as_of - since).days)
    reason = (
        say("the renewal's opportunity has not moved since {day}", day=since)
        if deal
        else say("no opportunity to renew since the window opened on {day}", day=since)
    )
    return Reading(key=key, value=ramp(days, limits.lag_ramp_days), reason=reason)


def _sponsor(situation: Situation) -> Reading:
    key, say = "renewal.sponsor_gap", situation.settings.say
    held = sponsor_in_dialogue(situation)
    if held is None:
        known = situation.recorded.readable
        why = say("no stakeholder roles are recorded") if known else _unread(situation, say)
        return Reading(key=key, value=None, reason=why)
    reason = (
        say("a sponsor or decider is in dialogue")
        if held
        else say("no sponsor or decider in dialogue")
    )
    return Reading(key=key, value=0.0 if held else 100.0, reason=reason)


def _nps(situation: Situation, limits: RenewalRiskSettings) -> Reading:
    key, say = "renewal.nps", situation.settings.say
    mean = mean_score(answers_of(situation.facts, SurveyKind.NPS, day=situation.as_of))
    if mean is None:
        reason = say("nobody answered a recommendation survey in 365 days")
        return Reading(key=key, value=None, reason=reason)
    reason = say("recommends us with {mean} of 10 on average", mean=mean.quantize(Decimal("0.1")))
    return Reading(key=key, value=_between(float(mean), limits.nps_steps), reason=reason)


def _between(value: float, steps: tuple[tuple[float, float], ...]) -> float:
    """Return the reading of *value* on a line through *steps*, flat before and after them."""
    if value <= steps[0][0]:
        return steps[0][1]
    for (low, first), (high, second) in pairwise(steps):
        if value <= high:
            return first + (value - low) / (high - low) * (second - first)
    return steps[-1][1]


def _market(situation: Situation, limits: RenewalRiskSettings) -> Reading:
    key, say = "renewal.market", situation.settings.say
    news = [one for one in situation.facts.kept.of(OutsideNews) if one.on <= situation.as_of]
    if not news:
        reason = say("no news from outside is recorded")
        return Reading(key=key, value=None, reason=reason)
    since = situation.as_of - timedelta(days=limits.market_days)
    stirring = [one for one in news if one.kind in _STIRRING and one.on > since]
    if not stirring:
        reason = say("no news since {day} that puts suppliers in question", day=since)
        return Reading(key=key, value=0.0, reason=reason)
    last = max(stirring, key=lambda one: (one.on, one.id))
    reason = say("{kind} on {day}", kind=last.kind, day=last.on)
    return Reading(key=key, value=100.0, reason=reason)


def _turnover(situation: Situation, limits: RenewalRiskSettings) -> Reading:
    say, steps = situation.settings.say, limits.departures_steps
    left = sum(
        departure.on is not None
        and (situation.as_of - departure.on).days <= _LEFT_DAYS
        and bool(situation.profiles.get(person, frozenset()) - {Profile.OTHER})
        for person, departure in situation.departures.items()
    )
    reason = say.count(
        "{n} person with a role left in {days} days",
        "{n} people with a role left in {days} days",
        left,
        days=_LEFT_DAYS,
    )
    value = float(steps[min(left, len(steps) - 1)])
    return Reading(key="renewal.turnover", value=value, reason=reason)


def _unread(situation: Situation, say: Voice) -> str:
    percent = int(situation.recorded.share * 100)
    return say(
        "mail of {percent} % of the team is recorded: no contact is not silence", percent=percent
    )
