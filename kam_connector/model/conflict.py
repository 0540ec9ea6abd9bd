"""A field that both sides moved, waiting for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from kam_connector.model.kind import JsonValue, Kind

__all__ = ["Conflict", "ConflictState", "Taken", "conflict_id"]


class ConflictState(StrEnum):
    """A conflict's life."""

    OPEN = "open"
    DECIDED = "decided"
    """Somebody decided; the next run carries it out, or opens it again."""
    CLOSED = "closed"


class Taken(StrEnum):
    """Whose value a person takes."""

    THEIRS = "theirs"
    OURS = "ours"
    VALUE = "value"
    """Neither: a value of the person's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field of one CRM record. Values are the CRM field's, in canonical form."""

    id: str
    connection: str
    kind: Kind
    object: str
    ref: str
    field: str
    kam_id: str
    label: str
    """The record's name, for the eye."""
    path: str
    """The KAM path behind the field."""
    policy: str
    """``manual``, or ``merge`` whose values could not be joined."""
    base: JsonValue
    """What both sides last agreed on."""
    has_base: bool
    """False: they never agreed on anything."""
    theirs: JsonValue
    ours: JsonValue
    reason: str = ""
    """Why our value is what it is, as far as we know."""
    theirs_at: str = ""
    """When the CRM's record last changed: the CRM tells it of the record, not of the field."""
    ours_at: datetime | None = None
    """When our value was first seen."""
    since: datetime
    """When the conflict was found, by the CRM's clock."""
    updated_at: datetime
    state: ConflictState = ConflictState.OPEN
    decision: Taken | None = None
    value: JsonValue = None
    """With ``VALUE``: what both sides should hold."""
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""
    """How it came to its present state."""
    closed_at: datetime | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        """Object, ref and field: at most one conflict lives there."""
        return self.object, self.ref, self.field

    @property
    def is_live(self) -> bool:
        """Whether it still holds the field."""
        return self.state is not ConflictState.CLOSED


def conflict_id(connection: str, object_: str, ref: str, field: str, since: datetime) -> str:
    """Return a conflict's number: eight hex digits, the same for the same finding."""
    text = "|".join((connection, object_, ref, field, since.isoformat()))
    return blake2b(text.encode(), digest_size=4).hexdigest()
