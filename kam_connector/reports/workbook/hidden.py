"""What travels hidden in a workbook, so that it can come back: what was exported, of what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import TypeAlias

from kam_connector.model.kind import JsonValue
from kam_connector.reports.workbook.book import Book
from kam_connector.reports.workbook.column import Column, ColumnKind
from kam_connector.reports.workbook.face import CELL_LENGTH

__all__ = [
    "BASE", "FORMAT", "LISTS", "META", "NAMES", "Base", "Origin",
    "base_of", "base_rows", "digest", "meta_rows", "origin_of", "plain", "typed",
]  # fmt: skip

FORMAT = "kam-workbook-1"
META, BASE, NAMES, LISTS = "_kam", "_kam_base", "_kam_names", "_kam_lists"
# "_x0041_" means "A" to a spreadsheet (ECMA-376, ST_Xstring): no text of ours may look so.
_PIECE = CELL_LENGTH - 7
"""A cell holds no longer text; a long record goes on in the next one."""
Base: TypeAlias = Mapping[str, Mapping[str, Mapping[str, JsonValue]]]
"""What was exported: by sheet, id and field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a workbook comes from."""

    format: str
    book: str
    """``plan`` or ``programme``."""
    account_id: str
    account: str
    origin: str
    language: str
    as_of: str
    sha256: str
    """Of the exported values: they are what an edit is measured against."""


def plain(value: object) -> JsonValue:
    """Return a record's value as JSON: exact, and the same for the same value."""
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | str():
            return value
        case Decimal():
            return f"{value:f}"
        case datetime() | date():
            return value.isoformat()
        case tuple() | list():
            return [plain(one) for one in value]
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    return str(value)


def typed(value: JsonValue, column: Column) -> object:
    """Return the value of a column that `plain` made JSON of."""
    if value is None:
        return None
    match column.kind:
        case ColumnKind.CHOICE if column.choices:
            known = {str(one.value): one for one in column.choices}
            return known.get(str(value), value)
        case ColumnKind.DECIMAL:
            return Decimal(str(value))
        case ColumnKind.DAY:
            return date.fromisoformat(str(value))
        case ColumnKind.INSTANT:
            return datetime.fromisoformat(str(value))
        case ColumnKind.TEXTS | ColumnKind.REFERENCES if isinstance(value, list):
            return tuple(value)
    return value


def base_rows(book: Book) -> list[tuple[str, ...]]:
    """Return sheet, id, and the record as JSON in pieces that fit a cell."""
    rows = []
    for sheet in book.sheets:
        for record in sheet.records:
            if record.id and sheet.editable:
                shown = {one.name: plain(getattr(record, one.name)) for one in sheet.columns}
                text = _harmless(json.dumps(shown))
                pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
                rows.append((sheet.name, record.id, *pieces))
    return rows


def _harmless(text: str) -> str:
    """Return JSON in which nothing looks like an escape of a spreadsheet, for any reader."""
    return text.replace("x005F_", "\\u0078005F_").replace("_x", "\\u005fx")


def base_of(rows: Iterable[Sequence[str]]) -> Base:
    """Return what was exported.

    Raises:
        ValueError: A row is not what an export writes.
    """
    found: dict[str, dict[str, Mapping[str, JsonValue]]] = {}
    for sheet, id_, *pieces in rows:
        values = json.loads("".join(pieces))
        if not isinstance(values, dict):
            raise ValueError(sheet)
        found.setdefault(sheet, {})[id_] = values
    return found


def meta_rows(book: Book) -> list[tuple[str, str]]:
    """Return what a workbook says of itself."""
    told = Origin(
        format=FORMAT,
        book="plan" if book.account_id else "programme",
        account_id=book.account_id or "",
        account=book.account,
        origin=book.origin,
        language=book.say.language.value,
        as_of=book.as_of.isoformat(),
        sha256=digest(base_rows(book)),
    )
    return [(one.name, getattr(told, one.name)) for one in fields(told)]


def digest(rows: Iterable[Sequence[str]]) -> str:
    """Return the fingerprint of the exported values."""
    text = "\n".join("\x1f".join(row) for row in rows)
    return sha256(text.encode()).hexdigest()


def origin_of(rows: Iterable[Sequence[str]]) -> Origin | None:
    """Return what a workbook says of itself; None: it is none of ours."""
    told = {row[0]: row[1] if len(row) > 1 else "" for row in rows if row}
    names = {one.name for one in fields(Origin)}
    if told.get("format") is None or not names <= told.keys():
        return None
    return Origin(**{name: told[name] for name in names})
