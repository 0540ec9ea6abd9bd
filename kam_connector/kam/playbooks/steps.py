"""What a playbook is made of: steps with role, day and sign of success, and their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

__all__ = ["DatedStep", "PlaybookStep", "StepRole", "dated", "working_days_apart"]


class StepRole(StrEnum):
    """Whose step it is, on our side."""

    KAM = "kam"
    PREVIOUS_KAM = "previous_kam"
    """Who hands the account over."""
    EXECUTIVE_SPONSOR = "executive_sponsor"
    SUPPORT = "support"
    PRESALES = "presales"
    FINANCE = "finance"
    LEGAL = "legal"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookStep:
    """One step: who does what, when, and what shows that it worked."""

    key: str
    role: StepRole
    title: str
    """In English, with ``{account}``; it names no person, so that everybody may read it."""
    indicator: str
    after: int
    """Working days after the start."""
    before: int | None = None
    """Working days before the day that the playbook leads up to, where one is known; negative:
    after it."""
    stays: bool = False
    """Still worth doing once the occasion is over: a post-mortem, a debriefing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedStep:
    """A step with its day."""

    step: PlaybookStep
    number: int
    of: int
    due: date


def dated(
    steps: Sequence[PlaybookStep], *, start: date, target: date | None = None
) -> tuple[DatedStep, ...]:
    """Return steps with their days, never before the first working day after the start.

    Steps that count back from the target and are late already follow each other day by day.

    Args:
        steps: In the playbook's order.
        start: The first day of the run.
        target: The day it leads up to: a decision, a submission, a feast.
    """
    return tuple(
        DatedStep(step=step, number=n, of=len(steps), due=_due(step, n, start, target))
        for n, step in enumerate(steps, 1)
    )


def working_days_apart(day: date, count: int) -> date:
    """Return the day *count* working days after *day*, Monday to Friday; before it, if negative."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= 5:
            day += step
    return day


def _due(step: PlaybookStep, number: int, start: date, target: date | None) -> date:
    if target is None or step.before is None:
        return working_days_apart(start, max(1, step.after))
    return max(working_days_apart(start, number), working_days_apart(target, -step.before))
