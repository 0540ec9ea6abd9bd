"""Workbooks as rows: opened only when nothing in them runs, reaches out or explodes."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kam_connector.reports.intake.problem import Unreadable
from kam_connector.reports.intake.rows import LIMITS, Cell, Limits, RawRow, RawTable

__all__ = ["check_package", "read_sheet"]

_PLAIN = "Save it as a plain .xlsx workbook, or as CSV."
_OLD = b"\xd0\xcf\x11\xe0"
"""An OLE file: .xls before 2007, or any workbook with a password."""
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError, TypeError,
    AttributeError, SyntaxError, EOFError, OSError, ArithmeticError, NotImplementedError,
    RuntimeError, AssertionError,
)  # fmt: skip
"""What the reader raises on parts that are not what they claim to be (fuzzed)."""


def check_package(content: bytes, *, limits: Limits = LIMITS) -> None:
    """Refuse a workbook that holds more than cells.

    Raises:
        Unreadable: It is none (KAM-3301), or holds macros, links to other files, entities, a
            password, or expands to far more than its size (KAM-3303).
    """
    if content.startswith(_OLD):
        text = "The workbook has a password, or is of before 2007."
        raise Unreadable("KAM-3303", text, hint=_PLAIN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_sizes(package.infolist(), limits)
            _check_parts(package)
    except _BROKEN:
        raise Unreadable("KAM-3301", "The file is no workbook.", hint=_PLAIN) from None


def read_sheet(content: bytes, *, sheet: str | None = None, limits: Limits = LIMITS) -> RawTable:
    """Return the rows of a workbook's first sheet, or of the one named.

    A formula counts by the value that the spreadsheet last computed.

    Raises:
        Unreadable: As `check_package`; or there is no such sheet, or too much in it.
    """
    check_package(content, limits=limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out: styles, validations
            return _read(content, sheet, limits)
    except _BROKEN:
        raise Unreadable("KAM-3301", "The workbook is damaged.", hint=_PLAIN) from None


def _read(content: bytes, sheet: str | None, limits: Limits) -> RawTable:
    from openpyxl import load_workbook  # noqa: PLC0415 - a quarter of a second

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    with closing(book):
        names = [one.title for one in book.worksheets]
        if not names:
            raise Unreadable("KAM-3304", "The workbook has no sheet.")
        wanted = sheet or names[0]
        if wanted not in names:
            hint = f"Its sheets: {', '.join(names)}"
            raise Unreadable("KAM-3304", f'The workbook has no sheet "{wanted}".', hint=hint)
        notes = (f"sheet {wanted}",) if len(names) > 1 else ()
        return _table(_filled(book[wanted], limits), notes, limits)


def _table(
    lines: Iterator[tuple[int, list[Cell]]], notes: tuple[str, ...], limits: Limits
) -> RawTable:
    head = next(lines, None)
    if head is None:
        raise Unreadable("KAM-3304", "The sheet is empty.", hint="The first row names columns.")
    names = ["" if cell is None else str(cell).strip() for cell in head[1]]
    while names and not names[-1]:
        names.pop()
    rows: list[RawRow] = []
    for line, cells in lines:
        if len(rows) >= limits.rows:
            text = f"The sheet has more than {limits.rows} rows."
            raise Unreadable("KAM-3302", text, hint="Split it.")
        beyond = [cell for cell in cells[len(names) :] if cell is not None]
        if beyond:
            text = "A cell stands right of the last column that has a name."
            raise Unreadable("KAM-3305", text, hint="Name the column, or empty it.", line=line)
        padded = [*cells, *[None] * len(names)][: len(names)]
        rows.append(RawRow(line=line, cells=padded))
    return RawTable(header=tuple(names), rows=tuple(rows), notes=notes)


def _filled(sheet: Any, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    """Yield (row number, cells) of the rows that hold anything."""
    reach = limits.columns + 1
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=reach), start=1):
        cells = [_cell(value) for value in row]
        if any(cell is not None for cell in cells):
            if len(cells) > limits.columns and cells[limits.columns] is not None:
                text = f"The sheet has more than {limits.columns} columns."
                raise Unreadable("KAM-3302", text, line=number)
            yield number, cells


def _cell(value: object) -> Cell:
    match value:
        case None | bool() | int():
            return value
        case float():
            return Decimal(f"{value:.15g}")  # a spreadsheet's number has 15 digits
        case datetime():
            return value.date()
        case date():
            return value
    text = str(value)
    return text if text.strip() else None


def _check_sizes(parts: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    whole = sum(part.file_size for part in parts)
    steep = any(
        part.file_size > 1024 * 1024 and part.file_size > limits.ratio * max(1, part.compress_size)
        for part in parts
    )
    if steep or whole > limits.unpacked or len(parts) > limits.parts:
        text = f"The workbook expands to {whole // 1024 // 1024} MB: far more than its cells need."
        raise Unreadable("KAM-3303", text, hint=_PLAIN)
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("KAM-3303", "The workbook has a password.", hint=_PLAIN)


def _check_parts(package: zipfile.ZipFile) -> None:
    for part in package.infolist():
        name = part.filename.lower()
        if "vbaproject" in name or "macrosheets/" in name or "activex" in name:
            raise Unreadable("KAM-3303", "The workbook holds macros.", hint=_PLAIN)
        if "externallinks/" in name or "embeddings/" in name:
            text = "The workbook holds links to other files, or files inside it."
            raise Unreadable("KAM-3303", text, hint=_PLAIN)
        if name.endswith((".xml", ".rels")) and _declares(package.read(part)):
            raise Unreadable("KAM-3303", "The workbook declares XML entities.", hint=_PLAIN)
    if "[Content_Types].xml" not in package.namelist():
        raise Unreadable("KAM-3301", "The file is no workbook.", hint=_PLAIN)


def _declares(part: bytes) -> bool:
    """Whether a part has a document type, in whatever width of characters."""
    return b"<!DOCTYPE" in part.replace(b"\x00", b"")
