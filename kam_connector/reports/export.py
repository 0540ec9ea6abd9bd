"""Frames as files: csv for spreadsheets, xlsx, jsonl for programs.

What goes out comes back: names such as ``NA``, ``None`` and ``001`` stay texts, amounts keep
every digit, and no text can become a formula (`cells`). A file appears whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from kam_connector.errors import ConfigError, UsageError
from kam_connector.reports.cells import guarded, is_risky
from kam_connector.reports.frames import Frame

__all__ = ["FORMATS", "as_text", "records", "replace_file", "write_file"]

FORMATS = ("csv", "jsonl", "xlsx")
_CELL_LENGTH = 32_767
"""Excel's longest text (Microsoft, "Excel specifications and limits")."""
_SHEET_ROWS = 1_048_576
"""Excel's longest sheet (the same page)."""
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What JSON lets stand in a text, though some programs end a line there and terminals obey it."""


def as_text(frame: Frame, *, form: str) -> str:
    """Return a frame as csv or jsonl text.

    Raises:
        UsageError: *form* is not one of the two.
    """
    if form == "csv":
        return _sound(_csv(frame))
    if form == "jsonl":
        lines = (json.dumps(one, ensure_ascii=False) for one in records(frame))
        return _sound("".join(f"{_UNSEEN.sub(_escaped, line)}\n" for line in lines))
    raise UsageError(f"{form} is no text format.", hint="-o FILE  writes it to a file.")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def records(frame: Frame) -> list[dict[str, str | int | None]]:
    """Return the rows as JSON values: dates and amounts as exact text."""
    return [
        {str(name): _plain(cell) for name, cell in zip(frame.columns, row, strict=True)}
        for row in _rows(frame)
    ]


def write_file(frames: Mapping[str, Frame], path: Path, *, form: str) -> None:
    """Write frames to a file, replacing it as a whole; xlsx has one sheet for each.

    Args:
        frames: By name; exactly one unless *form* is xlsx.
        path: The file.
        form: One of ``FORMATS``.

    Raises:
        ConfigError: The file cannot be written (KAM-1071).
        UsageError: The table is longer than a sheet can be.
    """
    if form == "xlsx":
        content = _xlsx(frames)
    else:
        (frame,) = frames.values()
        mark = "\ufeff" if form == "csv" else ""  # without it Excel reads UTF-8 as Latin-1
        content = (mark + as_text(frame, form=form)).encode()
    try:
        replace_file(path, content)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or type(error).__name__}."
        raise ConfigError(message, code="KAM-1071", hint="Name another file with -o.") from error


def _csv(frame: Frame) -> str:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(str, frame.columns))
    for row in _rows(frame):
        writer.writerow([_csv_cell(cell) for cell in row])
    return text.getvalue()


def _csv_cell(cell: object) -> str:
    if isinstance(cell, str):
        return guarded(cell)
    return "" if cell is None else str(_plain(cell))


def _rows(frame: Frame) -> Iterator[tuple[Any, ...]]:
    for row in frame.itertuples(index=False, name=None):
        yield tuple(None if _is_empty(cell) else cell for cell in row)


def _is_empty(cell: object) -> bool:
    return cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))


def _plain(cell: object) -> str | int | None:
    match cell:
        case None | str() | int():
            return cell
        case Decimal():
            return f"{cell:f}"
        case date():
            return cell.isoformat()
    return str(cell)


def _xlsx(frames: Mapping[str, Frame]) -> bytes:
    from xlsxwriter import Workbook  # noqa: PLC0415 - heavy: only when a workbook is asked for

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(content, options) as book:
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"num_format": "@"}),
            "risky": book.add_format({"num_format": "@", "quote_prefix": True}),
        }
        for name, frame in frames.items():
            _sheet(book.add_worksheet(name), frame, styles)
    return content.getvalue()


def _sheet(sheet: Any, frame: Frame, styles: Mapping[str, Any]) -> None:
    if len(frame) >= _SHEET_ROWS:
        message = f"{len(frame)} rows are more than a sheet holds."
        raise UsageError(message, hint="--format csv  has no such limit.")
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, str(name), styles["head"])
    for number, row in enumerate(_rows(frame), start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, styles)
    sheet.freeze_panes(1, 1)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _write_cell(sheet: Any, row: int, column: int, cell: object, styles: Mapping[str, Any]) -> None:
    match cell:
        case None:
            return
        case date():
            sheet.write_datetime(row, column, cell, styles["date"])
        case int() | Decimal() if _is_exact(cell):
            sheet.write_number(row, column, cell)
        case _:
            text = _sheet_text(str(_plain(cell)))
            style = styles["risky" if is_risky(text) else "text"]
            sheet.write_string(row, column, text, style)


def _is_exact(number: int | Decimal) -> bool:
    """Say whether a spreadsheet's number (a double of 15 digits) holds it as it is."""
    whole = Decimal(number)
    return whole.is_finite() and Decimal(f"{whole:.15g}") == whole


def _sheet_text(text: str) -> str:
    sound = _sound(text)
    return sound if len(sound) <= _CELL_LENGTH else sound[: _CELL_LENGTH - 1] + "…"


def _sound(text: str) -> str:
    """Return the text with "?" for lone surrogates, which have no form in UTF-8."""
    return text.encode("utf-8", "replace").decode()


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file, then move over it: it appears whole or not at all."""
    if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
        path.write_bytes(content)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
