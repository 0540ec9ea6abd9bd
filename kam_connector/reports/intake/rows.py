"""A file as a header and rows of cells, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from kam_connector.reports.intake.problem import Problem

__all__ = ["LIMITS", "Cell", "Limits", "RawRow", "RawTable"]

Cell: TypeAlias = "str | int | Decimal | date | bool | None"
"""Text as it stands; JSON and workbooks also have numbers, days and truths of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is more than any sound file.

    Our choice: ten years of monthly lines of 15 product lines at 100 accounts fit; a mistaken
    dump of a database does not.
    """

    size: int = 50 * 1024 * 1024
    rows: int = 200_000
    columns: int = 200
    cell: int = 32_767
    """Excel's longest text (Microsoft, "Excel specifications and limits")."""
    unpacked: int = 300 * 1024 * 1024
    """All parts of a workbook together."""
    ratio: int = 200
    """Unpacked over packed, of a part above a megabyte; sheets are seldom beyond 40."""
    parts: int = 2_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as it stands."""

    line: int
    cells: Sequence[Cell]
    """As many as the header has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A file's rows."""

    header: tuple[str, ...]
    rows: tuple[RawRow, ...]
    problems: tuple[Problem, ...] = ()
    """Rows that are none; each with its line."""
    refused: Mapping[int, Sequence[Cell]] | None = None
    """Those rows' cells by line."""
    notes: tuple[str, ...] = ()
    """How the file was read, where it did not say."""
