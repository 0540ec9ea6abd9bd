"""A mapping file as one frozen value."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from kam_connector.mapping.rule import Rule
from kam_connector.model.batching import Batching
from kam_connector.model.kind import Kind

__all__ = ["Budget", "Guard", "Mapping", "SourceMapping", "WriteMapping"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """One CRM object that is read into one kind."""

    kind: Kind
    object: str
    cursor: str
    settle: timedelta
    sweep: str = "weekly"
    """``daily``, ``weekly`` or ``never``: how often all refs and timestamps are compared, and
    values read again that change without one."""
    delete: str = "flag"
    """``flag`` or ``ignore`` what the CRM deleted."""
    rules: tuple[Rule, ...]
    key: str
    """Where it stands in the file."""
    line: int
    only_with: str | None = None
    optional: bool = False
    """The object may be missing in this org: a note, never an error."""

    @property
    def name(self) -> str:
        """The same as its PullSource's name."""
        return f"{self.kind}:{self.object}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Limits on shared fields beyond which a run is held."""

    max_records: int = 500
    max_ratio: Decimal = Decimal("0.20")
    max_clears: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteMapping:
    """What is written to one CRM object."""

    kind: Kind
    object: str
    match: str
    """The record id (update only), or our key field (records that we make)."""
    rules: tuple[Rule, ...]
    batching: Batching = field(default_factory=Batching)
    guard: Guard = field(default_factory=Guard)
    associate: tuple[tuple[str, int], ...] = ()
    """(KAM path, association type id) of links made when a record is created."""
    max_open_per_owner: int | None = None
    optional: bool = False
    """The object may be missing in this org: a note, never an error."""
    key: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Our share of the CRM's calls."""

    calls_share: Decimal | None = None
    """Share (0 to 1) of the CRM's daily limit."""
    calls: int | None = None
    """Calls a day, when stated as a number."""
    reserve_share: Decimal = Decimal(0)
    """Share of the daily limit that is never touched."""
    burst: int | None = None
    search: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """All rules of one CRM."""

    name: str
    """The file's name, for messages."""
    crm: str
    on_error: str = "quarantine"
    on_drift: str = "warn"
    scope: str = ""
    """The expression that decides what is written; empty: every key account."""
    scope_line: int = 0
    sources: tuple[SourceMapping, ...]
    writes: tuple[WriteMapping, ...]
    maps: abc.Mapping[str, abc.Mapping[str, str]] = field(default_factory=dict)
    protected: abc.Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    """CRM fields that no rule may write, by kind."""
    owners_match: tuple[str, ...] = ("email",)
    budget: Budget = field(default_factory=Budget)

    def source(self, name: str) -> SourceMapping:
        """Return a source by its name.

        Raises:
            KeyError: The mapping has no such source.
        """
        for source in self.sources:
            if source.name == name:
                return source
        raise KeyError(name)

    def source_of(self, kind: Kind) -> SourceMapping | None:
        """Return the first source of a kind."""
        return next((source for source in self.sources if source.kind is kind), None)

    def write_of(self, kind: Kind) -> WriteMapping | None:
        """Return what is written for a kind."""
        return next((write for write in self.writes if write.kind is kind), None)
