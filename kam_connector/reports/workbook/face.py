"""A value as it stands in a cell, and whether a cell still shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from kam_connector.language import Voice
from kam_connector.reports.workbook.column import Column, ColumnKind
from kam_connector.reports.workbook.directory import Directory

__all__ = ["CELL_LENGTH", "Cell", "face", "is_exact", "same_face", "sheet_text"]

Cell: TypeAlias = "str | int | float | Decimal | bool | date | None"
CELL_LENGTH = 32_767
"""Excel's longest text (Microsoft, "Excel specifications and limits")."""
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 has no form for."""


def face(value: object, column: Column, directory: Directory, say: Voice) -> Cell:
    """Return what a cell shows for a value; a text that begins with ``=`` stays a text."""
    match value:
        case None | ():
            return None
        case bool():
            return say("yes" if value else "no")
        case Enum():
            return say.name(value)
        case int():
            return value
        case Decimal():
            return value if is_exact(value) else f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date():
            return value
        case tuple():
            return sheet_text(_joined(value, column, directory, say))
    text = str(value)
    if column.kind is ColumnKind.REFERENCE and column.points_at:
        text = directory.label(column.points_at, text)
    return sheet_text(text)


def same_face(one: Cell, other: Cell) -> bool:
    """Whether two cells show the same, whatever program wrote them last."""
    return _canonical(one) == _canonical(other)


def is_exact(number: Decimal) -> bool:
    """Say whether a spreadsheet's number (a double of 15 digits) holds it as it is."""
    return number.is_finite() and Decimal(f"{number:.15g}") == number


def sheet_text(text: str) -> str:
    """Return a text as a cell can hold it: no controls, no half characters, not too long."""
    sound = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    sound = _UNSPEAKABLE.sub("\ufffd", sound)
    return sound if len(sound) <= CELL_LENGTH else sound[: CELL_LENGTH - 1] + "\u2026"


def _joined(values: Sequence[object], column: Column, directory: Directory, say: Voice) -> str:
    points_at = column.points_at
    texts = [
        say.name(one) if isinstance(one, Enum)
        else directory.label(points_at, str(one)) if points_at
        else str(one)
        for one in values
    ]  # fmt: skip
    return ("\n" if any(";" in one or "\n" in one for one in texts) else "; ").join(texts)


def _canonical(cell: Cell) -> object:
    match cell:
        case None:
            return None
        case bool():
            return str(cell)
        case datetime() if not (cell.hour or cell.minute or cell.second):
            return cell.date()
        case int() | float() | Decimal():
            return Decimal(str(cell)).normalize()
        case str():
            text = cell.replace("\r\n", "\n").replace("\r", "\n").replace("x005F_", "")
            return text.strip() or None
    return cell
