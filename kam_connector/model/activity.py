"""What happened between our people and theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Activity", "ActivityKind", "Direction"]


class ActivityKind(StrEnum):
    """Kinds that count towards a relationship."""

    EMAIL = "email"
    CALL = "call"
    MEETING = "meeting"
    WORKSHOP = "workshop"


class Direction(StrEnum):
    """Who spoke."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    MUTUAL = "mutual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One mail, call or meeting that took place (or was planned, when not ``held``)."""

    id: str
    kind: ActivityKind
    at: datetime
    direction: Direction
    contact_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    held: bool = True
    """False: cancelled or nobody came; it does not count."""
    account_id: str | None = None
