"""Runs, connections and what somebody must be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kam_connector.model.kind import JsonValue

__all__ = ["ConnectionState", "Lease", "Run", "RunState"]


class RunState(StrEnum):
    """How a run ended, or that it has not."""

    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    """Some records were refused."""
    DEFERRED = "deferred"
    """The call budget ran out; the rest comes in the next window. Never called done."""
    HELD = "held"
    """A safety rail, or a first write that waits for approval."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def pays_for_its_night(self) -> bool:
        """Whether the night is owed no more; a held one waits for a person, not for us."""
        return self in (RunState.DONE, RunState.PARTIAL, RunState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One row of the run ledger."""

    id: str
    connection: str
    job: str
    """``nightly-sync``, ``sync``, ``apply``, ``undo``."""
    local_date: date | None = None
    """The night it pays for; unique with connection and job. None: asked for by hand."""
    started_at: datetime
    finished_at: datetime | None = None
    as_of: date | None = None
    state: RunState = RunState.RUNNING
    counts: Mapping[str, JsonValue] = field(default_factory=dict)
    error_code: str | None = None
    error: str = ""
    preview_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work on one thing, until a moment, under a fencing number."""

    name: str
    owner: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionState:
    """What the database remembers of one connection."""

    name: str
    crm: str
    org_ref: str | None = None
    writes_enabled_at: datetime | None = None
    first_applied_at: datetime | None = None
    """When an approved preview was first applied; before that every write needs approval."""
    paused: bool = False
    calls_day: date | None = None
    calls_spent: int = 0
    """Calls spent on ``calls_day``, so that a restart does not reset the budget."""
