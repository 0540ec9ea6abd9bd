"""Everything a use case needs, handed over once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kam_connector.kam.settings import KamSettings
from kam_connector.mapping.spec import Mapping
from kam_connector.model.kind import Row
from kam_connector.ports import Clock, Crm, Store

__all__ = ["Rails", "SyncContext"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rails:
    """Safety rails of write-back (our choice; docs/configuration.md)."""

    max_share: float = 0.20
    """Shared fields: at most this share of in-scope records ..."""
    max_records: int = 500
    """... or this many, may change in one run."""
    max_empty_share: float = 0.05
    """Any field: at most this share of values may become empty."""
    max_clears: int | None = None
    """Shared fields: at most this many values may become empty, whatever their share."""
    floor: int = 20
    """Below this many changes the rails are silent."""
    median_factor: float = 2.0
    """No more than this times the median of the last 14 runs that wrote."""
    quiet: timedelta = timedelta(minutes=15)
    """A record a person edited this recently waits for the next run."""
    preview_ttl: timedelta = timedelta(hours=48)
    """Our choice: an approval given two days later would be about another world."""
    max_attempts: int = 5
    """Refused or unanswered so often, a record becomes a dead letter."""
    canary: int = 25
    """So many records of a run of more than twice as many go first and are read back; 0: none."""
    four_eyes: bool = True
    """A preview that a rail holds takes two people."""
    flips: timedelta = timedelta(days=7)
    """A field that goes back and forth within this time is paused; zero: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncContext:
    """One connection, opened, with the rules that apply to it."""

    connection: str
    crm: Crm
    store: Store
    mapping: Mapping
    settings: KamSettings
    clock: Clock
    rails: Rails = field(default_factory=Rails)
    selects: Callable[[Row], bool] = field(default=lambda _row: False)
    """The admin's rule over an account's KAM values: is it a key account?"""
    selects_because: str = "the selection rule"
    """The rule's own words, kept as the reason of each choice."""
    source_order: tuple[str, ...] = ()
    """Connections by precedence: whose value wins between CRMs; default: as configured."""
    owner: str = ""
    """Who holds leases: host and process."""
    actor: str = ""
    """The person who asked for this, in the audit log; empty: the schedule."""
    alive: Callable[[str], bool] = field(default=lambda _owner: True)
    """False when a lease's owner certainly runs no more (a killed process of this host)."""
    calls_share: float = 0.20
    """Share of the CRM's daily calls we may use."""
    calls_reserve: float = 0.25
    """Share of the CRM's daily calls always left to others."""
    until: datetime | None = None
    """When the run has had its time and what is left waits (KAM-7132); None: no such moment."""
    outside_stop: Callable[[], str] = field(default=lambda: "")
    """Why a file or the environment forbids all writing just now; empty: they do not."""
    stopping: Callable[[], bool] = field(default=lambda: False)
    """True once somebody asked us to stop: finish the page, then end clean."""
    progress: Callable[[str, int], None] = field(default=lambda _stage, _count: None)
    """Told (stage, records so far) for a progress bar."""
