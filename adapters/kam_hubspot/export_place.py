"""Where a first load through an export stands, as the text that a cursor keeps.

By listing that is where the listing goes on. An export's file has no order of ids, so its
place is the export and the rows taken; the text begins with what only grows, so that a cursor
only ever moves forward, also when an export comes to nothing and the listing begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Place"]

_MARK = "~"
"""Sorts behind every digit of a listing's place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a first load stands."""

    export: str = ""
    """The export's id; empty: there is none, or none any more."""
    rows: int = 0
    """Rows of its file that are staged."""
    total: int = 0
    """Records there were when it was asked for."""
    listed: str = ""
    """By listing: where it goes on."""
    gave_up: bool = False
    """An export came to nothing: the listing it is."""

    @classmethod
    def of(cls, ref: str) -> Place:
        """Return the place that a cursor's text names."""
        if not ref.startswith(_MARK):
            return cls(listed=ref)
        if ref[1] == "1":
            return cls(gave_up=True, listed=ref[3:])
        _, rows, total, export = ref.split(".", 3)
        return cls(export=export, rows=int(rows), total=int(total))

    def __str__(self) -> str:
        """Return the cursor's text."""
        if self.export:
            return f"{_MARK}0.{self.rows:012d}.{self.total:012d}.{self.export}"
        return f"{_MARK}1.{self.listed}" if self.gave_up else self.listed

    @property
    def untouched(self) -> bool:
        """Nothing is asked for yet."""
        return not (self.export or self.listed or self.gave_up)

    def moved(self, count: int) -> Place:
        """Return the place *count* rows further down the file."""
        return replace(self, rows=self.rows + count)

    def given_up(self) -> Place:
        """Return the beginning of the listing that takes an export's place."""
        return Place(gave_up=True)
