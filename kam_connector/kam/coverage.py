"""Coverage: which roles we reach, and on how many threads the account hangs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum

from kam_connector.kam.situation import Situation
from kam_connector.language import phrase
from kam_connector.model.contact import Profile

__all__ = [
    "STAGE_WORDS",
    "Coverage",
    "GoalStage",
    "RoleGoal",
    "account_coverage",
    "effective_threads",
    "known_percent",
    "newcomer_mean",
]

_DIALOGUE = 40.0
_SUPPORT = 60.0
"""Developing and strong ties (docs/scores.md bands). Until a person declares support,
a strong tie stands for it: our choice."""
_ACCESS_DAYS = 365
"""Access lasts a year after the last two-way contact. Our choice: one plan year."""


class GoalStage(IntEnum):
    """How far a role goal got: ARPEDIO's four stages (docs/scores.md), or not begun."""

    MISSING = 0
    IDENTIFIED = 1
    ACCESS = 2
    DIALOGUE = 3
    SUPPORTS = 4


STAGE_WORDS = {
    GoalStage.MISSING: phrase("missing"),
    GoalStage.IDENTIFIED: phrase("identified"),
    GoalStage.ACCESS: phrase("access"),
    GoalStage.DIALOGUE: phrase("dialogue"),
    GoalStage.SUPPORTS: phrase("supports"),
}
"""The stages as a person calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGoal:
    """One role we want to reach, and how far we got."""

    profile: Profile
    weight: int
    stage: GoalStage
    contact_id: str | None
    """The best-reached holder."""
    strength: float
    grace: bool
    """Its only holders are newcomers nobody met yet: it counts for us, never against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Coverage of one account."""

    percent: float | None
    """0-100: role goals met, by weight; None when no roles are recorded at all."""
    goals: tuple[RoleGoal, ...]
    threads: float
    """Effective threads, 1 / HHI of the strengths; 0 without any tie."""
    connected: int
    """Contacts with any strength."""
    bus_factor: int
    """Fewest departures after which no tie of 40 or more is left."""


def effective_threads(strengths: Iterable[float]) -> float:
    """Return on how many equal ties these amount to: 1 / HHI, 0 without any.

    ``[80] -> 1.0``, ``[80, 10] -> 1.25``, ``[60, 50, 40] -> 2.9`` (docs/scores.md).
    """
    known = [strength for strength in strengths if strength > 0]
    squares = math.fsum(strength * strength for strength in known)
    return math.fsum(known) ** 2 / squares if squares else 0.0


def account_coverage(situation: Situation, *, with_departed: bool = False) -> Coverage:
    """Return the coverage of one account.

    Args:
        situation: The account, read.
        with_departed: Also count sponsors and deciders who left within the last half
            year, as the score before its caps does.
    """
    there = _there(situation, with_departed=with_departed)
    goals = tuple(
        _goal(situation, profile, weight, there)
        for profile, weight in situation.settings.health.goals.items()
    )
    ties = [situation.strength(person_id) for person_id in there]
    recorded = any(values - {Profile.OTHER} for values in situation.profiles.values())
    return Coverage(
        percent=_met_percent(goals) if recorded else None,
        goals=goals,
        threads=effective_threads(ties),
        connected=sum(tie > 0 for tie in ties),
        bus_factor=sum(tie >= _DIALOGUE for tie in ties),
    )


def known_percent(situation: Situation, coverage: Coverage) -> Decimal | None:
    """Return the coverage in whole percent; None when too little of our contact is recorded."""
    if coverage.percent is None or not situation.recorded.readable:
        return None
    return Decimal(repr(round(coverage.percent, 6))).quantize(Decimal(1))


def _met_percent(goals: Iterable[RoleGoal]) -> float:
    """Return the met share of *goals* by weight, 0-100."""
    return newcomer_mean((goal, 25.0 * goal.stage) for goal in goals)


def newcomer_mean(readings: Iterable[tuple[RoleGoal, float]]) -> float:
    """Return the weighted mean of goal readings; newcomers count only if they raise it."""
    rows = [(goal.grace, goal.weight, reading) for goal, reading in readings]
    everybody = _mean([(weight, reading) for _, weight, reading in rows])
    settled = _mean([(weight, reading) for grace, weight, reading in rows if not grace])
    return max(everybody, settled)


def _mean(rows: list[tuple[int, float]]) -> float:
    total = sum(weight for weight, _ in rows)
    return math.fsum(weight * reading for weight, reading in rows) / total if total else 0.0


def _there(situation: Situation, *, with_departed: bool) -> list[str]:
    return [*situation.present(), *(situation.emptied_seats() if with_departed else ())]


def _goal(situation: Situation, profile: Profile, weight: int, there: list[str]) -> RoleGoal:
    holders = [p for p in there if profile in situation.profiles.get(p, frozenset())]
    best = max(holders, key=lambda p: (situation.strength(p), p), default=None)
    stages = [_stage(situation, holder) for holder in holders]
    return RoleGoal(
        profile=profile,
        weight=weight,
        stage=max(stages, default=GoalStage.MISSING),
        contact_id=best,
        strength=situation.strength(best) if best else 0.0,
        grace=bool(holders) and all(_newcomer(situation, holder) for holder in holders),
    )


def _stage(situation: Situation, person_id: str) -> GoalStage:
    score = situation.strengths[person_id]
    strength = float(score.value)
    if strength >= _SUPPORT:
        return GoalStage.SUPPORTS
    if strength >= _DIALOGUE:
        return GoalStage.DIALOGUE
    since = situation.as_of - timedelta(days=_ACCESS_DAYS)
    if score.last_two_way and score.last_two_way >= since:
        return GoalStage.ACCESS
    return GoalStage.IDENTIFIED


def _newcomer(situation: Situation, person_id: str) -> bool:
    created = situation.people[person_id].created_at
    if created is None:
        return False
    return (situation.now - created).days < situation.settings.health.newcomer_grace_days
