"""Amounts as French and English write them: 1 234,56 and 1,234.56."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from kam_connector.reports.intake.problem import Unreadable

__all__ = ["Point", "decimal_point", "read_number", "split_currency"]

_DIGITS = 24
"""Our choice: a million billions to nine places; longer ones are ids."""
_BLANK = " \u00a0\u2000-\u200a\u202f'\u2019"
_PLAIN = re.compile(r"([+-]?)(\d+)(?:([.,])(\d+))?")
_GROUPED = re.compile(rf"([+-]?)(\d{{1,3}}(?:([{_BLANK}.,])\d{{3}})(?:\3\d{{3}})*)(?:([.,])(\d+))?")
_SIGNS = {"€": "EUR", "£": "GBP", "¥": None, "$": None}
"""Signs of one currency; dollars and yen have several."""
_CODE = re.compile(r"^([A-Z]{3})\s*|\s*([A-Z]{3})$")
_SIGN = re.compile(r"^([+-]?)\s*([€£¥$])\s*|\s*([€£¥$])$")


class Point(StrEnum):
    """What parts whole numbers from the rest."""

    COMMA = "comma"
    POINT = "point"


def split_currency(text: str) -> tuple[str, str | None]:
    """Return the number's text and the currency written beside it: "1 200 EUR", "€5"."""
    text = text.strip()
    if code := _CODE.search(text):
        return _CODE.sub("", text, count=1), code[1] or code[2]
    if sign := _SIGN.search(text):
        return _SIGN.sub(r"\1", text, count=1), _SIGNS[sign[2] or sign[3]]
    return text, None


def decimal_point(texts: Iterable[str]) -> Point | None:
    """Return how a file writes decimals, by the numbers that can be read one way only."""
    found = {point for text in texts if (point := _proof(split_currency(text)[0]))}
    return found.pop() if len(found) == 1 else None


def read_number(text: str, *, point: Point | None = None) -> Decimal:
    """Return the number a text means.

    Args:
        text: As it stands, without a currency.
        point: How this file writes decimals, where that is known.

    Raises:
        Unreadable: It is none (KAM-3310), a formula (KAM-3316), or two (KAM-3311).
    """
    shown = text.strip()[:40]
    plain = _signed(text)
    if plain.startswith(("=", "@", "\t")) or (plain[:1] in "+-" and re.search("[A-Za-z(]", plain)):
        message = f'"{shown}" is a formula, not a number.'
        raise Unreadable("KAM-3316", message, hint="Paste the value instead.")
    if sum(char.isdigit() for char in plain) > _DIGITS:
        raise Unreadable("KAM-3310", f'"{shown}" has too many digits.')
    if not plain.isascii() and not _GROUPED.fullmatch(plain):
        raise _none(shown)
    if found := _PLAIN.fullmatch(plain):
        return _read_plain(found, point, shown)
    if (found := _GROUPED.fullmatch(plain)) and found[3] != found[4]:
        if point and found[4] and found[4] != _mark(point):
            raise _none(shown)
        whole = re.sub(r"\D", "", found[2])
        return Decimal(f"{found[1]}{whole}.{found[5] or 0}")
    raise _none(shown)


def _read_plain(found: re.Match[str], point: Point | None, shown: str) -> Decimal:
    sign, whole, mark, rest = found.groups()
    if mark is None:
        return Decimal(sign + whole)
    if len(rest) == 3 and len(whole) <= 3 and whole.strip("0"):
        if point is None:
            apart = f"{whole}{rest}" if mark == "," else f"{whole}.{rest}"
            other = f"{whole}.{rest}" if mark == "," else f"{whole}{rest}"
            message = f'"{shown}" may be {apart} or {other}.'
            raise Unreadable("KAM-3311", message, hint="--decimal comma|point  says which.")
        if mark != _mark(point):
            return Decimal(f"{sign}{whole}{rest}")
    elif point and mark != _mark(point):
        message = f'"{shown}" has a decimal {_word(mark)}, this file writes a {point.value}.'
        raise Unreadable("KAM-3310", message, hint="Write 1234.5.")
    return Decimal(f"{sign}{whole}.{rest}")


def _proof(text: str) -> Point | None:
    plain = _signed(text)
    if found := _PLAIN.fullmatch(plain):
        mark, rest, whole = found[3], found[4], found[2]
        sure = mark and (len(rest) != 3 or len(whole) > 3 or not whole.strip("0"))
        return _point(mark) if sure else None
    found = _GROUPED.fullmatch(plain)
    if found is None or found[3] == found[4]:
        return None
    if found[4]:
        return _point(found[4])
    if found[3] in ".," and found[2].count(found[3]) > 1:
        return _point("," if found[3] == "." else ".")
    return None


def _signed(text: str) -> str:
    """Return the text with ASCII digits and minus; an amount in brackets is negative."""
    plain = unicodedata.normalize("NFC", text.strip(" \r\n\u00a0\u202f")).replace("\u2212", "-")
    if plain.startswith("(") and plain.endswith(")") and plain[1:2].isdigit():
        plain = f"-{plain[1:-1]}"
    return re.sub(r"^([+-])\s+", r"\1", plain)


def _none(shown: str) -> Unreadable:
    return Unreadable("KAM-3310", f'"{shown}" is no number.', hint="Write 1234.5.")


def _mark(point: Point) -> str:
    return "," if point is Point.COMMA else "."


def _point(mark: str) -> Point:
    return Point.COMMA if mark == "," else Point.POINT


def _word(mark: str) -> str:
    return _point(mark).value
