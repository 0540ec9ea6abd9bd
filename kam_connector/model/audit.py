"""What the audit log says: who did what, why and when, each entry chained to the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from enum import StrEnum

from kam_connector.model.kind import JsonValue, Kind

__all__ = ["Act", "Anchor", "AuditCheck", "AuditEntry", "LoggedEntry"]


class Act(StrEnum):
    """What was done; a new deed gets a line here."""

    FIELD_WRITTEN = "field_written"
    FIELD_UNDONE = "field_undone"
    FIELD_PUT_BACK = "field_put_back"
    """A person was faster while we wrote: their value was put back."""
    PREVIEW_APPROVED = "preview_approved"
    WRITES_ENABLED = "writes_enabled"
    WRITES_DISABLED = "writes_disabled"
    PAUSED = "paused"
    RESUMED = "resumed"
    RUN_UNDONE = "run_undone"
    CONFLICT_TAKEN = "conflict_taken"
    MATCH_CONFIRMED = "match_confirmed"
    MATCH_REJECTED = "match_rejected"
    ERRORS_DROPPED = "errors_dropped"
    ERASED = "erased"
    PURGED = "purged"
    """A retention run."""
    RESTORED = "restored"
    """An older copy took the database's place: what came after it is not in this log."""
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed, as it is told to ``Store.audit``; the log adds number and time.

    What names a record or a customer (``why``, ``ref``, ``kam_id``, the two values) can be
    erased later; everything else stays for as long as the log is kept.
    """

    act: Act
    by: str = ""
    """Who asked; empty: the schedule."""
    why: str = ""
    run_id: str | None = None
    connection: str | None = None
    kind: Kind | None = None
    object: str | None = None
    ref: str | None = None
    kam_id: str | None = None
    field: str | None = None
    """The CRM's field; with it the values before and after are kept as salted hashes."""
    before: JsonValue = None
    after: JsonValue = None
    facts: Mapping[str, JsonValue] = made(default_factory=dict)
    """Counts, numbers of previews, names of settings: nothing of a customer or a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """One entry as it stands in the log."""

    number: int
    at: datetime
    act: str
    by: str
    run_id: str | None
    connection: str | None
    object: str | None
    field: str | None
    kind: str | None
    ref: str | None
    kam_id: str | None
    why: str
    facts: Mapping[str, JsonValue]
    erased: bool
    """What named the record was erased."""
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The log's head at some time: kept elsewhere, it shows later that nothing was cut off."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number} {self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCheck:
    """What verifying the log found."""

    entries: int
    first: int
    """The oldest entry kept; above 1 once retention has dropped older ones."""
    anchor: Anchor
    """The head, to be kept elsewhere."""
    anchors: int
    """How many given anchors were compared."""
    erased: int
    """Entries whose record or values were erased, each by an erasure that is in the log."""
    broken: int | None = None
    """The first entry that does not fit; None: all do."""
    problem: str = ""
