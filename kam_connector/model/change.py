"""What we want to write to a CRM, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kam_connector.model.kind import JsonValue, Kind, Row

__all__ = ["Budget", "Change", "Landed", "Link", "PushResult", "PushState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An association to make when a record is created."""

    object: str
    ref: str
    type_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record's worth of writing: update by ref, or upsert by our own key."""

    id: str
    """Our idempotency key; the same change sent twice has the effect of one."""
    kind: Kind
    object: str
    ref: str | None
    """The record to update; None: created, or found, by ``key``."""
    values: Row
    """CRM fields in canonical form; None clears the field."""
    key_field: str | None = None
    key: str | None = None
    shared: frozenset[str] = frozenset()
    """Fields people may edit too: written only if the record has not moved since."""
    expected: Mapping[str, JsonValue] = field(default_factory=dict)
    """Values last seen of the shared fields."""
    seen_modified_at: str | None = None
    """The record's timestamp when ``expected`` was read."""
    compared_at: datetime | None = None
    """When it was read, by the CRM's clock; None: long ago."""
    confirmed: Row = field(default_factory=dict)
    """Shared fields that an earlier, unanswered attempt wrote, with what it wrote: nobody has
    looked yet whether a person's value lies beneath. ``expected`` says what lay there before."""
    links: tuple[Link, ...] = ()
    asked_before: bool = True
    """An earlier attempt may have made the record, and its answer was lost."""


class PushState(StrEnum):
    """What became of one change."""

    DONE = "done"
    CONFLICT = "conflict"
    """A person was faster: nothing was written, the value goes back to the merge."""
    REFUSED = "refused"
    """The CRM says no to this record; trying again changes nothing."""
    RETRY = "retry"
    """Not now: locked, throttled, or the answer was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """The outcome of one change, in the order the changes were given."""

    change_id: str
    state: PushState
    ref: str | None = None
    """The record that was written; of a refusal, the one that took its place in a merge."""
    created: bool = False
    code: str | None = None
    """Our stable code of a refusal."""
    message: str = ""
    """The refusal in one sentence, without the customer's data."""
    fields: tuple[str, ...] = ()
    """Fields the CRM complained about."""
    current: Row = field(default_factory=dict)
    """On conflict: what the record holds now."""
    restored: tuple[str, ...] = ()
    """Fields where a person's value was put back after our write met it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What a write to a merged record did to its heir."""

    over: Row
    """By field what our value was laid over."""
    now: Row
    """By field what stands there by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Calls of one org or portal in its own window."""

    used: int
    allowed: int | None
    """None: the CRM states no limit."""
    resets_at: datetime | None = None
    spent_here: int = 0
    """Calls made through this connection since it was opened."""
