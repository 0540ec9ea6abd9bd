"""What the safety rails remember and say: stops, paused fields, approvals, readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kam_connector.model.kind import JsonValue

__all__ = ["Approval", "PausedField", "RailReading", "StopOrder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopOrder:
    """Nothing is written until a person lifts it."""

    scope: str
    """A connection; empty: all of them."""
    code: str
    reason: str
    said_by: str
    """A person, or the rail that stopped."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedField:
    """One field that is not written, on all records or on one."""

    connection: str
    object: str
    field: str
    ref: str = ""
    """One record; empty: all of them."""
    between: tuple[JsonValue, ...] = ()
    """The values it goes back and forth between: a third one is written. Empty: none is."""
    code: str
    reason: str
    said_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's yes to a preview that a rail holds."""

    preview_id: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RailReading:
    """How near a preview comes to one rail."""

    rail: str
    said: str
    """Counts with their limits, for the eye."""
    code: str = ""
    """Set where this rail holds the preview, or leaves something out."""
