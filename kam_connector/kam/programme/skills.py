"""What our people can do, what is missing, and who was trained (S1.11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.model.programme import Competency

__all__ = ["SkillGap", "Skills", "skills_of"]

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillGap:
    """One skill of one person that is less than wanted."""

    user_id: str
    skill: str
    level: int
    wanted: int
    training: str | None
    """What is meant to close it; None: nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """The people's skills as last assessed."""

    gaps: tuple[SkillGap, ...]
    """Widest first."""
    assessed: int
    """People with any assessment."""
    trained: tuple[tuple[str, int], ...]
    """(person, trainings within a year), of everybody asked about, most first."""
    met_share: Decimal | None
    """Share of the assessed skills that are as wanted; None without any."""

    @property
    def trained_percent(self) -> Decimal | None:
        """Percent of the people with any training within a year; None without people."""
        if not self.trained:
            return None
        return Decimal(100 * sum(n > 0 for _, n in self.trained)) / len(self.trained)

    @property
    def largest_share(self) -> Decimal | None:
        """Share of all trainings that the most trained person had; None without any."""
        total = sum(count for _, count in self.trained)
        return Decimal(self.trained[0][1]) / total if total else None


def skills_of(told: Iterable[Competency], *, people: Iterable[str], as_of: date) -> Skills:
    """Return gaps and training of *people*: each skill as it was last assessed."""
    asked = set(people)
    last: dict[tuple[str, str], Competency] = {}
    trainings: dict[str, set[tuple[str, date]]] = {user_id: set() for user_id in asked}
    for one in sorted(told, key=lambda c: (c.assessed_on, c.id)):
        if one.user_id not in asked or one.assessed_on > as_of:
            continue
        last[one.user_id, one.skill.casefold()] = one
        if one.trained_on is not None and as_of - _YEAR < one.trained_on <= as_of:
            trainings[one.user_id].add((one.training or one.skill, one.trained_on))
    short = [one for one in last.values() if one.level < one.wanted]
    short.sort(key=lambda c: (c.level - c.wanted, c.user_id, c.skill))
    counts = [(user_id, len(done)) for user_id, done in trainings.items()]
    return Skills(
        gaps=tuple(_gap(one) for one in short),
        assessed=len({user_id for user_id, _ in last}),
        trained=tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))),
        met_share=1 - Decimal(len(short)) / len(last) if last else None,
    )


def _gap(one: Competency) -> SkillGap:
    return SkillGap(
        user_id=one.user_id,
        skill=one.skill,
        level=one.level,
        wanted=one.wanted,
        training=one.training,
    )
