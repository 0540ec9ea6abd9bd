"""One cell of a row as the value its field means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from kam_connector.language import Language, voice
from kam_connector.reports.cells import guarded, unguarded
from kam_connector.reports.intake.currencies import CURRENCIES
from kam_connector.reports.intake.days import Order, read_day, read_month, read_year
from kam_connector.reports.intake.fields import Field, Meaning
from kam_connector.reports.intake.folding import folded, squeezed
from kam_connector.reports.intake.numbers import Point, read_number, split_currency
from kam_connector.reports.intake.problem import Unreadable
from kam_connector.reports.intake.rows import Cell

__all__ = ["Habits", "Value", "plain_text", "read_cell", "read_currency"]

Value = str | Decimal | date | int | Enum | tuple[str, ...] | None
_COUNTRIES = {
    "france": "FR", "germany": "DE", "allemagne": "DE", "spain": "ES", "espagne": "ES",
    "italy": "IT", "italie": "IT", "belgium": "BE", "belgique": "BE", "switzerland": "CH",
    "suisse": "CH", "united kingdom": "GB", "royaume uni": "GB", "uk": "GB", "netherlands": "NL",
    "pays bas": "NL", "united states": "US", "etats unis": "US", "usa": "US", "canada": "CA",
    "poland": "PL", "pologne": "PL", "portugal": "PT", "luxembourg": "LU", "austria": "AT",
    "autriche": "AT", "ireland": "IE", "irlande": "IE", "sweden": "SE", "suede": "SE",
    "denmark": "DK", "danemark": "DK", "norway": "NO", "norvege": "NO", "morocco": "MA",
    "maroc": "MA", "china": "CN", "chine": "CN", "japan": "JP", "japon": "JP", "india": "IN",
    "inde": "IN", "brazil": "BR", "bresil": "BR",
}  # fmt: skip
"""Names instead of codes, of the countries our readers sell to most. Our choice."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_HTTP = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a file writes what can be read two ways; None: nobody knows."""

    point: Point | None = None
    order: Order | None = None


def read_cell(cell: Cell, field: Field, habits: Habits) -> tuple[Value, str | None]:
    """Return what a filled cell means, and the currency written beside a number.

    Raises:
        Unreadable: It means nothing, or two things.
    """
    if field.meaning is Meaning.NUMBER:
        return _number(cell, field, habits)
    if isinstance(cell, date):
        return _dated(cell, field), None
    return _worded(plain_text(cell), field, habits), None


def plain_text(cell: Cell) -> str:
    """Return a cell as text; an apostrophe that guards against formulas is taken off."""
    match cell:
        case None:
            return ""
        case str():
            bare = unguarded(cell)
            return bare if bare != cell and guarded(bare) == cell else cell
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return f"{cell:f}"
    return str(cell)


def _number(cell: Cell, field: Field, habits: Habits) -> tuple[Decimal, str | None]:
    currency = None
    if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
        number = Decimal(cell)
        if not number.is_finite() or number.adjusted() > 24:
            raise Unreadable("KAM-3310", "This is no number of any size we know.")
    else:
        text, currency = split_currency(plain_text(cell))
        if field.name.endswith("percent"):
            text = text.removesuffix("%").rstrip()
        number = read_number(text, point=habits.point)
    low, high = field.low, field.high
    if (low is not None and number < low) or (high is not None and number > high):
        span = f"{low} to {high}" if high is not None else f"{low} or more"
        raise Unreadable("KAM-3310", f"{number:f} is outside {span}.", hint=f"Write {span}.")
    return number, currency


def _dated(cell: date, field: Field) -> Value:
    match field.meaning:
        case Meaning.DAY | Meaning.MONTH:
            found = read_day(cell.isoformat())
            return found.replace(day=1) if field.meaning is Meaning.MONTH else found
        case Meaning.YEAR:
            return read_year(str(cell.year))
    return _worded(cell.isoformat(), field, Habits())


def _worded(text: str, field: Field, habits: Habits) -> Value:
    shown = text.strip()[:40]
    if field.meaning in _STRICT and text.lstrip().startswith(("=", "+", "-", "@")):
        raise Unreadable("KAM-3316", f'"{shown}" is a formula.', hint="Paste the value instead.")
    match field.meaning:
        case Meaning.DAY:
            return read_day(text, order=habits.order)
        case Meaning.MONTH:
            return read_month(text, order=habits.order)
        case Meaning.CHOICE:
            return _choice(text, field, shown)
    return _READERS.get(field.meaning, squeezed)(text)


_STRICT = frozenset(
    {Meaning.DAY, Meaning.MONTH, Meaning.YEAR, Meaning.CURRENCY, Meaning.COUNTRY, Meaning.CHOICE}
)
"""What never begins like a formula."""


def read_currency(text: str) -> str:
    """Return an ISO 4217 code.

    Raises:
        Unreadable: It is none (KAM-3313).
    """
    code = text.strip().upper()
    if code == "€":
        return "EUR"
    if code not in CURRENCIES:
        message = f'"{text.strip()[:20]}" is no currency.'
        raise Unreadable("KAM-3313", message, hint="Write its ISO 4217 code: EUR, USD, CHF.")
    return code


def _country(text: str) -> str:
    shown = text.strip()[:40]
    code = text.strip().upper()
    if re.fullmatch("[A-Z]{2}", code) and code != "UK":
        return code
    named = _COUNTRIES.get(folded(text))
    if named is None:
        hint = "Write its ISO 3166 code: FR, DE, US."
        raise Unreadable("KAM-3313", f'"{shown}" is no country.', hint=hint)
    return named


def _choice(text: str, field: Field, shown: str) -> Enum:
    members: list[Enum] = list(field.choices or ())
    wanted = folded(text)
    for one in members:
        words = {str(one.value), *(voice(tongue).name(one) for tongue in Language)}
        if wanted in {folded(word) for word in words}:
            return one
    known = ", ".join(str(one.value) for one in members)
    raise Unreadable("KAM-3314", f'"{shown}" is not on the list.', hint=f"One of: {known}")


def _email(text: str) -> str:
    shown = text.strip()[:40]
    found = text.strip().casefold().removeprefix("mailto:")
    if not _EMAIL.fullmatch(found):
        raise Unreadable("KAM-3314", f'"{shown}" is no e-mail address.')
    return found


def _address(text: str) -> str:
    if not _HTTP.fullmatch(text.strip()):
        raise Unreadable("KAM-3317", f'"{text.strip()[:40]}" is no web address.')
    return text.strip()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(squeezed(one) for one in re.split(r"[;|\n]", text) if one.strip())


_READERS: Mapping[Meaning, Callable[[str], Value]] = {
    Meaning.YEAR: read_year,
    Meaning.CURRENCY: read_currency,
    Meaning.COUNTRY: _country,
    Meaning.LIST: _listed,
    Meaning.ADDRESS: _address,
    Meaning.EMAIL: _email,
    Meaning.LONG_TEXT: str.strip,
}
