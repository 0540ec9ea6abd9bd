"""The way out: previews, the outbox, the journal, and values held back after an undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from kam_connector.model.kind import Kind
from kam_connector.model.preview import (
    FieldChange,
    JournalEntry,
    OutboxItem,
    OutboxState,
    Preview,
    PreviewState,
)
from kam_connector.model.run import Lease
from kam_connector.model.staging import Agreed
from kam_connector.store.auditing import noted
from kam_connector.store.bulk import Delete, Upsert, among
from kam_connector.store.database import Database
from kam_connector.store.merging import save_agreed
from kam_connector.store.prepared import listed, matching
from kam_connector.store.records import Codec, instant_text
from kam_connector.store.tables import table
from kam_connector.store.tombstones import Tombstones
from kam_connector.store.witness import undone_fields, written_fields

__all__ = ["Writing"]

_PREVIEW = Codec(Preview)
_ITEM = Codec(OutboxItem)
_ENTRY = Codec(JournalEntry)
_WAITING = (PreviewState.OPEN.value, PreviewState.HELD.value)
_LATEST = (
    select(table("preview"))
    .where(matching(table("preview"), "connection"))
    .order_by(table("preview").c.created_at.desc(), table("preview").c.id.desc())
    .limit(bindparam("most"))
)
_OUTBOX = (
    select(table("outbox"))
    .where(matching(table("outbox"), "connection"), table("outbox").c.id > bindparam("after"))
    .where(listed(table("outbox").c.state, "states"))
    .order_by(table("outbox").c.id)
    .limit(bindparam("most"))
)
_HELD_BACK = select(table("holdback")).where(matching(table("holdback"), "connection"))


class Writing:
    """The part of ``ports.Store`` that preview, enqueue, deliver, confirm and undo use."""

    _db: Database
    _holds: Callable[[Connection, Lease], bool]
    _save_items = Upsert(table("outbox"), (*_ITEM.columns, "record"))
    _save_entries = Upsert(table("journal"), _ENTRY.columns, keep=["before", "undone_at"])
    _hold = Upsert(table("holdback"), ("connection", "object", "ref", "field", "value"))
    _let_go = Delete(table("holdback"), ["connection", "object", "ref", "field"])

    def save_preview(self, preview: Preview) -> None:
        """Insert a preview; earlier open ones of the connection become superseded."""
        t = table("preview")
        values = dict(zip(_PREVIEW.columns, _PREVIEW.row(preview), strict=True))
        with self._db.write(durable=True) as connection:
            earlier = (t.c.connection == preview.connection) & t.c.state.in_(_WAITING)
            superseded = t.update().where(earlier).values(state=PreviewState.SUPERSEDED.value)
            connection.execute(superseded)
            connection.execute(t.insert().values(**values))

    def preview(self, preview_id: str) -> Preview | None:
        """Return one preview."""
        t = table("preview")
        with self._db.read() as connection:
            row = connection.execute(select(t).where(t.c.id == preview_id)).mappings().first()
        return _PREVIEW.value(row) if row else None

    def previews(self, *, connection: str, limit: int = 5) -> list[Preview]:
        """Return the latest previews, newest first."""
        with self._db.read() as opened:
            rows = opened.execute(_LATEST, {"connection": connection, "most": limit}).mappings()
            return [_PREVIEW.value(row) for row in rows]

    def set_preview_state(self, preview_id: str, state: PreviewState) -> None:
        """Move a preview on."""
        with self._db.write(durable=True) as connection:
            _set_state(connection, preview_id, state)

    def enqueue(self, items: Sequence[OutboxItem], *, preview_id: str) -> None:
        """Put a preview's records in the outbox and mark it applied, in one transaction.

        Items of the same record that still wait become superseded (coalescing). A field that
        is asked for anew is no longer held back.
        """
        t = table("outbox")
        with self._db.write(durable=True) as connection:
            for name in {item.connection for item in items}:
                records = [_record(item) for item in items if item.connection == name]
                waiting = (t.c.connection == name) & (t.c.state == OutboxState.PENDING.value)
                same = waiting & among(connection, t.c.record, records)
                superseded = t.update().where(same).values(state=OutboxState.SUPERSEDED.value)
                connection.execute(superseded)
            self._save(connection, items)
            self._let_go.run(connection, [key for item in items for key in _fields(item)])
            _set_state(connection, preview_id, PreviewState.APPLIED)

    def outbox(
        self,
        connection: str,
        *,
        states: Sequence[OutboxState],
        after: str = "",
        limit: int = 1000,
    ) -> list[OutboxItem]:
        """Return items by id, after one id (keyset)."""
        given = {"connection": connection, "after": after, "most": limit}
        named = [state.value for state in states]
        with self._db.read() as opened:
            rows = opened.execute(_OUTBOX, {**given, "states": named}).mappings()
            return [_ITEM.value(row) for row in rows]

    def mark_sent(self, items: Sequence[OutboxItem], *, lease: Lease) -> bool:
        """Store attempts, before-values and state SENT; False (nothing stored) if fenced off."""
        sent = [replace(item, state=OutboxState.SENT) for item in items]
        with self._db.write(durable=True) as connection:
            if not self._holds(connection, lease):
                return False
            self._save(connection, sent)
        return True

    def confirm(
        self,
        items: Sequence[OutboxItem],
        *,
        agreed: Sequence[Agreed],
        journal: Sequence[JournalEntry],
        by: str = "",
    ) -> None:
        """Store results, base := written values, and the journal, in one transaction.

        Confirming twice leaves one entry a field, with the first before-value. Every entry of
        the journal is one of the audit log too.
        """
        with self._db.write(durable=True) as connection:
            erased = self._erased(connection, items)
            agreed = [base for base in agreed if (base.key.connection, base.key.ref) not in erased]
            journal = [entry for entry in journal if (entry.connection, entry.ref) not in erased]
            self._save(connection, items)
            save_agreed(connection, agreed)
            self._save_entries.run(connection, [_ENTRY.row(entry) for entry in journal])
            noted(connection, *written_fields(journal, items, by=by))

    def _erased(self, connection: Connection, items: Sequence[OutboxItem]) -> set[tuple[str, str]]:
        """Return the records of people who were erased while they were being written."""
        tombstones = Tombstones(connection, self._db)
        people = [_key(item) for item in items if item.change.kind is Kind.CONTACT]
        return {
            (name, ref)
            for name in {name for name, _ in people}
            for ref in tombstones.marked(
                name, Kind.CONTACT, [ref for each, ref in people if each == name]
            )
        }

    def journal(self, run_id: str) -> list[JournalEntry]:
        """Return what a run wrote, newest first."""
        t = table("journal")
        wanted = select(t).where(t.c.run_id == run_id)
        wanted = wanted.order_by(t.c.at.desc(), t.c.item_id.desc(), t.c.field)
        with self._db.read() as connection:
            return [_ENTRY.value(row) for row in connection.execute(wanted).mappings()]

    def mark_undone(
        self,
        entries: Sequence[JournalEntry],
        *,
        at: datetime,
        by: str = "",
        sent: Sequence[FieldChange] | None = None,
    ) -> None:
        """Mark entries undone and hold their values back until the desired value changes."""
        undone = instant_text(at)
        t = table("journal")
        held = [
            (e.connection, e.object, e.ref, e.field, orjson.dumps(e.after, default=dict).decode())
            for e in entries
        ]
        with self._db.write(durable=True) as connection:
            for run_id, item_id in {(entry.run_id, entry.item_id) for entry in entries}:
                fields = [e.field for e in entries if (e.run_id, e.item_id) == (run_id, item_id)]
                mine = (t.c.run_id == run_id) & (t.c.item_id == item_id)
                chosen = mine & t.c.field.in_(fields)
                connection.execute(t.update().where(chosen).values(undone_at=undone))
            self._hold.run(connection, held)
            noted(connection, *undone_fields(entries, sent, by=by))

    def held_back(self, connection: str) -> dict[tuple[str, str, str], object]:
        """Return {(object, ref, field): value} that undo took back and nobody asked for anew."""
        with self._db.read() as opened:
            rows = opened.execute(_HELD_BACK, {"connection": connection})
            return {(row.object, row.ref, row.field): orjson.loads(row.value) for row in rows}

    def _save(self, connection: Connection, items: Sequence[OutboxItem]) -> None:
        """Store items, except those on people who were erased meanwhile."""
        erased = self._erased(connection, items)
        rows = [(*_ITEM.row(one), _record(one)) for one in items if _key(one) not in erased]
        self._save_items.run(connection, rows)


def _key(item: OutboxItem) -> tuple[str, str]:
    return item.connection, item.ref or item.change.ref or ""


def _record(item: OutboxItem) -> str:
    """Name the record an item writes to, the same in every preview."""
    change = item.change
    by = f"ref:{change.ref}" if change.ref else f"key:{change.key_field}={change.key}"
    return f"{change.object}/{by}"


def _fields(item: OutboxItem) -> list[tuple[Any, ...]]:
    change = item.change
    if change.ref is None:
        return []
    return [(item.connection, change.object, change.ref, field.field) for field in change.fields]


def _set_state(connection: Connection, preview_id: str, state: PreviewState) -> None:
    t = table("preview")
    connection.execute(t.update().where(t.c.id == preview_id).values(state=state.value))
