"""What an edited workbook changes, as values: cell by cell, with what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kam_connector.reports.workbook.face import Cell

__all__ = ["CellEdit", "Clash", "Difference", "Problem", "RecordEdit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that cannot be read, where it stands, and how to mend it."""

    sheet: str
    row: int | None
    column: str | None
    """Its title."""
    cell: str | None
    """As a spreadsheet says it: ``C7``."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEdit:
    """One cell that a person changed."""

    field: str
    column: str
    before: Cell
    after: Cell
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One cell that was changed here and there."""

    field: str
    column: str
    exported: Cell
    now: Cell
    edited: Cell
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEdit:
    """What becomes of one record."""

    sheet: str
    row: int | None
    made: type[Any]
    record_id: str
    label: str
    before: Any
    """As it is in the store; None: it is new, or somebody removed it."""
    after: Any
    """As it will be; None: it is removed."""
    cells: tuple[CellEdit, ...] = ()
    clashes: tuple[Clash, ...] = ()
    decided: bool = False
    """Somebody said whose word counts where both changed a cell."""

    @property
    def stands(self) -> bool:
        """Whether it is to be written."""
        return (not self.clashes or self.decided) and self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that a workbook changes."""

    account_id: str | None
    account: str
    problems: Sequence[Problem] = ()
    edits: Sequence[RecordEdit] = ()
    left_out: Sequence[RecordEdit] = ()
    """Rows that are gone from the file and stay in the store, since nobody said otherwise."""
    notes: Sequence[str] = ()

    @property
    def to_write(self) -> list[RecordEdit]:
        """What will be written; nothing while there is a problem."""
        return [] if self.problems else [one for one in self.edits if one.stands]

    @property
    def clashing(self) -> list[RecordEdit]:
        """Records that wait for somebody's decision."""
        return [one for one in self.edits if one.clashes and not one.decided]
