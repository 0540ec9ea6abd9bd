"""A workbook as rows of plain cells; nothing in it is ever computed."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from kam_connector.errors import CheckFailed
from kam_connector.language import Language
from kam_connector.reports.workbook.face import Cell
from kam_connector.reports.workbook.hidden import (
    BASE,
    FORMAT,
    META,
    NAMES,
    Base,
    Origin,
    base_of,
    digest,
    origin_of,
)
from kam_connector.reports.workbook.safe_file import read_safely

__all__ = ["FORMULA", "Given", "GivenBook", "GivenRow", "open_workbook", "read_workbook"]

_MOST_ROWS = 100_000
_MOST_COLUMNS = 1_000
"""Our choice: what reaches further is no list that a person keeps."""


class _Formula:
    """Stands where a formula, or its failure, stood."""

    def __repr__(self) -> str:
        return "formula"


_PLAIN = (str, int, float, bool, date, Decimal)
FORMULA = _Formula()
"""A cell that is computed: nobody knows by what, so it is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """One row under the titles."""

    number: int
    cells: Mapping[int, Any]
    """By column number, from 0; empty ones are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One sheet as it came."""

    title: str
    visible: bool
    head: Mapping[int, str]
    first: Mapping[int, Any]
    """The first row as it came; *head* is its texts."""
    rows: tuple[GivenRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBook:
    """A workbook of ours that came back."""

    origin: Origin
    base: Base
    labels: Mapping[str, Mapping[str, str]]
    """What ids were called when it was written."""
    sheets: tuple[Given, ...]


def read_workbook(path: Path) -> GivenBook:
    """Return a workbook that an export of ours wrote.

    Raises:
        CheckFailed: It is none, or its hidden part was changed (KAM-7080, KAM-7081).
    """
    sheets = open_workbook(path)
    hidden = {one.title: one for one in sheets if one.title in {META, BASE, NAMES}}
    origin = origin_of(_texts(hidden[META])) if META in hidden else None
    if origin is None or origin.format != FORMAT or len(hidden) != 3:
        message = f"{path.name} is no workbook of  kam plan export  or  kam programme export ."
        hint = "A plan of your own comes in with  --mapping FILE ."
        raise CheckFailed(message, code="KAM-7081", hint=hint)
    rows = list(_texts(hidden[BASE]))
    spoken = {one.value for one in Language}
    if digest(rows) != origin.sha256 or origin.language not in spoken:
        message = f"The hidden sheets of {path.name} were changed: it cannot be compared."
        raise CheckFailed(message, code="KAM-7080", hint="Export it again and copy the edits over.")
    labels: dict[str, dict[str, str]] = {}
    for space, id_, *label in _texts(hidden[NAMES]):
        labels.setdefault(space, {})[id_] = "".join(label)
    try:
        base = base_of(rows)
    except (ValueError, json.JSONDecodeError) as error:
        message = f"The hidden sheets of {path.name} cannot be read."
        raise CheckFailed(message, code="KAM-7080") from error
    kept = tuple(one for one in sheets if not one.title.startswith("_kam"))
    return GivenBook(origin=origin, base=base, labels=labels, sheets=kept)


def open_workbook(path: Path) -> tuple[Given, ...]:
    """Return all sheets of any workbook, formulas as `FORMULA`.

    Raises:
        CheckFailed: It could do harm, or is broken (KAM-7080).
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy: only when a workbook is read

    content = read_safely(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl will not keep, we do not need
            book = load_workbook(content, data_only=False, keep_links=False)
            return tuple(_sheet(path, one) for one in book.worksheets)
    except (
        ArithmeticError, AttributeError, BadZipFile, EOFError, LookupError, ParseError,
        TypeError, ValueError, OSError, SyntaxError,
    ) as error:  # fmt: skip
        message = f"{path.name} is not read: it is no .xlsx, or broken."
        raise CheckFailed(message, code="KAM-7080", hint="Save it again as .xlsx.") from error


def _sheet(path: Path, sheet: Any) -> Given:
    if sheet.max_row > _MOST_ROWS or sheet.max_column > _MOST_COLUMNS:
        message = f'Sheet "{sheet.title}" of {path.name} has cells far outside any list.'
        raise CheckFailed(message, code="KAM-7080", hint="Delete empty rows and columns behind it.")
    rows = list(_rows(sheet))
    first = rows[0] if rows and rows[0].number == 1 else None
    head = {at: str(cell) for at, cell in first.cells.items()} if first else {}
    below = tuple(rows[1:]) if first else tuple(rows)
    visible = sheet.sheet_state == "visible"
    return Given(
        title=sheet.title,
        visible=visible,
        head=head,
        first=first.cells if first else {},
        rows=below,
    )


def _rows(sheet: Any) -> Iterator[GivenRow]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = {at: _plain(cell) for at, cell in enumerate(row) if _is_filled(cell)}
        if cells:
            yield GivenRow(number=number, cells=cells)


def _is_filled(cell: Any) -> bool:
    value = cell.value
    return value is not None and not (isinstance(value, str) and not value.strip())


def _plain(cell: Any) -> Cell | _Formula:
    if cell.data_type in {"f", "e"} or not isinstance(cell.value, _PLAIN):
        return FORMULA
    value: Cell = cell.value
    return value


def _texts(sheet: Given) -> Iterator[tuple[str, ...]]:
    """Yield a hidden sheet's rows, its first included; only texts stand there."""
    for cells in (sheet.head, *(row.cells for row in sheet.rows)):
        if cells:
            yield tuple(str(cells.get(at, "")) for at in range(max(cells) + 1))
