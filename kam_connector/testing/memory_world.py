"""What people and the world do to the records of a MemoryCrm."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kam_connector.model.kind import Row
from kam_connector.testing.memory_records import MemoryFault, MemoryRecord, Version

__all__ = ["MemoryWorld"]


class MemoryWorld:
    """Records under a clock that only moves when told, with faults to come."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.records: defaultdict[str, dict[str, MemoryRecord]] = defaultdict(dict)
        self._faults: deque[MemoryFault] = deque()
        self._refusals: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
        self._born = 0
        self._calculated: defaultdict[str, set[str]] = defaultdict(set)

    def advance(self, by: timedelta | float) -> datetime:
        """Move the clock by a span or by seconds."""
        self.now += by if isinstance(by, timedelta) else timedelta(seconds=by)
        return self.now

    def put(
        self,
        object_: str,
        ref: str,
        values: Row,
        *,
        modified_at: datetime | None = None,
        visible_at: datetime | None = None,
    ) -> MemoryRecord:
        """Create a record, or replace its values; visible at its timestamp or later."""
        at = modified_at or self.now
        version = Version(modified_at=at, visible_at=visible_at or at, values=dict(values))
        return self._add(object_, ref, version)

    def edit(
        self,
        object_: str,
        ref: str,
        values: Row,
        *,
        modified_at: datetime | None = None,
        visible_at: datetime | None = None,
    ) -> MemoryRecord:
        """Let a person change some fields."""
        merged = {**self.records[object_][ref].values, **values}
        return self.put(object_, ref, merged, modified_at=modified_at, visible_at=visible_at)

    def calculate(self, object_: str, ref: str, values: Row) -> None:
        """Let calculated fields take other values: no timestamp moves, and describe says so."""
        record = self.records[object_][ref]
        merged = {**record.values, **values}
        record.versions[-1] = replace(record.latest, values=merged)
        self._calculated[object_] |= set(values)

    def vanish(self, object_: str, ref: str) -> None:
        """Let a record go without a word: no stream tells of it."""
        del self.records[object_][ref]

    def move(self, object_: str, ref: str, values: Row) -> None:
        """Change a record as a merge turns children: no timestamp moves."""
        record = self.records[object_][ref]
        record.versions[-1] = replace(record.latest, values={**record.values, **values})

    def delete(self, object_: str, ref: str) -> None:
        """Let a person delete a record."""
        latest = self.records[object_][ref].latest
        gone = replace(latest, modified_at=self.now, visible_at=self.now, deleted=True)
        self._add(object_, ref, gone)

    def merge(self, object_: str, loser: str, winner: str, *, new_ref: str | None = None) -> str:
        """Merge two records and return the survivor's ref.

        With *new_ref* both old records give way to a new one that names them (HubSpot);
        without, the loser is deleted and names the winner (Salesforce).
        """
        kept = self.records[object_][winner].latest
        survivor = new_ref or winner
        gone = (loser, winner) if new_ref else (loser,)
        absorbed = kept.absorbed + tuple(
            old for ref in gone for old in (ref, *self.records[object_][ref].latest.absorbed)
        )
        for ref in gone:
            lost = replace(self.records[object_][ref].latest, deleted=True, merged_into=survivor)
            self._add(object_, ref, replace(lost, modified_at=self.now, visible_at=self.now))
        alive = replace(kept, modified_at=self.now, visible_at=self.now)
        names = tuple(dict.fromkeys(absorbed)) if new_ref else kept.absorbed
        self._add(object_, survivor, replace(alive, absorbed=names))
        return survivor

    def fail_next(self, fault: MemoryFault, *, times: int = 1) -> None:
        """Let the next call (page, read or push) fail."""
        self._faults.extend([fault] * times)

    def refuse(
        self, object_: str, ref: str, *, code: str = "KAM-3208", fields: Sequence[str] = ()
    ) -> None:
        """Refuse every write to one record (by ref, or by key while it does not exist)."""
        self._refusals[object_, ref] = (code, tuple(fields))

    def accept(self, object_: str, ref: str) -> None:
        """Take a refusal back."""
        self._refusals.pop((object_, ref), None)

    def values(self, object_: str, ref: str) -> Row:
        """Return a record's true values."""
        return self.records[object_][ref].values

    def live(self, object_: str) -> dict[str, Row]:
        """Return the true values of all records that are neither deleted nor merged away."""
        return {ref: r.values for ref, r in self.records[object_].items() if r.alive}

    def _add(self, object_: str, ref: str, version: Version) -> MemoryRecord:
        record = self.records[object_].setdefault(ref, MemoryRecord(ref=ref))
        record.versions.append(version)
        return record
