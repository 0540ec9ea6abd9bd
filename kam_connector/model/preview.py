"""What would be written: shown before it is, counted, hashed, approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kam_connector.model.change import Link
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.rails import PausedField, RailReading

__all__ = [
    "FieldChange",
    "GuardFinding",
    "JournalEntry",
    "OutboxItem",
    "OutboxState",
    "Preview",
    "PreviewState",
    "RecordChange",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field's value before and after."""

    field: str
    before: JsonValue
    after: JsonValue
    reason: str
    shared: bool = False
    """People may edit this field too."""
    refresh: bool = False
    """A weekly refresh: not counted by the guards."""
    awaits: Kind | None = None
    """``after`` is our id of a record of this kind that is made first; its ref is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """All field changes of one CRM record."""

    kind: Kind
    object: str
    ref: str | None
    """None: a record to create."""
    kam_id: str
    label: str
    """The account's name, or the task's title, for the eye."""
    fields: tuple[FieldChange, ...]
    key_field: str | None = None
    key: str | None = None
    links: tuple[Link, ...] = ()
    owner: str | None = None
    """A task's owner by name, for the eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardFinding:
    """A safety rail that holds the run before its first write."""

    code: str
    message: str


class PreviewState(StrEnum):
    """A preview's life."""

    OPEN = "open"
    HELD = "held"
    APPROVED = "approved"
    APPLIED = "applied"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An immutable set of changes to one connection."""

    id: str
    connection: str
    run_id: str
    as_of: date
    created_at: datetime
    changes: tuple[RecordChange, ...]
    guards: tuple[GuardFinding, ...] = ()
    notes: tuple[str, ...] = ()
    """What is not written, and why (a picklist value missing, say)."""
    state: PreviewState = PreviewState.OPEN
    digest: str = ""
    """Hash of connection, as_of and changes: ``apply`` sends exactly these."""
    rails: tuple[RailReading, ...] = ()
    """How near it comes to each safety rail."""
    pausing: tuple[PausedField, ...] = ()
    """Fields that went back and forth, left out from now on."""


class OutboxState(StrEnum):
    """Where one record's writing stands."""

    PENDING = "pending"
    SENT = "sent"
    """Handed to the CRM; the answer is not in yet (or was lost in a crash)."""
    DONE = "done"
    CONFLICT = "conflict"
    REFUSED = "refused"
    DEAD = "dead"
    """Refused or unanswered five times; `kam errors retry` wakes it."""
    SUPERSEDED = "superseded"
    """A newer preview has another value for it."""
    UNDOING = "undoing"
    """An undo is taking ``run_id``'s values back: handed to the CRM, and not answered yet. No run
    sends it, and what became of it is looked up before anything else. ``message`` says who asked,
    ``next_at`` when it left, by the CRM's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One record's writing, coalesced."""

    id: str
    connection: str
    run_id: str
    preview_id: str
    change: RecordChange
    state: OutboxState = OutboxState.PENDING
    attempts: int = 0
    next_at: datetime | None = None
    code: str | None = None
    message: str = ""
    ref: str | None = None
    """The CRM ref once known."""
    created: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One field that we wrote, with what it held before: enough to undo it."""

    run_id: str
    item_id: str
    connection: str
    kind: Kind
    object: str
    ref: str
    kam_id: str
    field: str
    before: JsonValue
    after: JsonValue
    at: datetime
    created: bool = False
    """The record itself was created by this write (a task)."""
    undone_at: datetime | None = None
