"""Rows on their way from a CRM into the mirror."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from kam_connector.model.identity import IdentityLink, RecordKey
from kam_connector.model.kind import JsonValue, Kind, Row

__all__ = [
    "Agreed",
    "MergeBatch",
    "MirrorRow",
    "Quarantined",
    "StageCounts",
    "StagedRow",
    "SweepCount",
]


class StageCounts(NamedTuple):
    """What staging one page did."""

    new: int
    changed: int
    unchanged: int


class SweepCount(NamedTuple):
    """What a sweep did not meet."""

    missed: int
    living: int
    """All that is staged and lives."""


class StagedRow(NamedTuple):
    """One raw record as last read, in canonical values."""

    source: str
    """The PullSource's name."""
    ref: str
    modified_at: str
    values: Row
    deleted: bool
    merged_into: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What a CRM record and the KAM layer last agreed on: the base of every merge."""

    key: RecordKey
    source: str
    kam_id: str
    read: Row
    """KAM fields as last taken from this record."""
    written: Row = field(default_factory=dict)
    """CRM fields as last written, or last seen, by us (write rules only)."""
    provenance: Mapping[str, JsonValue] = field(default_factory=dict)
    """Per KAM field: who won and why, when both had moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRow:
    """One KAM record as merged from all CRM records behind it."""

    kind: Kind
    id: str
    values: Row
    """By the paths of ``model.paths.READ_PATHS``; refs are our ids."""
    home_connection: str
    refs: tuple[tuple[str, str], ...]
    deleted: bool = False
    deleted_at: str | None = None
    """When the CRM says it went, canonical; None: when we noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A record, or one field of it, that could not be taken over or written."""

    connection: str
    source: str
    ref: str
    field: str
    """Empty: the whole record."""
    code: str
    message: str
    direction: str = "read"
    """``read`` or ``write``."""
    first_seen: datetime | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeBatch:
    """All that one merge transaction changes."""

    connection: str
    source: str
    kind: Kind
    mirror: tuple[MirrorRow, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    healed: tuple[str, ...] = ()
    """Refs whose earlier quarantine (direction read) is over."""
    done: tuple[str, ...] = ()
    """Refs that need no more merging."""
    aliases: tuple[tuple[str, str], ...] = ()
    """(loser ref, winner ref) of merges in the CRM."""
    identities: tuple[IdentityLink, ...] = ()
