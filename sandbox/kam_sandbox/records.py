"""What a CRM holds: records by object and id, and the history of every change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

from kam_sandbox.clock import WorldClock

__all__ = ["Edit", "Record", "Records"]


@dataclass(slots=True)
class Record:
    """One CRM record as it stands now."""

    object: str
    id: str
    fields: dict[str, Any]
    """Values by API name, without the id and the stamps below."""
    created_at: datetime
    modified_at: datetime
    created_by: str
    modified_by: str
    deleted_at: datetime | None = None
    merged_into: str | None = None
    """The surviving record's id, after a merge."""
    purged: bool = False
    """Deleted for good: not even in the bin."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One value that changed, for histories and for independent checkers."""

    at: datetime
    object: str
    id: str
    field: str
    """An API name, or ``@created``, ``@deleted``, ``@merged``, ``@restored``."""
    before: Any
    after: Any
    by: str


@dataclass(slots=True)
class Records:
    """All records of one CRM, in insertion order, guarded by one lock."""

    clock: WorldClock
    new_id: Callable[[str], str]
    """Gives the next free id of an object, in the CRM's own form."""
    lock: RLock = field(default_factory=RLock)
    history: list[Edit] = field(default_factory=list)
    _tables: dict[str, dict[str, Record]] = field(default_factory=dict)

    def objects(self) -> list[str]:
        """Return the names of the objects that hold records."""
        return list(self._tables)

    def get(self, object_: str, id_: str) -> Record | None:
        """Return the record, deleted ones included, or None."""
        return self._tables.get(object_, {}).get(id_)

    def all(self, object_: str, *, deleted: bool = False) -> Iterator[Record]:
        """Yield the live records of an object, or all with *deleted*, oldest first."""
        for record in list(self._tables.get(object_, {}).values()):
            if deleted or record.deleted_at is None:
                yield record

    def insert(
        self,
        object_: str,
        fields: Mapping[str, Any],
        *,
        by: str,
        id_: str | None = None,
        at: datetime | None = None,
        modified_at: datetime | None = None,
    ) -> Record:
        """Add a record and return it; *at* backdates it (world generation only)."""
        with self.lock:
            stamp = at or self.clock.now()
            record = Record(
                object=object_,
                id=id_ or self.new_id(object_),
                fields=dict(fields),
                created_at=stamp,
                modified_at=modified_at or stamp,
                created_by=by,
                modified_by=by,
            )
            self._tables.setdefault(object_, {})[record.id] = record
            self._note(record, "@created", None, None, by=by, at=stamp)
            return record

    def update(
        self,
        record: Record,
        changes: Mapping[str, Any],
        *,
        by: str,
        at: datetime | None = None,
        touch: bool = True,
    ) -> None:
        """Apply *changes*; stamps the record even when no value differs, unless *touch* is off."""
        with self.lock:
            stamp = at or self.clock.now()
            for name, value in changes.items():
                before = record.fields.get(name)
                if before != value:
                    record.fields[name] = value
                    self._note(record, name, before, value, by=by, at=stamp)
            if touch:
                record.modified_at = stamp
                record.modified_by = by

    def delete(self, record: Record, *, by: str, merged_into: str | None = None) -> None:
        """Put the record in the bin, as the loser of a merge if *merged_into* is given."""
        with self.lock:
            stamp = self.clock.now()
            record.deleted_at = record.modified_at = stamp
            record.modified_by = by
            record.merged_into = merged_into
            what = "@merged" if merged_into else "@deleted"
            self._note(record, what, None, merged_into, by=by, at=stamp)

    def restore(self, record: Record, *, by: str) -> None:
        """Take the record back from the bin."""
        with self.lock:
            record.deleted_at = None
            record.modified_at = self.clock.now()
            self._note(record, "@restored", None, None, by=by, at=record.modified_at)

    def purge(self, record: Record) -> None:
        """Remove the record for good, without trace in listings."""
        with self.lock:
            self._tables[record.object].pop(record.id, None)

    def _note(
        self, record: Record, name: str, before: Any, after: Any, *, by: str, at: datetime
    ) -> None:
        self.history.append(Edit(at, record.object, record.id, name, before, after, by))
