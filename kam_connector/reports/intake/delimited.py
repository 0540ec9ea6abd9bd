"""CSV in the shapes spreadsheets write: comma, semicolon or tab; quoted line breaks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from kam_connector.reports.intake.encodings import decode
from kam_connector.reports.intake.problem import Problem, Unreadable
from kam_connector.reports.intake.rows import LIMITS, Cell, Limits, RawRow, RawTable

__all__ = ["read_delimited"]

_DELIMITERS = ";\t,"
_NAMES = {";": "semicolon", ",": "comma", "\t": "tab"}


def read_delimited(
    content: bytes, *, delimiter: str | None = None, limits: Limits = LIMITS
) -> RawTable:
    """Return a CSV file's header and rows.

    Args:
        content: The file.
        delimiter: What parts the cells; None: found out from the header.
        limits: What is too much.

    Raises:
        Unreadable: It is no text, or has no header (KAM-3301, KAM-3302, KAM-3304).
    """
    decoded = decode(content)
    text = decoded.text
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) == 5:  # Excel's own way to say it
        delimiter, text = delimiter or first[4], text.replace(first, "", 1)
        first = next((line for line in text.splitlines() if line.strip()), "")
    parted = delimiter or _delimiter(first)
    lines = _lines(text, parted, limits)
    header = next((cells for _, cells in lines if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise Unreadable("KAM-3304", "The file is empty.", hint="The first line names columns.")
    names = tuple(cell.strip() for cell in header)
    while names and not names[-1]:
        names = names[:-1]
    if len(names) > limits.columns:
        text = f"{len(names)} columns are more than {limits.columns}."
        raise Unreadable("KAM-3302", text, line=1)
    notes = [f"read as {decoded.encoding}"] if decoded.guessed else []
    if delimiter is None and parted != ",":
        notes.append(f"columns parted by {_NAMES.get(parted, parted)}")
    return _table(names, lines, parted, tuple(notes), limits)


def _table(
    names: tuple[str, ...],
    lines: Iterator[tuple[int, list[str]]],
    delimiter: str,
    notes: tuple[str, ...],
    limits: Limits,
) -> RawTable:
    rows: list[RawRow] = []
    problems: list[Problem] = []
    refused: dict[int, Sequence[Cell]] = {}
    for line, cells in lines:
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(refused) >= limits.rows:
            raise _too_long(limits)
        if len(cells) != len(names):
            problems.append(_ragged(line, cells, names, delimiter))
            refused[line] = cells
            continue
        rows.append(RawRow(line=line, cells=cells))
    return RawTable(
        header=names, rows=tuple(rows), problems=tuple(problems), refused=refused, notes=notes
    )


def _lines(text: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which a row begins, its cells)."""
    csv.field_size_limit(max(limits.cell, csv.field_size_limit()))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(error, begins) from None
        if any(len(cell) > limits.cell for cell in cells):
            message = f"A cell has more than {limits.cell} characters."
            hint = "Perhaps a quotation mark is never closed."
            raise Unreadable("KAM-3302", message, hint=hint, line=begins)
        yield begins, cells
        begins = reader.line_num + 1


def _broken(error: csv.Error, line: int) -> Unreadable:
    if "unexpected end" in str(error):
        text = "A quotation mark that opens on this line is never closed."
        return Unreadable(
            "KAM-3305", text, hint='Write a quotation mark in a text as "".', line=line
        )
    if "field larger" in str(error):
        text = "A cell is longer than any sound one; perhaps a quotation mark is never closed."
        return Unreadable("KAM-3302", text, line=line)
    text = "A quotation mark stands in the middle of a cell."
    hint = 'Put the whole cell in quotes and write the inner ones as "".'
    return Unreadable("KAM-3305", text, hint=hint, line=line)


def _ragged(line: int, cells: Sequence[str], names: Sequence[str], delimiter: str) -> Problem:
    text = f"The row has {len(cells)} cells, the header has {len(names)}."
    more = delimiter == "," and len(cells) > len(names)
    hint = "A decimal comma, or a comma in a text, needs quotes." if more else ""
    return Problem(code="KAM-3305", text=text, hint=hint, line=line)


def _too_long(limits: Limits) -> Unreadable:
    return Unreadable("KAM-3302", f"The file has more than {limits.rows} rows.", hint="Split it.")


def _delimiter(header: str) -> str:
    """Return what parts the header's names: the most frequent outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda one: (outside.count(one), one == ","))
