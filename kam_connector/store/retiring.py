"""Lets go of what is older than its class (``store.retention`` says what that is)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.retention import Purged, RetentionClass, RetentionDays
from kam_connector.store.auditing import noted
from kam_connector.store.bulk import Delete
from kam_connector.store.cells import refs
from kam_connector.store.database import Database
from kam_connector.store.forgetting import Forgotten, forget_record, subject_of
from kam_connector.store.purging import purge
from kam_connector.store.records import instant_text
from kam_connector.store.retention import RULES, too_old
from kam_connector.store.searching import Searched, with_search
from kam_connector.store.tables import table

__all__ = ["Retiring"]

_ORDER = ("journal", "outbox", "preview", "approval", "run")
"""These first, in this order: a run stays as long as its journal."""
_SEARCHED = (Kind.CONTACT, Kind.ACCOUNT)
"""Deleted ones are taken out of every text, which costs a look at every table each."""
_SEARCHED_A_RUN = 200
"""Our choice: minutes of work on a large database; the rest waits for the next night."""
_ORPHANS = (
    ("activity_person", "activity_id", "activity"),
    ("position", "contact_id", "contact"),
)
_SHRINK_SHARE, _SHRINK_PAGES = 0.25, 1_000
"""Our choice: a quarter of the file and 8 MB are worth writing it anew; SQLite fills free
pages first, so that less would come back soon anyway."""


class Retiring:
    """``ports.retention.Retires`` over SQL."""

    _db: Database
    _clock: Callable[[], datetime]

    def retire(self, days: RetentionDays, *, by: str = "", dry_run: bool = False) -> Purged:
        """Remove what is older than its class, and say so in the audit log."""
        now = self._clock()
        day = {one: _day(days.cutoff(one, now)) for one in RetentionClass}
        with self._db.read() as opened:
            doomed = _doomed(opened, day[RetentionClass.WORKING])
            if dry_run:
                return Purged(rows=_counted(opened, day, doomed))
        rows: Counter[str] = Counter()
        for kind, connection, ref in doomed[:_SEARCHED_A_RUN]:
            rows.update(_retired(self._db, connection, kind, ref).rows)
        with self._db.write(durable=True) as opened:
            rows.update(_remove(opened, day))
            trimmed = _trim(opened, day[RetentionClass.AUDIT], rows)
            found = _found(rows)
            facts: dict[str, JsonValue] = {"rows": dict(found), "days": _told(days), **trimmed}
            noted(opened, AuditEntry(act=Act.PURGED, by=by, facts=facts))
        left = max(0, len(doomed) - _SEARCHED_A_RUN)
        return Purged(rows=found, left=left, shrunk=self._shrunk())

    def _shrunk(self) -> bool:
        """Give room back to the disk, if there is much and nobody else is at work."""
        if self._db.postgres:  # its own autovacuum reuses the room
            return False
        with self._db.read() as opened:
            free = opened.exec_driver_sql("PRAGMA freelist_count").scalar() or 0
            pages = opened.exec_driver_sql("PRAGMA page_count").scalar() or 0
        return free >= _SHRINK_PAGES and free > _SHRINK_SHARE * pages and purge(self._db)


def _retired(database: Database, connection: str, kind: Kind, ref: str) -> Forgotten:
    def whom(opened: Connection) -> Searched:
        return subject_of(opened, connection, kind, ref)

    def write(opened: Connection, searched: Searched) -> Forgotten:
        return forget_record(opened, connection, kind, ref, searched)

    return with_search(database, whom, write)


def _day(cutoff: datetime | None) -> str:
    """Return a cutoff as text; "" is before everything."""
    return instant_text(cutoff)[:10] if cutoff else ""


def _told(days: RetentionDays) -> dict[str, JsonValue]:
    return {
        "journal": days.journal,
        "ledger": days.ledger,
        "history": days.history,
        "audit": days.audit,
        "deleted": days.deleted,
    }


def _found(rows: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(rows.items()) if count}


def _doomed(opened: Connection, day: str) -> list[tuple[Kind, str, str]]:
    """Return the CRM records of people and accounts that were deleted there long ago."""
    found = []
    for kind in _SEARCHED:
        t = table(kind.value)
        gone = select(t.c.refs).where(t.c.deleted_at < day).order_by(t.c.deleted_at, t.c.id)
        for listed in opened.scalars(gone):
            found += [(kind, connection, ref) for connection, ref in refs(listed)]
    return found


def _counted(
    opened: Connection, day: Mapping[RetentionClass, str], doomed: Sequence[object]
) -> dict[str, int]:
    """Return how many rows are too old, by table; of people and accounts, their records."""
    rows: Counter[str] = Counter({"records of deleted people and accounts": len(doomed)})
    for name in _in_order():
        condition = too_old(name, day[RULES[name].kept])
        if condition is not None:
            wanted = select(func.count()).select_from(table(name)).where(condition)
            rows[name] += opened.scalar(wanted) or 0
    rows["staged"] += len(_old_images(opened, day[RetentionClass.WORKING]))
    return _found(rows)


def _in_order() -> Iterable[str]:
    return (*_ORDER, *(name for name in RULES if name not in _ORDER))


def _remove(opened: Connection, day: Mapping[RetentionClass, str]) -> Counter[str]:
    rows: Counter[str] = Counter()
    for name in _in_order():
        condition = too_old(name, day[RULES[name].kept])
        if condition is not None and name != "audit_entry":
            rows[name] += opened.execute(table(name).delete().where(condition)).rowcount
    rows += _remove_images(opened, day[RetentionClass.WORKING])
    for name, column, owner in _ORPHANS:
        t = table(name)
        alone = t.c[column].not_in(select(table(owner).c.id))
        rows[name] += opened.execute(t.delete().where(alone)).rowcount
    return rows


def _old_images(opened: Connection, day: str) -> list[tuple[str, str, str]]:
    """Return (connection, source, ref) of images deleted long ago that nothing is made of."""
    t, base = table("staged"), table("agreed")
    searched = select(base.c.ref).where(
        base.c.connection == t.c.connection,
        base.c.source == t.c.source,
        base.c.ref == t.c.ref,
        base.c.kind.in_([kind.value for kind in _SEARCHED]),
    )
    old = t.c.deleted & (t.c.modified_at < day) & ~searched.exists()
    rows = opened.execute(select(t.c.connection, t.c.source, t.c.ref).where(old)).all()
    return [(row.connection, row.source, row.ref) for row in rows]


def _remove_images(opened: Connection, day: str) -> Counter[str]:
    """Remove old images, and what is kept beside them about the same record."""
    keys = _old_images(opened, day)
    parts = [(c, *source.partition(":")[::2], r) for c, source, r in keys]
    by_kind = [(c, kind, r) for c, kind, _object, r in parts]
    by_object = [(c, object_, r) for c, _kind, object_, r in parts]
    Delete(table("staged"), ["connection", "source", "ref"]).run(opened, keys)
    Delete(table("agreed"), ["connection", "source", "ref"]).run(opened, keys)
    Delete(table("identity_link"), ["connection", "kind", "ref"]).run(opened, by_kind)
    Delete(table("crm_alias"), ["connection", "kind", "winner"]).run(opened, by_kind)
    for name in ("holdback", "paused_field"):
        Delete(table(name), ["connection", "object", "ref"]).run(opened, by_object)
    return Counter({"staged": len(keys)})


def _trim(opened: Connection, day: str, rows: Counter[str]) -> dict[str, JsonValue]:
    """Drop the log's oldest entries; returns what the entry about it must say of the last one."""
    e, s, head = table("audit_entry"), table("audit_subject"), table("audit_head")
    young = opened.scalar(select(func.min(e.c.number)).where(e.c.at >= day))
    older = select(func.max(e.c.number)).where(e.c.at < day)
    last = opened.scalar(older if young is None else older.where(e.c.number < young))
    if last is None:
        return {}
    digest = opened.scalar(select(e.c.digest).where(e.c.number == last))
    opened.execute(head.update().values(trimmed=last))
    opened.execute(s.delete().where(s.c.number <= last))
    rows["audit_entry"] += opened.execute(e.delete().where(e.c.number <= last)).rowcount
    return {"trimmed": {"number": last, "digest": digest, "before": day}}
