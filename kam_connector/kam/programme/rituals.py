"""The programme's rhythm: what is due, what is overdue, how many hours it takes (S1.05, S1.09)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.programme.methods import MethodProfile
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.model.programme import Ritual, RitualKind

__all__ = ["RitualDue", "RitualState", "missing_rituals", "monthly_hours", "rituals_due"]

_MONTH = Decimal("30.4375")


class RitualState(StrEnum):
    """Where a recurring meeting stands."""

    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"
    NEVER_HELD = "never_held"


@dataclass(frozen=True, slots=True, kw_only=True)
class RitualDue:
    """One ritual with its next day."""

    ritual: Ritual
    next_on: date
    """The day somebody set, else the last one plus the cadence; never held: today."""
    state: RitualState
    days_late: int = 0


def rituals_due(
    rituals: Iterable[Ritual], *, as_of: date, settings: ProgrammeSettings | None = None
) -> tuple[RitualDue, ...]:
    """Return every ritual with its next day, the latest first.

    A day that somebody set counts while no meeting was held on it or after. It is due from its
    day on, and overdue once a quarter of its cadence has gone by.
    """
    limits = settings or ProgrammeSettings()
    found = [_due(one, as_of, limits) for one in rituals]
    return tuple(sorted(found, key=lambda one: (one.next_on, one.ritual.name, one.ritual.id)))


def monthly_hours(
    rituals: Iterable[Ritual], *, settings: ProgrammeSettings | None = None
) -> Decimal:
    """Return how many hours a month these rituals take from somebody who attends all."""
    limits = settings or ProgrammeSettings()
    hours = (
        limits.ritual_hours[one.kind] * _MONTH / one.cadence_days
        for one in rituals
        if one.cadence_days > 0
    )
    return sum(hours, Decimal(0)).quantize(Decimal("0.1"))


def missing_rituals(rituals: Iterable[Ritual], method: MethodProfile) -> tuple[RitualKind, ...]:
    """Return the kinds of ritual that the method asks for and nobody has set up."""
    there = {one.kind for one in rituals}
    return tuple(kind for kind in method.rituals if kind not in there)


def _due(ritual: Ritual, as_of: date, limits: ProgrammeSettings) -> RitualDue:
    last = ritual.last_held_on
    day = ritual.next_on
    if day is not None and last is not None and last >= day:
        day = None
    if day is None:
        day = last + timedelta(days=ritual.cadence_days) if last else as_of
    late = max(0, (as_of - day).days)
    if day > as_of:
        state = RitualState.PLANNED
    elif late > ritual.cadence_days * limits.ritual_grace:
        state = RitualState.OVERDUE
    elif last is None and ritual.next_on is None:
        state = RitualState.NEVER_HELD
    else:
        state = RitualState.DUE
    return RitualDue(ritual=ritual, next_on=day, state=state, days_late=late)
