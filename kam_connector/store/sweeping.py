"""The image against all there is: what a sweep met, what it missed, what hangs on a record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import orjson
from sqlalchemy import ColumnElement, Connection, Select, exists, func, literal_column, select

from kam_connector.model.kind import Kind
from kam_connector.model.staging import SweepCount
from kam_connector.store.bulk import Upsert, among
from kam_connector.store.database import Database
from kam_connector.store.mirror import MIRRORED
from kam_connector.store.prepared import matching
from kam_connector.store.records import instant_text
from kam_connector.store.repoint import LISTED, REFERENCES
from kam_connector.store.tables import table

__all__ = ["Sweeping"]

_STAGED = table("staged")
_SWEPT = table("swept")
_SCHEMA = table("source_schema")
_AGREED = table("agreed")
_SAVE_SWEPT = Upsert(_SWEPT, ["connection", "source", "ref"])
_SAVE_SCHEMA = Upsert(_SCHEMA, ["connection", "source", "fields"])
_Ids: TypeAlias = "Select[tuple[str]]"
_LOSERS = (
    select(_STAGED.c.ref)
    .where(matching(_STAGED, "connection", "source"), _STAGED.c.dirty > literal_column("0"))
    .where(_STAGED.c.merged_into.is_not(None))
    .order_by(_STAGED.c.ref)
)
_ONE_SCHEMA = select(_SCHEMA.c.fields).where(matching(_SCHEMA, "connection", "source"))
_CHUNK = 5000
"""Documents looked through at a time; our choice: memory stays flat."""
_QUOTED = re.compile(r'"([A-Za-z0-9]+)"')
"""Ids stand in quotes in a document."""


class Sweeping:
    """The part of ``ports.Store`` that sweeps, merges' children and schema drift use."""

    _db: Database

    def begin_sweep(self, connection: str, source: str) -> None:
        """Forget what an earlier sweep of this source met."""
        mine = (_SWEPT.c.connection == connection) & (_SWEPT.c.source == source)
        with self._db.write() as opened:
            opened.execute(_SWEPT.delete().where(mine))

    def mark_swept(self, connection: str, source: str, refs: Iterable[str]) -> None:
        """Note that the sweep under way met these records."""
        with self._db.write() as opened:
            _SAVE_SWEPT.run(opened, [(connection, source, ref) for ref in refs])

    def unswept(
        self, connection: str, source: str, *, before: datetime, after: str = "", limit: int
    ) -> list[str]:
        """Return staged records that live, are older than the sweep, and were not met by it.

        By ref, after one ref (keyset).
        """
        t = _STAGED
        wanted = select(t.c.ref).where(_missed(connection, source, before), t.c.ref > after)
        with self._db.read() as opened:
            return list(opened.scalars(wanted.order_by(t.c.ref).limit(limit)))

    def count_unswept(self, connection: str, source: str, *, before: datetime) -> SweepCount:
        """Return how many records ``unswept`` gives in all, of how many that live."""
        t = _STAGED
        counted = select(func.count()).select_from(t)
        with self._db.read() as opened:
            missed = opened.scalar(counted.where(_missed(connection, source, before)))
            living = opened.scalar(counted.where(_living(connection, source)))
        return SweepCount(missed=missed or 0, living=living or 0)

    def losers(self, connection: str, source: str) -> list[str]:
        """Return records that lost a merge which ours has not followed yet."""
        with self._db.read() as opened:
            return list(opened.scalars(_LOSERS, {"connection": connection, "source": source}))

    def children(
        self, connection: str, kind: Kind, kam_ids: Collection[str]
    ) -> dict[str, list[str]]:
        """Return the records, by source, of what points at KAM records."""
        found: dict[str, set[str]] = {}
        with self._db.read() as opened:
            for child, ids in _pointing(opened, kind, kam_ids):
                t = _AGREED
                mine = (t.c.connection == connection) & (t.c.kind == child.value)
                rows = select(t.c.source, t.c.ref).where(mine, t.c.kam_id.in_(ids))
                for source, ref in opened.execute(rows):
                    found.setdefault(source, set()).add(ref)
        return {source: sorted(refs) for source, refs in sorted(found.items())}

    def naming(self, connection: str, source: str, ids: Collection[str]) -> list[str]:
        """Return records whose image holds one of these ids; looks at every document."""
        t, after, found = _STAGED, "", list[str]()
        page = select(t.c.ref, t.c.doc).where(_living(connection, source))
        page = page.order_by(t.c.ref).limit(_CHUNK)
        wanted = frozenset(ids)
        with self._db.read() as opened:
            while rows := opened.execute(page.where(t.c.ref > after)).all():
                found += [ref for ref, doc in rows if not wanted.isdisjoint(_QUOTED.findall(doc))]
                after = rows[-1][0]
        return found

    def last_schema(self, connection: str, source: str) -> Mapping[str, str] | None:
        """Return the type of each field as last remembered; None: never."""
        with self._db.read() as opened:
            text = opened.scalar(_ONE_SCHEMA, {"connection": connection, "source": source})
        return None if text is None else dict(orjson.loads(text))

    def save_schema(self, connection: str, source: str, fields: Mapping[str, str]) -> None:
        """Remember the type of each field."""
        text = orjson.dumps(dict(fields), option=orjson.OPT_SORT_KEYS).decode()
        with self._db.write() as opened:
            _SAVE_SCHEMA.run(opened, [(connection, source, text)])


def _living(connection: str, source: str) -> ColumnElement[bool]:
    t = _STAGED
    return (t.c.connection == connection) & (t.c.source == source) & t.c.deleted.is_(False)


def _missed(connection: str, source: str, before: datetime) -> ColumnElement[bool]:
    t = _STAGED
    same = (_SWEPT.c.connection == connection) & (_SWEPT.c.source == source)
    met = exists().where(same, _SWEPT.c.ref == t.c.ref)
    return _living(connection, source) & (t.c.modified_at < instant_text(before)) & ~met


def _pointing(
    opened: Connection, kind: Kind, kam_ids: Collection[str]
) -> Sequence[tuple[Kind, _Ids]]:
    """Return, by kind of child, a query of the ids of children."""
    found: list[tuple[Kind, _Ids]] = []
    for name in REFERENCES[kind]:
        owner, _, column = name.partition(".")
        if owner == "activity_person" and column == "person_id":
            t = table(owner)
            ids = select(t.c.activity_id).where(among(opened, t.c.person_id, kam_ids))
            found.append((Kind.ACTIVITY, ids))
        elif owner in MIRRORED:
            t = table(owner)
            found.append((Kind(owner), select(t.c.id).where(among(opened, t.c[column], kam_ids))))
    for owner, column in LISTED.get(kind, ()):
        if owner in MIRRORED and owner != "activity":  # those are found by who took part
            t = table(owner)
            for id_ in kam_ids:
                holds = t.c[column].contains(f'"{id_}"', autoescape=True)
                found.append((Kind(owner), select(t.c.id).where(holds)))
    return found
