"""The request log: every request and answer since the start, for tests and auditors."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, fields
from itertools import count
from threading import Lock
from typing import Any

__all__ = ["Entry", "RequestLog"]

_KEPT = 200_000
"""Our choice: more requests than any test makes, and no growth without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request and what was answered."""

    n: int
    at: str
    """The world's time, ISO 8601."""
    crm: str
    method: str
    path: str
    query: str
    status: int
    """0 when the line was dropped before an answer left."""
    body: Any
    """The request's JSON, its text when it is no JSON, or None. Secrets are masked."""
    size: int
    """Bytes in the answer's body."""
    fault: str = ""
    """The kind of the line fault that struck, if one did."""


_NAMES = tuple(field.name for field in fields(Entry))


class RequestLog:
    """Entries in order, numbered from one."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._numbers = count(1)
        self._lock = Lock()

    def add(self, **facts: Any) -> Entry:
        """Append an entry made of every field of :class:`Entry` but ``n``."""
        with self._lock:
            entry = Entry(n=next(self._numbers), **facts)
            self._entries.append(entry)
            return entry

    def entries(self, *, since: int = 0) -> list[dict[str, Any]]:
        """Return the entries numbered above *since*, in their JSON form."""
        with self._lock:
            wanted = [entry for entry in self._entries if entry.n > since]
        return [{name: getattr(entry, name) for name in _NAMES} for entry in wanted]

    def __len__(self) -> int:
        """Return how many entries are kept."""
        return len(self._entries)
