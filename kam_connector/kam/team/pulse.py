"""How teams find the work, over rounds; never fewer than three answers are shown (S1.21)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.model.account_team import TeamPulse

__all__ = ["QUESTIONS", "PulseRound", "PulseTrend", "Trend", "pulse_trend"]

QUESTIONS = ("clarity", "workload", "priorities", "collaboration")
"""What is asked, each 1 (bad) to 5 (good)."""
_STEP = Decimal("0.3")
"""A mean that moved by less is no trend. Our choice: one of three people changed one mark."""


class Trend(StrEnum):
    """Where a question went since the round before."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseRound:
    """One round; with fewer answers than allowed it says how many, and nothing else."""

    first_on: date
    last_on: date
    answers: int
    means: tuple[tuple[str, Decimal], ...]
    """(question, mean); empty: too few answers."""

    @property
    def shown(self) -> bool:
        """Whether enough people answered."""
        return bool(self.means)


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseTrend:
    """All rounds, and where each question goes."""

    rounds: tuple[PulseRound, ...]
    """Oldest first."""
    trends: tuple[tuple[str, Trend], ...]
    """Between the last two rounds that are shown."""


def pulse_trend(
    told: Iterable[TeamPulse], *, as_of: date, settings: ProgrammeSettings | None = None
) -> PulseTrend:
    """Return a team's rounds and trend: of each person's answers in a round the last counts.

    Names and notes are left out whatever the number of answers: a pulse is of a team.
    """
    limits = settings or ProgrammeSettings()
    answers = sorted((one for one in told if one.on <= as_of), key=lambda one: (one.on, one.id))
    rounds = [_round(group, limits) for group in _grouped(answers, limits.pulse_round_days)]
    shown = [one for one in rounds if one.shown]
    if len(shown) > 1:
        before, now = dict(shown[-2].means), dict(shown[-1].means)
        trends = tuple((asked, _trend(now[asked] - before[asked])) for asked in QUESTIONS)
    else:
        trends = tuple((asked, Trend.UNKNOWN) for asked in QUESTIONS)
    return PulseTrend(rounds=tuple(rounds), trends=trends)


def _grouped(answers: Sequence[TeamPulse], days: int) -> list[list[TeamPulse]]:
    groups: list[list[TeamPulse]] = []
    for one in answers:
        if groups and (one.on - groups[-1][0].on).days <= days:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _round(group: Sequence[TeamPulse], limits: ProgrammeSettings) -> PulseRound:
    last = {one.user_id or one.id: one for one in group}
    answers = list(last.values())
    means: tuple[tuple[str, Decimal], ...] = ()
    if len(answers) >= limits.least_answers:
        means = tuple((asked, _mean([getattr(a, asked) for a in answers])) for asked in QUESTIONS)
    return PulseRound(first_on=group[0].on, last_on=group[-1].on, answers=len(answers), means=means)


def _mean(marks: Sequence[int]) -> Decimal:
    return (Decimal(sum(marks)) / len(marks)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


def _trend(moved: Decimal) -> Trend:
    if abs(moved) < _STEP:
        return Trend.STEADY
    return Trend.UP if moved > 0 else Trend.DOWN
