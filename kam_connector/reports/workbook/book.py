"""What a workbook holds, before it is cells: records by sheet, tables to read, names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kam_connector.language import Voice
from kam_connector.model.account_team import TeamPulse
from kam_connector.model.figures import KpiValue
from kam_connector.model.journey import PlaybookRun, StageMove
from kam_connector.model.kept import KEPT, kept_name
from kam_connector.model.plan import Action, Objective
from kam_connector.model.plan_content import Initiative, PlanFrame, PlanSection, PlanVersion
from kam_connector.model.signal import SignalAct, SignalTrial
from kam_connector.reports.workbook.column import Column, columns_of
from kam_connector.reports.workbook.directory import Directory
from kam_connector.reports.workbook.face import Cell

__all__ = [
    "ONLY_TAKEN",
    "PLAN_TYPES",
    "PROGRAMME_TYPES",
    "READ_ONLY",
    "Book",
    "Sheet",
    "Table",
    "is_locked",
    "shown_columns",
]

READ_ONLY: frozenset[type[Any]] = frozenset(
    {PlanVersion, StageMove, PlaybookRun, KpiValue, SignalAct, SignalTrial}
)
"""What the program, or a command with rules of its own, writes: shown, never taken back."""
ONLY_TAKEN: frozenset[type[Any]] = frozenset({TeamPulse})
"""Answers of one colleague: a sheet takes them, none shows them; the team's are shown together."""
_FIRST = (PlanFrame, PlanSection, Objective, Initiative, Action)
"""In the order a plan is read; others name them, so that they are read first."""
_OF_ACCOUNT = tuple(one for one in KEPT if "account_id" in {c.name for c in columns_of(one)})
PLAN_TYPES: tuple[type[Any], ...] = (
    *_FIRST,
    *(one for one in _OF_ACCOUNT if one not in _FIRST),
)
"""Types with a sheet in a plan's workbook."""
PROGRAMME_TYPES: tuple[type[Any], ...] = tuple(
    one
    for one in KEPT
    if one not in _OF_ACCOUNT
    or not next(c for c in columns_of(one) if c.name == "account_id").required
)
"""Types with a sheet in the programme's workbook: those that may have no account."""
_NEVER_SHOWN: dict[str, frozenset[str]] = {
    "plan_version": frozenset({"content", "sha256"}),
    "objective": frozenset({"settled_at", "made_by", "set_on", "last"}),
    "action": frozenset({"signal_key", "playbook_run_id", "made_by", "created_on",
                         "digest_week"}),
    "key_moment": frozenset({"about"}),
    "tender": frozenset({"contract_id"}),
}  # fmt: skip
"""Columns nobody reads; they keep their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The records of one type."""

    made: type[Any]
    records: tuple[Any, ...] = ()
    columns: tuple[Column, ...] = ()
    beside: tuple[str, tuple[Cell, ...]] | None = None
    """A column that nobody edits, with a cell for each record: title, cells."""

    @property
    def name(self) -> str:
        """The type's name."""
        return kept_name(self.made)

    @property
    def editable(self) -> bool:
        """Whether any of it is taken back."""
        return self.made not in READ_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows to read: no record stands behind them one by one."""

    title: str
    """In the book's language."""
    purpose: str
    head: tuple[str, ...]
    rows: tuple[Sequence[Cell], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One workbook."""

    account_id: str | None
    """None: the programme's."""
    account: str
    """The account's name, or the programme's."""
    origin: str
    """Of which installation it is; another one refuses it."""
    as_of: date
    say: Voice
    directory: Directory
    sheets: tuple[Sheet, ...]
    tables: tuple[Table, ...] = ()

    def sheet(self, made: type[Any]) -> Sheet | None:
        """Return a type's sheet."""
        return next((one for one in self.sheets if one.made is made), None)


def shown_columns(made: type[Any]) -> tuple[Column, ...]:
    """Return the columns that a sheet of this type shows; the account is the book's own."""
    hidden = {"account_id", *_NEVER_SHOWN.get(kept_name(made), ())}
    return tuple(one for one in columns_of(made) if one.name not in hidden)


def is_locked(record: Any) -> bool:
    """Whether a record was made by a rule, so that no person edits it."""
    return isinstance(record, Objective | Action) and record.made_by is None
