"""What the plan of a key account wants to reach, out of what is measured anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from kam_connector.kam.coverage import Coverage, GoalStage, known_percent
from kam_connector.kam.plan.opening import HORIZON_DAYS
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Level, Measure, MeasureType, Objective, ObjectiveStatus
from kam_connector.model.score import Score

__all__ = ["Aims", "account_aims"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """The objectives of one plan, with the measures of those that still count."""

    objectives: tuple[Objective, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """What the method asks of a plan, before it is known whether it was asked already."""

    key: str
    """The same for ever, within its account."""
    raising: str
    """The title, when the metric is to rise ..."""
    keeping: str
    """... and when it begins where it should be."""
    why: str
    level: Level
    metric: str
    measure: str
    """What is counted, as a person calls it."""
    type: MeasureType
    current: Decimal | None
    target: Decimal
    due: date
    due_follows: bool = False
    """The day is another record's: it moves with it."""


def account_aims(situation: Situation, coverage: Coverage, scores: Mapping[str, Score]) -> Aims:
    """Return a plan's objectives as of today: known ones followed up, new ones begun.

    An objective is made once, whatever becomes of it: its id follows from account and aim, its
    baseline is the first known value. One whose reason went away is closed. Without an open
    plan there are none.
    """
    plan = situation.facts.plan
    if plan is None or plan.id is None or plan.opened_on is None:
        return Aims()
    known = {one.id: one for one in situation.facts.objectives}
    end = plan.opened_on + timedelta(days=HORIZON_DAYS)
    asked = {_id(situation, aim): aim for aim in _aims(situation, coverage, scores, end=end)}
    objectives = [_followed(situation, id_, aim, known.get(id_)) for id_, aim in asked.items()]
    gone = [_closed(one) for id_, one in known.items() if id_ not in asked]
    return Aims(
        objectives=(*objectives, *gone),
        measures=tuple(
            _measure(one, asked[one.id])
            for one in objectives
            if one.status is not ObjectiveStatus.CLOSED
        ),
    )


def _id(situation: Situation, aim: _Aim) -> str:
    return kam_id(Kind.OBJECTIVE, "kam", f"{situation.facts.account.id}:{aim.key}")


def _aims(
    situation: Situation, coverage: Coverage, scores: Mapping[str, Score], *, end: date
) -> Iterator[_Aim]:
    limits = situation.settings.health
    yield _Aim(
        key="coverage",
        raising="Reach every wanted role",
        keeping="Stay in touch with every wanted role",
        why="the method wants every role of its list in contact",
        level=Level.OPERATIONAL,
        metric="coverage.percent",
        measure="Wanted roles reached",
        type=MeasureType.PERCENT,
        current=known_percent(situation, coverage),
        target=Decimal(100),
        due=end,
    )
    yield _Aim(
        key="relationship",
        raising="Make the relationship strong",
        keeping="Keep the relationship strong",
        why=f"from {limits.tie_full_at} a relationship is strong",
        level=Level.STRATEGIC,
        metric="relationship.score",
        measure="Relationship, 0 to 100",
        type=MeasureType.NUMBER,
        current=_whole(scores["relationship"].value),
        target=Decimal(limits.tie_full_at),
        due=end,
    )
    yield _Aim(
        key="health",
        raising="Bring health to green",
        keeping="Keep health green",
        why=f"from {limits.green_from} health is green",
        level=Level.STRATEGIC,
        metric="health.score",
        measure="Health, 0 to 100",
        type=MeasureType.NUMBER,
        current=_whole(scores["health"].value),
        target=limits.green_from,
        due=end,
    )
    for cycle in situation.renewals:
        if cycle.state is RenewalState.OPEN and cycle.opens <= situation.as_of <= cycle.decision:
            yield _renewal(situation, coverage, cycle)


def _whole(value: Decimal | None) -> Decimal | None:
    """Return whole points, rounded down: a tenth is no progress, and 59.9 is not 60."""
    return None if value is None else value.quantize(Decimal(1), rounding=ROUND_FLOOR)


def _renewal(situation: Situation, coverage: Coverage, cycle: RenewalCycle) -> _Aim:
    key_goals = [goal for goal in coverage.goals if goal.profile in KEY_PROFILES]
    reached = sum(goal.stage >= GoalStage.DIALOGUE for goal in key_goals)
    known = known_percent(situation, coverage) is not None
    return _Aim(
        key=f"renewal:{cycle.id}",
        raising="Prepare the renewal",
        keeping="Prepare the renewal",
        why="a renewal is prepared with those who sponsor us and those who decide",
        level=Level.STRATEGIC,
        metric="renewal.roles",
        measure="Sponsor and decider in dialogue",
        type=MeasureType.NUMBER,
        current=Decimal(reached) if known else None,
        target=Decimal(len(key_goals)),
        due=cycle.decision,
        due_follows=True,
    )


def _followed(situation: Situation, id_: str, aim: _Aim, known: Objective | None) -> Objective:
    baseline = aim.current if known is None or known.baseline is None else known.baseline
    one = known or Objective(
        id=id_,
        account_id=situation.facts.account.id,
        title=aim.keeping if _is_kept(baseline, aim.target) else aim.raising,
        reason="",
        level=aim.level,
        metric=aim.metric,
        baseline=baseline,
        target=aim.target,
        due=aim.due,
    )
    return replace(
        one,
        reason=_reason(aim, baseline),
        baseline=baseline,
        target=aim.target,
        due=aim.due if aim.due_follows else one.due,
        status=_status(one, aim, step=situation.settings.write_step),
    )


def _is_kept(baseline: Decimal | None, target: Decimal) -> bool:
    """Tell whether an objective began where it should be: it is to be kept, not reached."""
    return baseline is not None and baseline >= target


def _status(one: Objective, aim: _Aim, *, step: Decimal) -> ObjectiveStatus:
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
    return replace(one, status=ObjectiveStatus.CLOSED) if one.settled_at is None else one


def _reason(aim: _Aim, baseline: Decimal | None) -> str:
    unit = " %" if aim.type is MeasureType.PERCENT else ""
    began = "not known yet" if baseline is None else f"{baseline.normalize():f}{unit} at the start"
    return f"{aim.measure}: {began}, target {aim.target.normalize():f}{unit}; {aim.why}."


def _measure(one: Objective, aim: _Aim) -> Measure:
    return Measure(
        id=kam_id(Kind.MEASURE, "kam", one.id),
        objective_id=one.id,
        name=aim.measure,
        value_type=aim.type,
        current=aim.current,
        target=aim.target,
    )
