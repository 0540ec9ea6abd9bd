"""What the method asks of every plan, before it is known whether it was asked already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from kam_connector.kam.coverage import Coverage, GoalStage, known_percent
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.language import Language, Voice, phrase, voice
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.plan import Level, MeasureType, Objective
from kam_connector.model.score import Score

__all__ = ["MEASURES", "Aim", "aim_title", "method_aims", "whole"]

TITLES = {
    "coverage.percent": (
        phrase("Reach every wanted role"),
        phrase("Stay in touch with every wanted role"),
    ),
    "relationship.score": (
        phrase("Make the relationship strong"),
        phrase("Keep the relationship strong"),
    ),
    "health.score": (phrase("Bring health to green"), phrase("Keep health green")),
    "renewal.roles": (phrase("Prepare the renewal"), phrase("Prepare the renewal")),
}
"""By metric: when it is to rise, and when it begins where it should be."""
MEASURES = {
    "coverage.percent": phrase("Wanted roles reached"),
    "relationship.score": phrase("Relationship, 0 to 100"),
    "health.score": phrase("Health, 0 to 100"),
    "renewal.roles": phrase("Sponsor and decider in dialogue"),
}
"""What is counted, as a person calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One thing the method asks of a plan."""

    key: str
    """The same for ever, within its account."""
    titles: tuple[str, str]
    """In English: when the metric is to rise, and when it begins where it should be."""
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


def aim_title(one: Objective, say: Voice) -> str:
    """Return an objective's title in a voice's language; what a person called it stands."""
    for title in TITLES.get(one.metric, ()):
        if one.title in {voice(language)(title) for language in Language}:
            return say(title)
    return one.title


def whole(value: Decimal | None) -> Decimal | None:
    """Return whole points, rounded down: a tenth is no progress, and 59.9 is not 60."""
    return None if value is None else value.quantize(Decimal(1), rounding=ROUND_FLOOR)


def _renewal(situation: Situation, coverage: Coverage, cycle: RenewalCycle) -> Aim:
    key_goals = [goal for goal in coverage.goals if goal.profile in KEY_PROFILES]
    reached = sum(goal.stage >= GoalStage.DIALOGUE for goal in key_goals)
    known, say = known_percent(situation, coverage) is not None, situation.settings.say
    return Aim(
        key=f"renewal:{cycle.id}",
        titles=TITLES["renewal.roles"],
        why=say("a renewal is prepared with those who sponsor us and those who decide"),
        level=Level.STRATEGIC,
        metric="renewal.roles",
        measure=say(MEASURES["renewal.roles"]),
        type=MeasureType.NUMBER,
        current=Decimal(reached) if known else None,
        target=Decimal(len(key_goals)),
        due=cycle.decision,
        due_follows=True,
    )


def _yearly(key: str, year: int) -> str:
    return f"{key}:{year}" if year else key


def _coverage_aim(situation: Situation, coverage: Coverage, end: date, year: int) -> Aim:
    say = situation.settings.say
    return Aim(
        key=_yearly("coverage", year),
        titles=TITLES["coverage.percent"],
        why=say("the method wants every role of its list in contact"),
        level=Level.OPERATIONAL,
        metric="coverage.percent",
        measure=say(MEASURES["coverage.percent"]),
        type=MeasureType.PERCENT,
        current=known_percent(situation, coverage),
        target=Decimal(100),
        due=end,
    )


def _relationship_aim(
    situation: Situation, scores: Mapping[str, Score], end: date, year: int
) -> Aim:
    limits, say = situation.settings.health, situation.settings.say
    return Aim(
        key=_yearly("relationship", year),
        titles=TITLES["relationship.score"],
        why=say("from {score} a relationship is strong", score=limits.tie_full_at),
        level=Level.STRATEGIC,
        metric="relationship.score",
        measure=say(MEASURES["relationship.score"]),
        type=MeasureType.NUMBER,
        current=whole(scores["relationship"].value),
        target=Decimal(limits.tie_full_at),
        due=end,
    )


def _health_aim(situation: Situation, scores: Mapping[str, Score], end: date, year: int) -> Aim:
    limits, say = situation.settings.health, situation.settings.say
    return Aim(
        key=_yearly("health", year),
        titles=TITLES["health.score"],
        why=say("from {score} health is green", score=limits.green_from),
        level=Level.STRATEGIC,
        metric="health.score",
        measure=say(MEASURES["health.score"]),
        type=MeasureType.NUMBER,
        current=whole(scores["health"].value),
        target=limits.green_from,
        due=end,
    )
