"""Finds records by external id without reading the whole table for each row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from kam_sandbox.records import Record, Records

__all__ = ["KeyIndex"]


@dataclass(slots=True)
class _Known:
    read: int
    """How much of the history the index has seen."""
    ids: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    """Ids by lower-case value, in order; what has moved on since is sorted out when read."""


class KeyIndex:
    """Ids by value, kept up from the history of changes.

    Args:
        records: The records to find.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._known: dict[tuple[str, str], _Known] = {}

    def find(self, object_: str, name: str, value: str) -> list[Record]:
        """Return the live records whose field *name* has this value, in any case."""
        wanted = value.lower()
        ids = self._current(object_, name).ids.get(wanted, {})
        found = (self._records.get(object_, id_) for id_ in ids)
        return [
            record
            for record in found
            if record is not None
            and record.deleted_at is None
            and str(record.fields.get(name)).lower() == wanted
        ]

    def _current(self, object_: str, name: str) -> _Known:
        history = self._records.history
        known = self._known.get((object_, name))
        if known is None:
            known = self._known[object_, name] = _Known(len(history))
            for record in self._records.all(object_, deleted=True):
                self._note(known, record, name)
        for edit in history[known.read :]:
            if edit.object == object_ and edit.field in (name, "@created"):
                self._note(known, self._records.get(object_, edit.id), name)
        known.read = len(history)
        return known

    @staticmethod
    def _note(known: _Known, record: Record | None, name: str) -> None:
        value = record.fields.get(name) if record is not None else None
        if record is not None and value is not None:
            known.ids[str(value).lower()][record.id] = None
