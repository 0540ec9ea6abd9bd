"""Conflicts at rest: the queue, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, select

from kam_connector.model.conflict import Conflict, ConflictState
from kam_connector.store.bulk import Upsert
from kam_connector.store.database import Database
from kam_connector.store.prepared import matching
from kam_connector.store.records import Codec
from kam_connector.store.tables import table

__all__ = ["Disputing"]

_CONFLICT = Codec(Conflict)
_SAVE = Upsert(table("conflict"), _CONFLICT.columns)


@cache
def _wanted(*, of_connection: bool, everything: bool) -> Select[Any]:
    """Return the question for all conflicts, or for a connection's."""
    t = table("conflict")
    wanted = select(t).order_by(t.c.since, t.c.label, t.c.field, t.c.id)
    if of_connection:
        wanted = wanted.where(matching(t, "connection"))
    return wanted if everything else wanted.where(t.c.state != ConflictState.CLOSED.value)


class Disputing:
    """``ports.conflicts.Conflicts`` over SQL."""

    _db: Database

    def conflicts(
        self, *, connection: str | None = None, everything: bool = False
    ) -> list[Conflict]:
        """Return what waits or is decided, the oldest first; with *everything* closed ones too."""
        wanted = _wanted(of_connection=connection is not None, everything=everything)
        with self._db.read() as opened:
            rows = opened.execute(wanted, {"connection": connection}).mappings()
            return [_CONFLICT.value(row) for row in rows]

    def conflict(self, id_: str) -> Conflict | None:
        """Return one conflict by its number."""
        t = table("conflict")
        with self._db.read() as opened:
            row = opened.execute(select(t).where(t.c.id == id_)).mappings().first()
        return _CONFLICT.value(row) if row else None

    def save_conflicts(self, conflicts: Iterable[Conflict]) -> None:
        """Insert or replace by number."""
        with self._db.write(durable=True) as opened:
            _SAVE.run(opened, [_CONFLICT.row(one) for one in conflicts])
