"""The CRM image: raw rows staged by page, with their cursor, and what waits for a merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, literal_column, select

from kam_connector.model.kind import Kind, Row
from kam_connector.model.pull import Cursor, PulledRow, PullSource
from kam_connector.model.staging import Quarantined, StageCounts, StagedRow
from kam_connector.store.bulk import Scalar, Upsert, among
from kam_connector.store.codes import CODES
from kam_connector.store.comparing import Known, compared, image_of, newest
from kam_connector.store.database import Database
from kam_connector.store.prepared import listed, matching
from kam_connector.store.records import instant_text
from kam_connector.store.tables import table
from kam_connector.store.tombstones import Tombstones

__all__ = ["Image"]

_STAGED = table("staged")
_CURSOR = table("stream_cursor")
_READ = [
    _STAGED.c[name] for name in ("source", "ref", "modified_at", "doc", "deleted", "merged_into")
]
_OF_SOURCE = matching(_STAGED, "connection", "source")
_ONE_CURSOR = select(_CURSOR).where(matching(_CURSOR, "connection", "source", "stream"))
_DIRTY = (
    select(*_READ, _STAGED.c.dirty)
    .where(_OF_SOURCE, _STAGED.c.dirty > literal_column("0"))
    .order_by(_STAGED.c.modified_at, _STAGED.c.ref)
    .limit(bindparam("most"))
)
_IMAGES = select(*_READ).where(_OF_SOURCE, listed(_STAGED.c.ref, "refs"))
_BOUND = (
    select(table("agreed").c.ref)
    .where(matching(table("agreed"), "connection", "kind"))
    .where(table("agreed").c.kam_id.in_(select(table("action").c.id)))
)
_STRAYS = select(_STAGED.c.ref).where(_OF_SOURCE, _STAGED.c.ref.not_in(_BOUND))


class Image:
    """The part of ``ports.Store`` between a CRM's pages and the merge."""

    _db: Database
    _clock: Callable[[], datetime]
    _count: Callable[[Connection, Iterable[Quarantined]], None]
    _handed: dict[tuple[str, str], dict[str, int]]
    """How dirty each row was when ``dirty`` last gave it out, by connection and source: a row
    that changed again meanwhile stays dirty when its merge is done."""
    _save_staged = Upsert(
        _STAGED,
        [column.name for column in _STAGED.columns],
        where_existing={"dirty": lambda old, new: old.c.dirty + new["dirty"]},
    )
    _save_cursor = Upsert(_CURSOR, [column.name for column in _CURSOR.columns])

    def cursor(self, connection: str, source: str, stream: str) -> Cursor | None:
        """Return where a stream stands."""
        key = {"connection": connection, "source": source, "stream": stream}
        with self._db.read() as opened:
            row = opened.execute(_ONE_CURSOR, key).first()
        if row is None:
            return None
        return Cursor(
            since=_instant(row.since), until=_instant(row.until), at=_instant(row.at), ref=row.ref
        )

    def stage(
        self,
        connection: str,
        source: PullSource,
        stream: str,
        rows: Sequence[PulledRow],
        cursor: Cursor,
    ) -> StageCounts:
        """Store rows and cursor together; unchanged rows cost a comparison, not a write."""
        key = (connection, source.name)
        with self._db.write() as opened:
            counts = self._put(opened, key, newest(rows))
            self._save_cursor.run(opened, [(*key, stream, *_cursor_row(cursor))])
        return counts

    def restage(self, connection: str, source: str, rows: Sequence[PulledRow]) -> None:
        """Store rows read outside a stream; changed ones wait for a merge."""
        with self._db.write() as opened:
            self._put(opened, (connection, source), newest(rows))

    def dirty(self, connection: str, source: str, *, limit: int) -> list[StagedRow]:
        """Return rows waiting for merge, oldest first."""
        given = {"connection": connection, "source": source, "most": limit}
        with self._db.read() as opened:
            rows = opened.execute(_DIRTY, given).all()
        self._handed[connection, source] = {row[1]: row[-1] for row in rows}
        return [_staged_row(row) for row in rows]

    def mark_dirty(self, connection: str, source: str, refs: Iterable[str] | None = None) -> int:
        """Ask for a second merge of these rows (None: of all); returns how many."""
        t = _STAGED
        chosen = t.update().where(t.c.connection == connection, t.c.source == source)
        with self._db.write() as opened:
            if refs is not None:
                chosen = chosen.where(among(opened, t.c.ref, refs))
            return opened.execute(chosen.values(dirty=t.c.dirty + 1)).rowcount

    def staged(self, connection: str, source: str, refs: Iterable[str]) -> dict[str, StagedRow]:
        """Return the CRM image of records."""
        with self._db.read() as opened:
            return _images(opened, (connection, source), refs)

    def stray_tasks(self, connection: str, source: str, *, key_field: str) -> list[StagedRow]:
        """Return the images of tasks of ours that no action stands behind, deleted ones too."""
        given = {"connection": connection, "source": source, "kind": Kind.TASK.value}
        with self._db.read() as opened:
            refs = list(opened.scalars(_STRAYS, given))
            images = _images(opened, (connection, source), refs) if refs else {}
        return [row for row in images.values() if row.values.get(key_field)]

    def update_staged(self, connection: str, source: str, values: Mapping[str, Row]) -> None:
        """Overlay what we just wrote or read on the image, without making rows dirty.

        A record the image does not know yet (a task we created) joins it.
        """
        with self._db.write(durable=True) as opened:
            kind = Kind(source.partition(":")[0])
            erased = Tombstones(opened, self._db).marked(connection, kind, values)
            before = _images(opened, (connection, source), values)
            rows: list[tuple[Scalar, ...]] = []
            for ref in values.keys() - erased:
                overlay = values[ref]
                old = before.get(ref) or StagedRow(source, ref, "", {}, False, None)
                laid_over: Row = {**old.values, **overlay}
                digest, doc = image_of(laid_over, old.deleted, old.merged_into)
                rest = (digest, old.deleted, old.merged_into, 0, doc)
                rows.append((connection, source, ref, old.modified_at, *rest))
            self._save_staged.run(opened, rows)

    def _merged(
        self, opened: Connection, connection: str, source: str, refs: Sequence[str]
    ) -> None:
        """Clear the dirty flag of rows that have not changed since they were handed out."""
        handed = self._handed.get((connection, source), {})
        t = _STAGED
        by_count: dict[int | None, list[str]] = {}
        for ref in refs:
            by_count.setdefault(handed.pop(ref, None), []).append(ref)
        for count, group in by_count.items():
            chosen = t.update().where(
                t.c.connection == connection, t.c.source == source, among(opened, t.c.ref, group)
            )
            if count is not None:
                chosen = chosen.where(t.c.dirty == count)
            opened.execute(chosen.values(dirty=0))

    def _put(
        self, opened: Connection, key: tuple[str, str], page: Mapping[str, PulledRow]
    ) -> StageCounts:
        page = self._screened(opened, key, page)
        known = self._known(opened, key, page) if page else {}
        gone = [ref for ref, row in page.items() if row.deleted and ref in known]
        found = compared(key, page, known, self._docs(opened, key, gone) if gone else {})
        self._save_staged.run(opened, found.writes)
        _touch(opened, key, found.touched)
        return found.counts

    def _screened(
        self, opened: Connection, key: tuple[str, str], page: Mapping[str, PulledRow]
    ) -> Mapping[str, PulledRow]:
        """Return a page without people who were erased; who bears their address is told."""
        today = self._clock().date().isoformat()
        screened = Tombstones(opened, self._db).screened(*key, page, on=today)
        if screened.returned:
            self._count(opened, [_returned(key, ref) for ref in screened.returned])
        return screened.page

    def _known(
        self, opened: Connection, key: tuple[str, str], page: Mapping[str, PulledRow]
    ) -> dict[str, Known]:
        """Return what is staged of a page, and maybe of some records beside it.

        A page in the order of refs (a backfill, a sweep) is a stretch of the table: on a first
        pull an empty one. Where the stretch holds much more than the page, each row is looked
        up. PostgreSQL's order of texts may be another than Python's.
        """
        t = _STAGED
        wanted = select(t.c.ref, t.c.digest, t.c.modified_at).where(
            t.c.connection == key[0], t.c.source == key[1]
        )
        if not self._db.postgres:
            most = 2 * len(page)
            stretch = wanted.where(t.c.ref >= min(page), t.c.ref <= max(page)).limit(most + 1)
            rows = opened.execute(stretch).all()
            if len(rows) <= most:
                return {ref: Known(digest, at) for ref, digest, at in rows}
        rows = opened.execute(wanted.where(among(opened, t.c.ref, page))).all()
        return {ref: Known(digest, at) for ref, digest, at in rows}

    def _docs(self, opened: Connection, key: tuple[str, str], refs: list[str]) -> dict[str, Row]:
        t = _STAGED
        wanted = select(t.c.ref, t.c.doc).where(
            t.c.connection == key[0], t.c.source == key[1], among(opened, t.c.ref, refs)
        )
        return {ref: orjson.loads(doc) for ref, doc in opened.execute(wanted)}


def _returned(key: tuple[str, str], ref: str) -> Quarantined:
    code = "KAM-6032"
    return Quarantined(
        connection=key[0], source=key[1], ref=ref, field="", code=code, message=CODES[code]
    )


def _images(opened: Connection, key: tuple[str, str], refs: Iterable[str]) -> dict[str, StagedRow]:
    given = {"connection": key[0], "source": key[1], "refs": refs}
    return {row[1]: _staged_row(row) for row in opened.execute(_IMAGES, given)}


def _touch(opened: Connection, key: tuple[str, str], touched: list[tuple[str, str]]) -> None:
    """Store a later timestamp of rows whose mapped values did not change."""
    if not touched:
        return
    t = _STAGED
    mine = (t.c.connection == key[0]) & (t.c.source == key[1]) & (t.c.ref == bindparam("of"))
    later = t.update().where(mine).values(modified_at=bindparam("at"))
    opened.execute(later, [{"of": ref, "at": modified_at} for ref, modified_at in touched])


def _staged_row(row: Any) -> StagedRow:
    """Return the row that the columns of ``_READ`` stand for."""
    source, ref, modified_at, doc, deleted, merged_into, *_ = row
    return StagedRow(source, ref, modified_at, orjson.loads(doc), bool(deleted), merged_into)


def _cursor_row(cursor: Cursor) -> tuple[Scalar, ...]:
    instants = (cursor.since, cursor.until, cursor.at)
    return (*(instant_text(at) if at else None for at in instants), cursor.ref)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
