"""What the method asks of every plan, before it is known whether it was asked already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from kam_connector.kam.coverage import Coverage, GoalStage, known_percent
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.plan import Level, MeasureType
from kam_connector.model.score import Score

__all__ = ["Aim", "method_aims", "whole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One thing the method asks of a plan."""

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


def method_aims(
    situation: Situation, coverage: Coverage, scores: Mapping[str, Score], *, end: date, year: int
) -> Iterator[Aim]:
    """Yield what the method asks of a plan today; each year asks anew.

    Args:
        situation: The account, read.
        coverage: Of those who are still there.
        scores: ``health`` and ``relationship``.
        end: The last day of the plan's present year.
        year: Which of its years that is, 0 being the first.
    """
    yield _coverage_aim(situation, coverage, end, year)
    yield _relationship_aim(situation, scores, end, year)
    yield _health_aim(situation, scores, end, year)
    for cycle in situation.renewals:
        if cycle.state is RenewalState.OPEN and cycle.opens <= situation.as_of <= cycle.decision:
            yield _renewal(situation, coverage, cycle)


def whole(value: Decimal | None) -> Decimal | None:
    """Return whole points, rounded down: a tenth is no progress, and 59.9 is not 60."""
    return None if value is None else value.quantize(Decimal(1), rounding=ROUND_FLOOR)


def _renewal(situation: Situation, coverage: Coverage, cycle: RenewalCycle) -> Aim:
    key_goals = [goal for goal in coverage.goals if goal.profile in KEY_PROFILES]
    reached = sum(goal.stage >= GoalStage.DIALOGUE for goal in key_goals)
    known = known_percent(situation, coverage) is not None
    return Aim(
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


def _yearly(key: str, year: int) -> str:
    return f"{key}:{year}" if year else key


def _coverage_aim(situation: Situation, coverage: Coverage, end: date, year: int) -> Aim:
    return Aim(
        key=_yearly("coverage", year),
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


def _relationship_aim(
    situation: Situation, scores: Mapping[str, Score], end: date, year: int
) -> Aim:
    limits = situation.settings.health
    return Aim(
        key=_yearly("relationship", year),
        raising="Make the relationship strong",
        keeping="Keep the relationship strong",
        why=f"from {limits.tie_full_at} a relationship is strong",
        level=Level.STRATEGIC,
        metric="relationship.score",
        measure="Relationship, 0 to 100",
        type=MeasureType.NUMBER,
        current=whole(scores["relationship"].value),
        target=Decimal(limits.tie_full_at),
        due=end,
    )


def _health_aim(situation: Situation, scores: Mapping[str, Score], end: date, year: int) -> Aim:
    limits = situation.settings.health
    return Aim(
        key=_yearly("health", year),
        raising="Bring health to green",
        keeping="Keep health green",
        why=f"from {limits.green_from} health is green",
        level=Level.STRATEGIC,
        metric="health.score",
        measure="Health, 0 to 100",
        type=MeasureType.NUMBER,
        current=whole(scores["health"].value),
        target=limits.green_from,
        due=end,
    )
