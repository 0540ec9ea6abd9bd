"""Tender readiness: how well prepared we are for a call for offers, 0 to 100, explained (S2.36)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kam_connector.kam.coverage import account_coverage
from kam_connector.kam.health.reading import Reading, ramp
from kam_connector.kam.health.weighing import weigh
from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.language import phrase
from kam_connector.model.journey import Tender, TenderState
from kam_connector.model.plan import ObjectiveStatus
from kam_connector.model.plan_content import Initiative, SharedValue, WorkState
from kam_connector.model.score import Band, Counterfactual, Score

__all__ = ["TENDER_READINESS", "live_tenders", "tender_readiness", "tender_readinesses"]

TENDER_READINESS = "tender_readiness"
"""The score's name; of a second tender, with its id behind a colon."""
_RULE_VERSION = "tender-readiness-1"
_US = frozenset({"us", "we", "ourselves", "nous", "nous-mêmes"})
"""What people write for ourselves in `Tender.incumbent`."""
_MENDED = {
    "tender.sponsor": phrase("a sponsor mobilised"),
    "tender.deciders": phrase("the deciders in dialogue"),
    "tender.win_plan": phrase("a whole win plan"),
    "tender.value_recap": phrase("three proofs of value delivered"),
}
"""What we can still do; the incumbent and the calendar are as they are."""


def live_tenders(situation: Situation) -> list[Tender]:
    """Return the tenders to prepare for, the next one first; one without a date comes last."""
    limits = situation.settings.tender_readiness
    found = [
        (_day(one) or date.max, one.id, one)
        for one in situation.facts.kept.of(Tender)
        if one.state in {TenderState.EXPECTED, TenderState.PUBLISHED}
    ]
    return [
        one
        for day, _, one in sorted(found, key=lambda row: row[:2])
        if day is date.max or 0 <= (day - situation.as_of).days <= limits.horizon_days
    ]


def tender_readinesses(situation: Situation) -> dict[str, Score]:
    """Return how ready we are for every tender by the score's name, the next one's first."""
    found = [tender_readiness(situation, one) for one in live_tenders(situation)]
    return {
        name: replace(score, name=name)
        for place, score in enumerate(found)
        for name in [
            TENDER_READINESS if not place else f"{TENDER_READINESS}:{score.inputs['tender']}"
        ]
    }


def tender_readiness(situation: Situation, tender: Tender) -> Score:
    """Return how ready we are for one tender: 0 not at all, 100 fully.

    Below half of the weight known there is no value.
    """
    readings = _readings(situation, tender)
    score = _scored(situation, tender, readings)
    return replace(score, counterfactual=_best_mend(situation, tender, readings, score))


def _scored(situation: Situation, tender: Tender, readings: Sequence[Reading]) -> Score:
    limits, due = situation.settings.tender_readiness, _day(tender)
    weighed = weigh(readings, limits.weights, least_share=limits.least_data_share)
    value = ledger_sum(weighed.lines) if weighed.enough else None
    return Score(
        account_id=situation.facts.account.id,
        name=TENDER_READINESS,
        as_of=situation.as_of,
        value=value,
        band=_band(situation, value),
        data_coverage=weighed.share,
        ledger=weighed.lines,
        rule_version=_RULE_VERSION,
        inputs={
            "tender": tender.id,
            "title": tender.title,
            "due": due.isoformat() if due else None,
        },
    )


def _readings(situation: Situation, tender: Tender) -> list[Reading]:
    return [
        _sponsor(situation, tender),
        _deciders(situation),
        _win_plan(situation, tender),
        _time_left(situation, tender),
        _incumbent(situation, tender),
        _value_recap(situation),
    ]


def _sponsor(situation: Situation, tender: Tender) -> Reading:
    key, say = "tender.sponsor", situation.settings.say
    person = situation.people.get(tender.sponsor_contact_id or "")
    if person is None:
        return Reading(key=key, value=0.0, reason=say("nobody is named whom we mobilise"))
    if person.id in situation.departures:
        return Reading(key=key, value=0.0, reason=say("the sponsor we named has left"))
    if not situation.recorded.readable and not situation.strength(person.id):
        return Reading(key=key, value=None, reason=say("too little of our contact is recorded"))
    strength = situation.strength(person.id)
    full = situation.settings.health.tie_full_at
    reason = say("the sponsor we named has a tie of {strength}", strength=round(strength))
    return Reading(key=key, value=ramp(strength, (0.0, float(full))), reason=reason)


def _deciders(situation: Situation) -> Reading:
    key, say = "tender.deciders", situation.settings.say
    coverage = account_coverage(situation)
    goals = [one for one in coverage.goals if one.profile in KEY_PROFILES]
    weight = sum(one.weight for one in goals)
    if coverage.percent is None or not situation.recorded.readable or not weight:
        reason = say("too little of roles or contact is recorded")
        return Reading(key=key, value=None, reason=reason)
    value = sum(one.weight * 25.0 * one.stage for one in goals) / weight
    reached = sum(one.contact_id is not None and one.stage > 1 for one in goals)
    reason = say(
        "{reached} of {wanted} roles that decide are in contact", reached=reached, wanted=len(goals)
    )
    return Reading(key=key, value=value, reason=reason)


def _win_plan(situation: Situation, tender: Tender) -> Reading:
    key, say = "tender.win_plan", situation.settings.say
    letters = len((tender.win_plan or "").strip())
    if not letters:
        return Reading(key=key, value=0.0, reason=say("no win plan is written"))
    if letters < situation.settings.tender_readiness.plan_full_letters:
        return Reading(key=key, value=50.0, reason=say("the win plan is a sketch"))
    return Reading(key=key, value=100.0, reason=say("a win plan is written"))


def _time_left(situation: Situation, tender: Tender) -> Reading:
    key, say, due = "tender.time_left", situation.settings.say, _day(tender)
    if due is None:
        return Reading(key=key, value=None, reason=say("no date is known"))
    days = (due - situation.as_of).days
    reason = (
        say("the offer is due on {day}", day=due)
        if tender.due_on
        else say("expected on {day}", day=due)
    )
    return Reading(
        key=key,
        value=ramp(days, situation.settings.tender_readiness.time_ramp_days),
        reason=reason,
    )


def _incumbent(situation: Situation, tender: Tender) -> Reading:
    key, say = "tender.incumbent", situation.settings.say
    name = (tender.incumbent or "").strip()
    if not name:
        return Reading(key=key, value=None, reason=say("who supplies today is not known"))
    if name.casefold() in _US:
        return Reading(key=key, value=100.0, reason=say("we supply today"))
    return Reading(key=key, value=0.0, reason=say("{name} supplies today", name=name))


def _value_recap(situation: Situation) -> Reading:
    kept, full = situation.facts.kept, situation.settings.tender_readiness.recap_full_at
    proofs = (
        sum(one.state is WorkState.DONE for one in kept.of(SharedValue))
        + sum(one.state is WorkState.DONE for one in kept.of(Initiative))
        + sum(one.status is ObjectiveStatus.REACHED for one in situation.facts.objectives)
    )
    reason = situation.settings.say.count(
        "{n} proof of value: goals reached, initiatives and shared work done",
        "{n} proofs of value: goals reached, initiatives and shared work done",
        proofs,
    )
    value = ramp(float(proofs), (0.0, float(max(1, full))))
    return Reading(key="tender.value_recap", value=value, reason=reason)


def _day(tender: Tender) -> date | None:
    """Return the day the offer is due, else the day the tender is expected."""
    return tender.due_on or tender.expected_on


def _best_mend(
    situation: Situation, tender: Tender, readings: Sequence[Reading], score: Score
) -> Counterfactual | None:
    """Return the one step of ours that would add most, or None."""
    if score.value is None:
        return None
    tried = []
    for key, what in _MENDED.items():
        mended = [
            replace(one, value=100.0) if one.key == key and one.value is not None else one
            for one in readings
        ]
        then = _scored(situation, tender, mended).value
        if then is not None and then > score.value:
            tried.append((score.value - then, key, what))
    if not tried:
        return None
    points, _, what = min(tried)
    return Counterfactual(what=situation.settings.say(what), points=-points)


def _band(situation: Situation, value: Decimal | None) -> Band:
    limits = situation.settings.tender_readiness
    if value is None:
        return Band.INSUFFICIENT_DATA
    if value >= limits.green_from:
        return Band.GREEN
    return Band.AMBER if value >= limits.amber_from else Band.RED
