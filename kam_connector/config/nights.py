"""What daylight saving does to a nightly hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kam_connector.config.sections import Schedule

__all__ = ["clock_change_warning"]


def clock_change_warning(schedule: Schedule, *, year: int) -> str:
    """Return a warning if the hour comes twice or never on some night of the year, or nothing."""
    if schedule.cron is not None:
        return ""
    nights = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    twice = [night for night in nights if _comes_twice(schedule, night)]
    never = [night for night in nights if _never_comes(schedule, night)]
    parts = [f"twice on {night}" for night in twice] + [f"never on {night}" for night in never]
    if not parts:
        return ""
    return f"{schedule.hour:%H:%M} happens {' and '.join(parts)}; it runs once per date."


def _comes_twice(schedule: Schedule, night: date) -> bool:
    first = datetime.combine(night, schedule.hour, tzinfo=schedule.zone)
    second = first.replace(fold=1)
    return first.utcoffset() > second.utcoffset()  # type: ignore[operator]


def _never_comes(schedule: Schedule, night: date) -> bool:
    local = datetime.combine(night, schedule.hour, tzinfo=schedule.zone)
    there_and_back = local.astimezone(UTC).astimezone(schedule.zone)
    return there_and_back.replace(tzinfo=None) != local.replace(tzinfo=None)
