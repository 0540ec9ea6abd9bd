"""Lists to choose from and checks while typing, as a spreadsheet program does them."""

from __future__ import annotations

from datetime import date
from typing import Any

from kam_connector.language import Voice
from kam_connector.model.kept_limits import Limit, limit_of
from kam_connector.reports.workbook.book import Book
from kam_connector.reports.workbook.column import Column, ColumnKind
from kam_connector.reports.workbook.hidden import LISTS

__all__ = ["Lists", "rule_for"]

_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2200, 12, 31)


class Lists:
    """All lists of a workbook, a column each on one hidden sheet."""

    def __init__(self, book: Book) -> None:
        self._columns: dict[object, list[str]] = {}
        for sheet in book.sheets:
            for column in sheet.columns:
                if column.choices:
                    self._columns[column.choices] = [book.say.name(one) for one in column.choices]
                elif column.kind is ColumnKind.TRUTH:
                    self._columns["truth"] = [book.say("yes"), book.say("no")]
                elif column.points_at:
                    space = "user" if column.points_at == "person" else column.points_at
                    self._columns[space] = book.directory.listed(space)

    def rows(self) -> list[tuple[str, ...]]:
        """Return the sheet's rows; short columns end in empty cells."""
        height = max((len(one) for one in self._columns.values()), default=0)
        return [
            tuple(one[row] if row < len(one) else "" for one in self._columns.values())
            for row in range(height)
        ]

    def source(self, key: object) -> str | None:
        """Return where a list stands; None when it is empty."""
        listed = self._columns.get(key)
        if not listed:
            return None
        letter = _letters(list(self._columns).index(key))
        return f"='{LISTS}'!${letter}$1:${letter}${len(listed)}"


def rule_for(made: type[Any], column: Column, lists: Lists, say: Voice) -> dict[str, object] | None:
    """Return the check of a column's cells; None: anything may be typed."""
    match column.kind:
        case ColumnKind.CHOICE:
            return _list(lists.source(column.choices), say, strict=True)
        case ColumnKind.TRUTH:
            return _list(lists.source("truth"), say, strict=True)
        case ColumnKind.REFERENCE:
            free = column.points_at == "person"
            key = "user" if free else column.points_at
            return _list(lists.source(key), say, strict=False)
        case ColumnKind.WHOLE | ColumnKind.DECIMAL:
            return _number(column, limit_of(made, column.name), say)
        case ColumnKind.DAY:
            told = say("A date, such as {day}.", day=date(2026, 11, 20))
            return {
                "validate": "date", "criteria": "between", "minimum": _FIRST_DAY,
                "maximum": _LAST_DAY, "error_title": say("Date"), "error_message": told,
            }  # fmt: skip
    return None


def _list(source: str | None, say: Voice, *, strict: bool) -> dict[str, object] | None:
    if source is None:
        return None
    return {
        "validate": "list",
        "source": source,
        "error_type": "stop" if strict else "warning",
        "error_title": say("Not on the list"),
        "error_message": say("Choose from the list."),
    }


def _number(column: Column, limit: Limit | None, say: Voice) -> dict[str, object] | None:
    if limit is None or limit.low is None:
        return None
    kind = "integer" if column.kind is ColumnKind.WHOLE else "decimal"
    rule: dict[str, object] = {"validate": kind, "minimum": float(limit.low)}
    if limit.high is None:
        told = say("A number from {low}.", low=limit.low)
        return {"validate": kind, "criteria": ">=", "value": float(limit.low),
                "error_title": say("Number"), "error_message": told}  # fmt: skip
    told = say("A number from {low} to {high}.", low=limit.low, high=limit.high)
    return {**rule, "criteria": "between", "maximum": float(limit.high),
            "error_title": say("Number"), "error_message": told}  # fmt: skip


def _letters(index: int) -> str:
    text = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
