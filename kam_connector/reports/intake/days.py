"""Days and months as French and English write them; what reads two ways is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from kam_connector.reports.intake.folding import folded
from kam_connector.reports.intake.problem import Unreadable

__all__ = ["Order", "day_order", "read_day", "read_month", "read_year"]

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
"""Our choice, and that of model.kept_limits: what lies outside is a slip of the keys."""
_MONTHS = (
    ("january", "janvier", "jan", "janv"),
    ("february", "fevrier", "feb", "fev", "fevr"),
    ("march", "mars", "mar"),
    ("april", "avril", "apr", "avr"),
    ("may", "mai"),
    ("june", "juin", "jun"),
    ("july", "juillet", "jul", "juil"),
    ("august", "aout", "aug", "aou"),
    ("september", "septembre", "sep", "sept"),
    ("october", "octobre", "oct"),
    ("november", "novembre", "nov"),
    ("december", "decembre", "dec"),
)
_NUMBER = {name: at for at, names in enumerate(_MONTHS, start=1) for name in names}
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_SHORT = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_SPOKEN = re.compile(
    r"(?:(\d{1,2})(?:er|st|nd|rd|th)? )?([a-z]+)(?: (\d{1,2})(?:st|nd|rd|th)?)? (\d{4})"
)
_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})|(\d{1,2})[/.-](\d{4})|(\d{4})(\d{2})")
_HOW = "Write 2026-11-20."


class Order(StrEnum):
    """What comes first in 01/02/2026."""

    DMY = "dmy"
    MDY = "mdy"


def day_order(texts: Iterable[str]) -> Order | None:
    """Return the order of a file's dates, by those that can be read one way only."""
    found = set()
    for text in texts:
        if parts := _SLASHED.fullmatch(text.strip()):
            first, second = int(parts[1]), int(parts[3])
            if first > 12 >= second:
                found.add(Order.DMY)
            elif second > 12 >= first:
                found.add(Order.MDY)
    return found.pop() if len(found) == 1 else None


def read_day(text: str, *, order: Order | None = None) -> date:
    """Return the day a text means.

    Raises:
        Unreadable: It is none (KAM-3312), or two (KAM-3311).
    """
    plain = text.strip()
    shown = plain[:40]
    if parts := _ISO.fullmatch(plain):
        return _day(int(parts[1]), int(parts[2]), int(parts[3]), shown)
    if parts := _SLASHED.fullmatch(plain):
        return _slashed(int(parts[1]), int(parts[3]), int(parts[4]), order, shown)
    if _SHORT.fullmatch(plain):
        message = f'"{shown}" has a year of two digits.'
        raise Unreadable("KAM-3311", message, hint=_HOW)
    if (parts := _SPOKEN.fullmatch(folded(plain))) and (parts[1] or parts[3]):
        month = _NUMBER.get(parts[2])
        if month and not (parts[1] and parts[3]):
            return _day(int(parts[4]), month, int(parts[1] or parts[3]), shown)
    raise Unreadable("KAM-3312", f'"{shown}" is no day.', hint=_HOW)


def read_month(text: str, *, order: Order | None = None) -> date:
    """Return the first day of the month a text means: "2026-10", "oct. 2026", or any day in it.

    Raises:
        Unreadable: It is none (KAM-3312), or two (KAM-3311).
    """
    plain = text.strip()
    if parts := _MONTH.fullmatch(plain):
        year, month = parts[1] or parts[4] or parts[5], parts[2] or parts[3] or parts[6]
        return _day(int(year), int(month), 1, plain[:40])
    parts = _SPOKEN.fullmatch(folded(plain))
    number = _NUMBER.get(parts[2]) if parts and not (parts[1] or parts[3]) else None
    if parts and number:
        return _day(int(parts[4]), number, 1, plain[:40])
    try:
        return read_day(plain, order=order).replace(day=1)
    except Unreadable as error:
        if error.problem.code != "KAM-3312":
            raise
        message = f'"{plain[:40]}" is no month.'
        raise Unreadable("KAM-3312", message, hint="Write 2026-10.") from None


def read_year(text: str) -> int:
    """Return the year a text means.

    Raises:
        Unreadable: It is none (KAM-3312).
    """
    plain = text.strip()
    if re.fullmatch(r"[0-9]{4}", plain) and _FIRST_YEAR <= int(plain) <= _LAST_YEAR:
        return int(plain)
    raise Unreadable("KAM-3312", f'"{plain[:40]}" is no year.', hint="Write 2026.")


def _slashed(first: int, second: int, year: int, order: Order | None, shown: str) -> date:
    if first > 12 or second > 12 or first == second:
        if (order is Order.DMY and second > 12) or (order is Order.MDY and first > 12):
            message = f'"{shown}" is no day in the order {order.value} of this file.'
            raise Unreadable("KAM-3312", message, hint=_HOW)
        day, month = (first, second) if second <= 12 else (second, first)
        return _day(year, month, day, shown)
    if order is None:
        message = (
            f'"{shown}" may be {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}.'
        )
        raise Unreadable("KAM-3311", message, hint="--dates dmy|mdy  says which.")
    month, day = (second, first) if order is Order.DMY else (first, second)
    return _day(year, month, day, shown)


def _day(year: int, month: int, day: int, shown: str) -> date:
    if _FIRST_YEAR <= year <= _LAST_YEAR:
        try:
            return date(year, month, day)
        except ValueError:
            pass
    raise Unreadable("KAM-3312", f'"{shown}" is no day of the calendar.', hint=_HOW)
