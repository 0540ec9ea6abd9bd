"""Date literals and date functions: ``LAST_N_DAYS:30``, ``CALENDAR_YEAR(CloseDate)``.

Ranges are in UTC: the org's own time zone is not taken into account. Weeks begin on Monday,
as a French org has them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

__all__ = ["DATE_FUNCTIONS", "day_range"]

_Bounds = tuple[date, date]


def day_range(name: str, today: date) -> _Bounds | None:
    """Return the half-open range of days of a date literal, or None when it is not known."""
    word, colon, count = name.partition(":")
    if not colon:
        return _fixed(word, today)
    try:
        return _counted(word, int(count), today)
    except (ValueError, OverflowError):  # no count, or one beyond the calendar
        return None


def _fixed(word: str, today: date) -> _Bounds | None:
    day = timedelta(1)
    ranges: dict[str, _Bounds] = {
        "TODAY": (today, today + day),
        "YESTERDAY": (today - day, today),
        "TOMORROW": (today + day, today + 2 * day),
        "LAST_90_DAYS": (today - 90 * day, today + day),
        "NEXT_90_DAYS": (today + day, today + 91 * day),
    }
    if word in ranges:
        return ranges[word]
    which, _, period = word.partition("_")
    step = {"LAST": -1, "THIS": 0, "NEXT": 1}.get(which)
    if step is None or period not in _STARTS:
        return None
    return _STARTS[period](today, step), _STARTS[period](today, step + 1)


def _counted(word: str, count: int, today: date) -> _Bounds | None:
    day = timedelta(1)
    match word:
        case "LAST_N_DAYS":
            return today - count * day, today + day
        case "NEXT_N_DAYS":
            return today + day, today + (count + 1) * day
        case "N_DAYS_AGO":
            return today - count * day, today - (count - 1) * day
    if word.startswith("N_") and word.endswith("S_AGO"):  # N_MONTHS_AGO
        ago = _STARTS.get(word.removeprefix("N_").removesuffix("S_AGO"))
        return (ago(today, -count), ago(today, 1 - count)) if ago else None
    which, _, period = word.partition("_N_")
    start = _STARTS.get(period.removesuffix("S"))
    if start is None or which not in ("LAST", "NEXT"):
        return None
    if which == "LAST":
        return start(today, -count), start(today, 0)
    return start(today, 1), start(today, count + 1)


def _week(today: date, step: int) -> date:
    return today - timedelta(today.weekday()) + timedelta(weeks=step)


def _month(today: date, step: int) -> date:
    year, month = divmod(today.month - 1 + step, 12)
    return date(today.year + year, month + 1, 1)


def _quarter(today: date, step: int) -> date:
    return _month(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3 * step)


def _year(today: date, step: int) -> date:
    return date(today.year + step, 1, 1)


_STARTS: dict[str, Callable[[date, int], date]] = {
    "FISCAL_QUARTER": _quarter,
    "FISCAL_YEAR": _year,
    "MONTH": _month,
    "QUARTER": _quarter,
    "WEEK": _week,
    "YEAR": _year,
}
"""By period: its first day, a number of periods away."""


def _of_day(work: Callable[[date], Any]) -> Callable[[str], Any]:
    return lambda text: work(date.fromisoformat(text[:10]))


DATE_FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "CALENDAR_MONTH": _of_day(lambda day: day.month),
    "CALENDAR_QUARTER": _of_day(lambda day: (day.month + 2) // 3),
    "CALENDAR_YEAR": _of_day(lambda day: day.year),
    "DAY_IN_MONTH": _of_day(lambda day: day.day),
    "DAY_IN_WEEK": _of_day(lambda day: day.isoweekday() % 7 + 1),
    "DAY_IN_YEAR": _of_day(lambda day: day.timetuple().tm_yday),
    "DAY_ONLY": lambda text: text[:10],
    "FISCAL_MONTH": _of_day(lambda day: day.month),
    "FISCAL_QUARTER": _of_day(lambda day: (day.month + 2) // 3),
    "FISCAL_YEAR": _of_day(lambda day: day.year),
    "HOUR_IN_DAY": lambda text: int(text[11:13] or 0),
    "WEEK_IN_YEAR": _of_day(lambda day: (day.timetuple().tm_yday - 1) // 7 + 1),
}
"""By name: its value for a date or date-time in the store's form (Date Functions)."""
