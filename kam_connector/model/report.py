"""What a run tells those who asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import FieldChange, GuardFinding, RecordChange
from kam_connector.model.rails import RailReading
from kam_connector.model.run import RunState

__all__ = ["Kept", "RunReport", "UndoReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value of a person's that we left alone."""

    label: str
    object: str
    ref: str
    field: str
    theirs: JsonValue
    ours: JsonValue
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """The facts of one run; the command line prints them, `--json` gives them whole."""

    run_id: str
    connection: str
    state: RunState
    as_of: date
    pulled: Mapping[str, int] = field(default_factory=dict)
    """Rows new or changed, by source."""
    unchanged: int = 0
    quarantined: int = 0
    scored: int = 0
    """Key accounts derived."""
    preview_id: str | None = None
    fields: int = 0
    """Field changes shown or written (task fields not counted)."""
    tasks: int = 0
    """Tasks to create or created."""
    made: int = 0
    """Plans, objectives and measures to create or created."""
    written: int = 0
    """Records written by this run."""
    created: int = 0
    already: int = 0
    """Records that held our value already: nothing was sent."""
    conflicts: tuple[Kept, ...] = ()
    undecided: int = 0
    """Conflicts of this connection that wait for a person: `kam conflict list`."""
    refused: tuple[str, ...] = ()
    """One sentence a record."""
    guards: tuple[GuardFinding, ...] = ()
    rails: tuple[RailReading, ...] = ()
    """How near the preview came to each safety rail."""
    notes: tuple[str, ...] = ()
    waiting: int = 0
    """Records left for the next run."""
    error_code: str | None = None
    error: str = ""
    changes: tuple[RecordChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What an undo put back, or would."""

    run_id: str
    """The run that was undone."""
    restored: int = 0
    """Fields put back."""
    withdrawn: int = 0
    """Tasks closed as withdrawn."""
    left: tuple[Kept, ...] = ()
    """Fields a person changed since: left alone."""
    changes: tuple[tuple[str, FieldChange], ...] = ()
    """(record ref, what goes back) for the eye."""
    refused: tuple[str, ...] = ()
