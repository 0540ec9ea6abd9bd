"""Chance and time in the generated world: both the same on every machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from kam_sandbox.clock import START

__all__ = ["TODAY", "ago", "dice", "moment", "office_time", "stamp"]

TODAY = START.date()
"""The world's first day; everything that the generator writes lies before it."""

_SATURDAY = 5


def dice(seed: int, purpose: str) -> Random:
    """Return a generator of its own for one purpose, so that purposes do not disturb each other."""
    return Random(f"{seed}:{purpose}")  # noqa: S311 - a repeatable world, not a secret


def moment(text: str) -> datetime:
    """Return the instant of ``2026-11-18T09:12`` read as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ago(days: int, clock: str = "09:00") -> datetime:
    """Return the instant *days* before the world's first day, at a time of day in UTC."""
    return datetime.combine(TODAY - timedelta(days=days), time.fromisoformat(clock), UTC)


def office_time(rng: Random, day: date) -> datetime:
    """Return an instant in office hours on *day*, or on the Friday before a weekend."""
    if day.weekday() >= _SATURDAY:
        day -= timedelta(days=day.weekday() - _SATURDAY + 1)
    clock = time(rng.randint(7, 16), rng.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)))
    return datetime.combine(day, clock, UTC)


def stamp(at: datetime) -> str:
    """Return an instant as both CRMs write it: ``2026-11-18T09:12:00.000Z``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
