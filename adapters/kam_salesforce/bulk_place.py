"""Where a backfill stands, as the text that a cursor keeps.

By REST that is the last record's id. A bulk result has no order, so its place is the job, the
result page and the rows taken; it begins with what only grows, so that a cursor only ever
moves forward, also when a lost job makes the backfill begin anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

__all__ = ["MAX_ATTEMPTS", "Place", "Taken"]

T = TypeVar("T")

MAX_ATTEMPTS = 2
"""Our choice: a second job after a lost one; then REST, which has nothing to lose."""
_MARK = "~"
"""Sorts behind every character of a record id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a backfill stands."""

    attempt: int = 0
    """How often the backfill has begun anew."""
    last_id: str = ""
    """By REST: all ids up to this one are staged."""
    job: str = ""
    """By Bulk 2.0: the query job."""
    rows: int = 0
    """Rows of the whole result that are staged."""
    locator: str = ""
    """The result page to read next; empty: the first."""
    skip: int = 0
    """Rows of that page that are staged."""

    @classmethod
    def of(cls, ref: str) -> Place:
        """Return the place that a cursor's text names."""
        if not ref.startswith(_MARK):
            return cls(last_id=ref)
        if ref[3:4] == "/":
            return cls(attempt=int(ref[1:3]), last_id=ref[4:])
        number, rows, skip, job, locator = ref[1:].split(".", 4)
        return cls(attempt=int(number), rows=int(rows), skip=int(skip), job=job, locator=locator)

    def __str__(self) -> str:
        """Return the cursor's text."""
        if self.job:
            counts = f"{self.attempt:02d}.{self.rows:012d}.{self.skip:08d}"
            return f"{_MARK}{counts}.{self.job}.{self.locator}"
        return f"{_MARK}{self.attempt:02d}/{self.last_id}" if self.attempt else self.last_id

    @property
    def untouched(self) -> bool:
        """Nothing is read yet in this attempt."""
        return not self.job and not self.last_id

    def anew(self) -> Place:
        """Return the beginning of the next attempt."""
        return Place(attempt=self.attempt + 1)

    def moved(self, count: int) -> Place:
        """Return the place *count* rows further down the same result page."""
        return replace(self, rows=self.rows + count, skip=self.skip + count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Generic[T]):
    """Some records as they came, and the place behind them; none while a job still runs."""

    found: list[T]
    place: Place
    last: bool = False
