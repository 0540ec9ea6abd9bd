"""What the safety rails remember: stops, paused fields, approvals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select

from kam_connector.model.preview import JournalEntry
from kam_connector.model.rails import Approval, PausedField, StopOrder
from kam_connector.store.bulk import Delete, Upsert
from kam_connector.store.database import Database
from kam_connector.store.prepared import listed, matching
from kam_connector.store.records import Codec, instant_text
from kam_connector.store.tables import table

__all__ = ["Guarding"]

_STOP = Codec(StopOrder)
_PAUSED = Codec(PausedField)
_APPROVAL = Codec(Approval)
_ENTRY = Codec(JournalEntry)
_STOPS = select(table("stop_order")).order_by(table("stop_order").c.scope)
_PAUSES = (
    select(table("paused_field"))
    .where(matching(table("paused_field"), "connection"))
    .order_by(*(table("paused_field").c[name] for name in ("object", "field", "ref")))
)
_WRITTEN = (
    select(table("journal"))
    .where(matching(table("journal"), "connection"), table("journal").c.at >= bindparam("since"))
    .where(listed(table("journal").c.ref, "refs"))
    .order_by(*(table("journal").c[name] for name in ("at", "item_id", "field")))
)


class Guarding:
    """The part of ``ports.Store`` that the safety rails use."""

    _db: Database
    _save_stop = Upsert(table("stop_order"), _STOP.columns)
    _pause = Upsert(table("paused_field"), _PAUSED.columns)
    _resume = Delete(table("paused_field"), ["connection", "object", "ref", "field"])
    _approve = Upsert(table("approval"), _APPROVAL.columns, keep=["at"])

    def stops(self) -> list[StopOrder]:
        """Return what stops all writing or a connection's, by scope."""
        with self._db.read() as opened:
            rows = opened.execute(_STOPS).mappings()
            return [_STOP.value(row) for row in rows]

    def save_stop(self, order: StopOrder) -> None:
        """Insert or replace by scope, durably."""
        with self._db.write(durable=True) as opened:
            self._save_stop.run(opened, [_STOP.row(order)])

    def lift_stop(self, scope: str) -> bool:
        """Forget a scope's stop; False if there was none."""
        t = table("stop_order")
        with self._db.write(durable=True) as opened:
            return opened.execute(t.delete().where(t.c.scope == scope)).rowcount > 0

    def paused_fields(self, connection: str) -> list[PausedField]:
        """Return what is paused, by object, field and record."""
        with self._db.read() as opened:
            rows = opened.execute(_PAUSES, {"connection": connection}).mappings()
            return [_PAUSED.value(row) for row in rows]

    def pause_fields(self, paused: Iterable[PausedField]) -> None:
        """Insert or replace by connection, object, record and field."""
        with self._db.write(durable=True) as opened:
            self._pause.run(opened, [_PAUSED.row(one) for one in paused])

    def resume_fields(self, paused: Iterable[PausedField]) -> None:
        """Forget pauses; harmless where there is none."""
        keys = [(one.connection, one.object, one.ref, one.field) for one in paused]
        with self._db.write(durable=True) as opened:
            self._resume.run(opened, keys)

    def approvals(self, preview_id: str) -> list[Approval]:
        """Return who said yes to a preview, the earliest first."""
        t = table("approval")
        wanted = select(t).where(t.c.preview_id == preview_id).order_by(t.c.at, t.c.actor)
        with self._db.read() as opened:
            return [_APPROVAL.value(row) for row in opened.execute(wanted).mappings()]

    def save_approval(self, approval: Approval) -> None:
        """Keep a yes; a person's second one changes nothing."""
        with self._db.write(durable=True) as opened:
            self._approve.run(opened, [_APPROVAL.row(approval)])

    def recent_writes(
        self, connection: str, refs: Iterable[str], *, since: datetime
    ) -> list[JournalEntry]:
        """Return what was written to these records since a moment, oldest first."""
        given = {"connection": connection, "since": instant_text(since), "refs": refs}
        with self._db.read() as opened:
            rows = opened.execute(_WRITTEN, given).mappings()
            return [_ENTRY.value(row) for row in rows]
