"""What a person typed in a cell, as a value of the column's type, in either language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum

from kam_connector.language import Language, Voice, voice
from kam_connector.reports.workbook.column import Column, ColumnKind
from kam_connector.reports.workbook.directory import Directory, Unresolved, folded
from kam_connector.reports.workbook.face import Cell

__all__ = ["Unreadable", "parse"]

_YES = frozenset({"yes", "oui", "true", "vrai", "x", "1", "y", "o"})
_NO = frozenset({"no", "non", "false", "faux", "0", "n"})
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_BLANKS = str.maketrans("", "", " \u00a0\u202f'\u2019")


class Unreadable(Exception):
    """Why a cell cannot be read and how to mend it, in the file's language."""


def parse(cell: Cell, column: Column, directory: Directory, say: Voice) -> object:
    """Return the value that a filled cell means.

    Raises:
        Unreadable: It means none, or two.
    """
    readers: Mapping[ColumnKind, Callable[[], object]] = {
        ColumnKind.TEXT: lambda: _text(cell),
        ColumnKind.TEXTS: lambda: _texts(cell),
        ColumnKind.WHOLE: lambda: _whole(cell, say),
        ColumnKind.DECIMAL: lambda: _decimal(cell, say),
        ColumnKind.DAY: lambda: _day(cell, say),
        ColumnKind.INSTANT: lambda: _instant(cell, say),
        ColumnKind.TRUTH: lambda: _truth(cell, say),
        ColumnKind.CHOICE: lambda: _choice(cell, column, say),
        ColumnKind.REFERENCE: lambda: _reference(_text(cell), column, directory, say),
        ColumnKind.REFERENCES: lambda: tuple(
            _reference(one, column, directory, say) for one in _texts(cell)
        ),
    }
    return readers[column.kind]()


def _text(cell: Cell) -> str:
    match cell:
        case datetime() if not (cell.hour or cell.minute):
            return cell.date().isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell).strip()


def _texts(cell: Cell) -> tuple[str, ...]:
    text = _text(cell)
    parts = text.split("\n") if "\n" in text else text.split(";")
    return tuple(part.strip() for part in parts if part.strip())


def _whole(cell: Cell, say: Voice) -> int:
    number = _decimal(cell, say)
    if number != number.to_integral_value():
        raise Unreadable(say("{value} is no whole number.", value=str(cell)))
    return int(number)


def _decimal(cell: Cell, say: Voice) -> Decimal:
    wrong = Unreadable(say('"{value}" is no number: type digits only.', value=str(cell)))
    if isinstance(cell, bool | date):
        raise wrong
    text = str(cell).translate(_BLANKS)
    if isinstance(cell, str) and "," in text:
        if "." in text or say.language is not Language.FR:
            raise Unreadable(say('"{value}" can be read two ways: write 1234.5.', value=str(cell)))
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise wrong from None
    if not number.is_finite():
        raise wrong
    return number


def _day(cell: Cell, say: Voice) -> date:
    match cell:
        case datetime():
            return cell.date()
        case date():
            return cell
    text = str(cell).strip()
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        found = _SLASHED.fullmatch(text)
        if found and (say.language is Language.FR or int(found[1]) > 12):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise Unreadable(say('"{value}" is no date: write 2026-11-20.', value=text))


def _instant(cell: Cell, say: Voice) -> datetime:
    if isinstance(cell, datetime):
        return cell
    try:
        return datetime.fromisoformat(str(cell).strip())
    except ValueError:
        message = say('"{value}" is no date and time: write 2026-11-20 14:30.', value=str(cell))
        raise Unreadable(message) from None


def _truth(cell: Cell, say: Voice) -> bool:
    word = folded(_text(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable(say('"{value}" is neither yes nor no.', value=str(cell)))


def _choice(cell: Cell, column: Column, say: Voice) -> Enum:
    members: list[Enum] = list(column.choices or ())
    wanted = folded(_text(cell))
    for one in members:
        words = {str(one.value), *(voice(language).name(one) for language in Language)}
        if wanted in {folded(word) for word in words}:
            return one
    known = ", ".join(say.name(one) for one in members)
    raise Unreadable(say('"{value}" is not on the list: {known}.', value=_text(cell), known=known))


def _reference(text: str, column: Column, directory: Directory, say: Voice) -> str:
    try:
        return directory.find(column.points_at or "", text)
    except Unresolved as error:
        near = ", ".join(error.near)
        if error.several:
            message = say('"{value}" fits several: {near}.', value=text, near=near)
        else:
            message = say('"{value}" is not known: choose from the list.', value=text)
        raise Unreadable(message) from None
