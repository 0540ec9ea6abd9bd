"""What the plan of a key account wants to reach: the method's aims, and people's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kam_connector.kam.coverage import Coverage, known_percent
from kam_connector.kam.plan.aims import MEASURES, Aim, aim_title, method_aims, whole
from kam_connector.kam.plan.horizon import aims_due, year_number
from kam_connector.kam.plan.scope import plan_frame
from kam_connector.kam.situation import Situation
from kam_connector.language import Voice
from kam_connector.model.figures import KpiValue
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Measure, MeasureType, Nature, Objective, ObjectiveStatus
from kam_connector.model.score import Score

__all__ = ["Aims", "account_aims"]

_PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """The objectives of one plan, with the measures of those that still count."""

    objectives: tuple[Objective, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What a metric shows today."""

    name: str
    type: MeasureType
    value: Decimal | None


def account_aims(situation: Situation, coverage: Coverage, scores: Mapping[str, Score]) -> Aims:
    """Return a plan's objectives as of today: known ones followed up, new ones begun.

    An objective of the method is made once a year of the plan, whatever becomes of it: its id
    follows from account, aim and year, its baseline is the first known value. One whose year
    or reason is over is closed. What a person set is measured where it can be, and otherwise
    left as it is. Without an open plan there are none.
    """
    facts, plan = situation.facts, situation.facts.plan
    if plan is None or plan.id is None or plan.opened_on is None:
        return Aims()
    theirs = [one for one in facts.objectives if one.made_by is not None]
    known = {one.id: one for one in facts.objectives if one.made_by is None}
    year = year_number(plan.opened_on, situation.as_of)
    end = aims_due(plan.opened_on, situation.as_of, plan_frame(facts))
    wanted = method_aims(situation, coverage, scores, end=end, year=year)
    asked = {_carried(situation, aim, known) or _id(situation, aim): aim for aim in wanted}
    objectives = [_followed(situation, id_, aim, known.get(id_)) for id_, aim in asked.items()]
    gone = [_closed(one) for id_, one in known.items() if id_ not in asked]
    readings = _readings(situation, coverage, scores)
    return Aims(
        objectives=(*objectives, *gone, *(_measured(one, readings) for one in theirs)),
        measures=(
            *(_measure(one, asked[one.id]) for one in objectives if _counts(one)),
            *(
                _own_measure(one, readings[one.metric], one.target)
                for one in theirs
                if _counts(one) and one.target is not None and one.metric in readings
            ),
        ),
    )


def _counts(one: Objective) -> bool:
    return one.status is not ObjectiveStatus.CLOSED and one.nature is Nature.QUANTITATIVE


def _id(situation: Situation, aim: Aim) -> str:
    return kam_id(Kind.OBJECTIVE, "kam", f"{situation.facts.account.id}:{aim.key}")


def _carried(situation: Situation, aim: Aim, known: Mapping[str, Objective]) -> str | None:
    """Return the objective of an earlier year that goes on: a person gave it a later day."""
    for one in known.values():
        goes_on = one.status is ObjectiveStatus.OPEN and one.due > situation.as_of
        if goes_on and one.metric == aim.metric and not aim.due_follows:
            return one.id
    return None


def _followed(situation: Situation, id_: str, aim: Aim, known: Objective | None) -> Objective:
    baseline = aim.current if known is None or known.baseline is None else known.baseline
    say = situation.settings.say
    one = known or Objective(
        id=id_,
        account_id=situation.facts.account.id,
        title=say(aim.titles[_is_kept(baseline, aim.target)]),
        reason="",
        level=aim.level,
        metric=aim.metric,
        baseline=baseline,
        target=aim.target,
        due=aim.due,
        set_on=situation.as_of,
    )
    return replace(
        one,
        title=aim_title(one, say),
        reason=_reason(aim, baseline, say),
        baseline=baseline,
        target=aim.target,
        due=aim.due if aim.due_follows else one.due,
        status=_status(one, aim, step=situation.settings.write_step),
        last=one.last if aim.current is None else aim.current,
    )


def _is_kept(baseline: Decimal | None, target: Decimal) -> bool:
    """Tell whether an objective began where it should be: it is to be kept, not reached."""
    return baseline is not None and baseline >= target


def _status(one: Objective, aim: Aim, *, step: Decimal) -> ObjectiveStatus:
    """Return where an objective stands; who set it in a CRM has the last word.

    What was reached stays so while it is less than *step* below its target: a day's decay is
    no news. One that began where it should be is never reached, only kept.
    """
    if one.settled_at is not None:
        return one.status
    if aim.current is None:
        return one.status if one.status is ObjectiveStatus.REACHED else ObjectiveStatus.OPEN
    slack = step if one.status is ObjectiveStatus.REACHED else Decimal(0)
    if not _is_kept(one.baseline, aim.target) and aim.current + slack >= aim.target:
        return ObjectiveStatus.REACHED
    return ObjectiveStatus.OPEN


def _closed(one: Objective) -> Objective:
    """Close what is over; what was reached stays reached."""
    is_open = one.status is ObjectiveStatus.OPEN and one.settled_at is None
    return replace(one, status=ObjectiveStatus.CLOSED) if is_open else one


def _readings(
    situation: Situation, coverage: Coverage, scores: Mapping[str, Score]
) -> dict[str, _Reading]:
    """Return what can be measured today, by metric: the layer's own figures, and the KPIs."""
    found = {
        one.key: _Reading(name=one.key.replace(".", " "), type=_type(one.unit), value=one.value)
        for one in sorted(situation.facts.kept.of(KpiValue), key=lambda one: one.as_of)
        if one.account_id == situation.facts.account.id and one.as_of <= situation.as_of
    }
    say, number, percent = situation.settings.say, MeasureType.NUMBER, MeasureType.PERCENT
    ours = {
        "coverage.percent": (percent, known_percent(situation, coverage)),
        "relationship.score": (number, scores["relationship"].value),
        "health.score": (number, scores["health"].value),
    }
    return found | {
        metric: _Reading(name=say(MEASURES[metric]), type=made, value=whole(value))
        for metric, (made, value) in ours.items()
    }


def _type(unit: str) -> MeasureType:
    return MeasureType.PERCENT if unit == _PERCENT else MeasureType.NUMBER


def _measured(one: Objective, readings: Mapping[str, _Reading]) -> Objective:
    """Note where a person's objective stands; its words, numbers and status stay theirs."""
    reading = readings.get(one.metric)
    if not _counts(one) or reading is None or reading.value is None:
        return one
    started = reading.value if one.baseline is None else one.baseline
    return replace(one, last=reading.value, baseline=started)


def _own_measure(one: Objective, reading: _Reading, target: Decimal) -> Measure:
    return Measure(
        id=kam_id(Kind.MEASURE, "kam", one.id),
        objective_id=one.id,
        name=reading.name,
        value_type=reading.type,
        current=reading.value,
        target=target,
    )


def _reason(aim: Aim, baseline: Decimal | None, say: Voice) -> str:
    """Return why an objective is set: what is measured, where it began, where it should be."""

    def amount(value: Decimal) -> str:
        is_share = aim.type is MeasureType.PERCENT
        return say("{value} %", value=value) if is_share else say.number(value)

    return say(
        "{measure}: {began}, target {target}; {why}.",
        measure=aim.measure,
        began=say("not known yet")
        if baseline is None
        else say("{value} at the start", value=amount(baseline)),
        target=amount(aim.target),
        why=aim.why,
    )


def _measure(one: Objective, aim: Aim) -> Measure:
    return Measure(
        id=kam_id(Kind.MEASURE, "kam", one.id),
        objective_id=one.id,
        name=aim.measure,
        value_type=aim.type,
        current=aim.current,
        target=aim.target,
    )
