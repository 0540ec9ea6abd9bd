"""What is asked of a CRM when reading, and what comes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from kam_connector.model.kind import Kind, Row

__all__ = ["Association", "Cursor", "Page", "PullRequest", "PullSource", "PulledRow", "Stream"]


class Stream(StrEnum):
    """Separate passes over one CRM object, each with its own cursor."""

    CHANGES = "changes"
    """Backfill by id first, then what changed since."""
    ARCHIVED = "archived"
    """Deleted records, where the change stream does not show them."""
    SWEEP = "sweep"
    """Every record again, as its ref, its timestamp and the values that change without one."""
    FULL = "full"
    """Every record again, whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A link to another object that the CRM keeps outside the record."""

    object: str
    type_id: int
    alias: str
    """The row key under which the linked refs appear, as a list of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullSource:
    """One CRM object as a mapping wants it read."""

    kind: Kind
    object: str
    fields: tuple[str, ...]
    """CRM fields, without virtual ones; sorted."""
    virtual: tuple[str, ...] = ()
    """``@`` fields the adapter computes; they appear in the row under that name."""
    associations: tuple[Association, ...] = ()
    cursor_field: str
    settle: timedelta
    """How long after a change the CRM may still show older rows."""
    only_with: str | None = None
    """Read only records where this field has a value (our own tasks)."""
    without: str | None = None
    """Skip records where this field has a value (our own tasks are no activity)."""
    optional: frozenset[str] = frozenset()
    """Fields that may be missing in this org: left out, with a note."""
    swept: frozenset[str] = frozenset()
    """Fields, virtual fields and link aliases that a sweep reads again beside calculated ones."""
    optional_object: bool = False
    """The object itself may be missing, closed to our user, or other than mapped: a note."""

    @property
    def name(self) -> str:
        """Unique within a connection: one object may feed two kinds."""
        return f"{self.kind}:{self.object}"

    def narrowed(self, names: Collection[str]) -> PullSource:
        """Return the same source with no more than these fields, virtual ones and aliases.

        The records stay the same; their rows hold less.
        """
        return replace(
            self,
            fields=tuple(name for name in self.fields if name in names),
            virtual=tuple(name for name in self.virtual if name in names),
            associations=tuple(one for one in self.associations if one.alias in names),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a stream stands: all rows before it are staged.

    ``since`` is the lower bound of the current window (None while backfilling), ``until``
    its fixed upper bound, ``at`` and ``ref`` the last row taken inside it.
    """

    since: datetime | None = None
    until: datetime | None = None
    at: datetime | None = None
    ref: str = ""

    @property
    def position(self) -> tuple[bool, datetime | None, datetime | None, str]:
        """Sortable: a cursor only ever moves forward (INV2)."""
        return (self.since is not None, self.since, self.at, self.ref)


class PulledRow(NamedTuple):
    """One record as read; values are canonical."""

    ref: str
    modified_at: str
    values: Row
    deleted: bool = False
    merged_into: str | None = None
    """The winner's ref, when this record lost a merge."""
    absorbed: tuple[str, ...] = ()
    """Refs of records merged into this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """One stream of one source, from a cursor on."""

    source: PullSource
    stream: Stream = Stream.CHANGES
    cursor: Cursor | None = None
    """None: from the very beginning."""
    page_size: int | None = None
    """Rows per page; None: the CRM's largest."""
    fresh_clock: bool = True
    """Ask for the CRM's clock first; False: its last answer, a moment ago, told the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows that are staged together with the cursor behind them."""

    rows: Sequence[PulledRow]
    next_cursor: Cursor
    complete: bool
    """True on the last page: the window is finished and the cursor stands at its end."""
    notes: tuple[str, ...] = field(default=())
    """Capabilities missing in this org, in plain words."""
    lost_links: frozenset[str] = frozenset()
    """Ids of link rows that are gone: whichever record's image names one is read again."""
    gap: bool = False
    """Deletions may be missing here: every ref has to be compared."""
