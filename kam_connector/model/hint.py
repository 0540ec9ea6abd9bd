"""What a CRM tells by itself: that something happened to a record, and nothing to rely on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["Delivery", "Heard", "Hint", "JournalPage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A record worth a look; what it holds now is read from the CRM, never from the hint.

    Hints may come twice, late and in any order: only the latest moment is kept.
    """

    object: str
    """As the mapping's sections name it."""
    ref: str
    at: datetime
    """When it happened, on the CRM's clock."""
    forget: bool = False
    """The person was erased in the CRM: nothing of them may stay here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request that came in, before anybody believes it."""

    method: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request that proved to be the CRM's."""

    signature: str
    """Unique to the request: a second one with it is a replay."""
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """Part of a CRM's journal."""

    hints: tuple[Hint, ...]
    place: str
    """Where the journal goes on; kept together with the hints."""
    note: str = ""
    """What the reader must know, such as that the journal no longer reaches back far enough."""
