"""Renewal risk: what endangers a decision that is coming up, 0 to 100, explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kam_connector.kam.health.reading import Reading
from kam_connector.kam.health.renewal_readings import renewal_readings, sponsor_in_dialogue
from kam_connector.kam.health.weighing import Weighed, weigh
from kam_connector.kam.kpis.satisfaction import is_escalated
from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.situation import Situation
from kam_connector.kam.ties import one_decimal
from kam_connector.language import phrase
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.score import Band, Contribution, Counterfactual, Score

__all__ = ["RENEWAL_RISK", "open_cycles", "renewal_risk", "renewal_risks"]

RENEWAL_RISK = "renewal_risk"
"""The score's name; of a second open renewal, with its cycle's id behind a colon."""
_RULE_VERSION = "renewal-risk-1"
_ZERO, _HUNDRED = Decimal(0), Decimal(100)
_MENDED = {
    "renewal.engagement_decay": phrase("ties as warm as three months ago"),
    "renewal.support": phrase("every open request settled"),
    "renewal.contracting_lag": phrase("a step forward with the renewal's opportunity"),
    "renewal.sponsor_gap": phrase("a sponsor or decider in dialogue"),
}
"""What we can do about a reading; the others are not ours to change before a decision."""


def open_cycles(situation: Situation) -> list[RenewalCycle]:
    """Return the undecided renewals whose window is open, the next decision first."""
    day = situation.as_of
    found = [
        one
        for one in situation.renewals
        if one.state is RenewalState.OPEN and one.opens <= day <= one.decision
    ]
    return sorted(found, key=lambda one: (one.decision, one.id))


def renewal_risks(situation: Situation) -> dict[str, Score]:
    """Return the risk of every open renewal by the score's name, the next decision's first."""
    found = [renewal_risk(situation, cycle) for cycle in open_cycles(situation)]
    return {
        name: replace(score, name=name)
        for place, score in enumerate(found)
        for name in [RENEWAL_RISK if not place else f"{RENEWAL_RISK}:{score.inputs['cycle']}"]
    }


def renewal_risk(situation: Situation, cycle: RenewalCycle) -> Score:
    """Return how much endangers one renewal: 0 nothing, 100 the worst.

    The known readings are weighted; near the decision their sum is multiplied. A floor that
    names itself stands under it. Below half of the weight known there is no value.
    """
    readings = renewal_readings(situation, cycle)
    score = _scored(situation, cycle, readings)
    return replace(score, counterfactual=_best_mend(situation, cycle, readings, score))


def _scored(situation: Situation, cycle: RenewalCycle, readings: Sequence[Reading]) -> Score:
    limits = situation.settings.renewal_risk
    weighed = weigh(readings, limits.weights, least_share=limits.least_data_share)
    ledger = _ledger(situation, cycle, weighed) if weighed.enough else weighed.lines
    value = ledger_sum(ledger) if weighed.enough else None
    return Score(
        account_id=situation.facts.account.id,
        name=RENEWAL_RISK,
        as_of=situation.as_of,
        value=value,
        band=_band(situation, value),
        data_coverage=weighed.share,
        ledger=ledger,
        caps=tuple(line.reason for line in ledger if line.key.startswith("floor.")),
        rule_version=_RULE_VERSION,
        inputs={"cycle": cycle.id, "decision": cycle.decision.isoformat()},
    )


def _ledger(
    situation: Situation, cycle: RenewalCycle, weighed: Weighed
) -> tuple[Contribution, ...]:
    lines = list(weighed.lines)
    lines += _urgency(situation, cycle, ledger_sum(lines))
    return (*lines, *_floor(situation, cycle, ledger_sum(lines)))


def _urgency(situation: Situation, cycle: RenewalCycle, value: Decimal) -> list[Contribution]:
    limits, say = situation.settings.renewal_risk, situation.settings.say
    days = (cycle.decision - situation.as_of).days
    if days >= limits.urgent_days:
        return []
    nearness = Decimal(limits.urgent_days - max(0, days)) / Decimal(max(1, limits.urgent_days))
    factor = limits.urgency_most * nearness
    points = min(one_decimal(value * factor), _HUNDRED - value)
    reason = say.count(
        "{n} day to the decision: {percent} % more",
        "{n} days to the decision: {percent} % more",
        days,
        percent=(factor * 100).quantize(Decimal(1)),
    )
    return [_line("renewal.urgency", points, reason, reading=one_decimal(nearness * 100))]


def _floor(situation: Situation, cycle: RenewalCycle, value: Decimal) -> list[Contribution]:
    """Return the floor that stands under the risk, named; the gravest reason only."""
    limits, say = situation.settings.renewal_risk, situation.settings.say
    if (cycle.decision - situation.as_of).days > limits.urgent_days:
        return []
    lift = max(_ZERO, limits.floor - value)
    if situation.emptied_seats() and sponsor_in_dialogue(situation) is False:
        reason = say("a sponsor or decider left and nobody of them is in dialogue")
        return [_line("floor.sponsor_left", lift, reason)]
    if any(is_escalated(one, situation.as_of) for one in situation.facts.cases):
        return [_line("floor.open_escalation", lift, say("an escalated request is open"))]
    return []


def _line(
    key: str, points: Decimal, reason: str, *, reading: Decimal | None = None
) -> Contribution:
    return Contribution(key=key, points=points, weight=_ZERO, reading=reading, reason=reason)


def _best_mend(
    situation: Situation, cycle: RenewalCycle, readings: Sequence[Reading], score: Score
) -> Counterfactual | None:
    """Return the one thing of ours that would lower the risk most, or None."""
    if score.value is None:
        return None
    tried = []
    for key, what in _MENDED.items():
        mended = [replace(one, value=0.0) if _worse(one, key) else one for one in readings]
        then = _scored(situation, cycle, mended).value
        if then is not None and then < score.value:
            tried.append((then - score.value, key, what))
    if not tried:
        return None
    points, _, what = min(tried)
    return Counterfactual(what=situation.settings.say(what), points=points)


def _worse(reading: Reading, key: str) -> bool:
    return reading.key == key and bool(reading.value)


def _band(situation: Situation, value: Decimal | None) -> Band:
    limits = situation.settings.renewal_risk
    if value is None:
        return Band.INSUFFICIENT_DATA
    if value >= limits.red_from:
        return Band.RED
    return Band.AMBER if value >= limits.amber_from else Band.GREEN
