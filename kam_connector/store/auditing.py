"""The audit log: written at the very end of a transaction, read newest first, verified whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from kam_connector.model.audit import Anchor, AuditCheck, AuditEntry, LoggedEntry
from kam_connector.store.bulk import among, inserted
from kam_connector.store.chain import GENESIS, SALT_BYTES, committed, linked
from kam_connector.store.chain_check import check_chain
from kam_connector.store.database import Database
from kam_connector.store.records import instant_text
from kam_connector.store.tables import table

__all__ = ["Auditing", "noted"]

CHAINED = (
    "number", "at", "act", "by", "run_id", "connection", "object", "field", "note", "sealed",
    "salted", "before", "after",
)  # fmt: skip
"""What an entry's digest covers, in this order."""
_ENTRY = (*CHAINED, "digest")
_SUBJECT = ("number", "salt", "value_salt", "kind", "ref", "kam_id", "why")
_OF_ACCOUNTS = ("contact", "opportunity", "action", "objective", "contract", "case")
"""Tables whose records belong to an account."""
_COPY_FROM = 50
"""Rows from which COPY beats single inserts on PostgreSQL; our choice, not critical."""


def noted(connection: Connection, *entries: AuditEntry) -> None:
    """Have entries added to the log before this connection's transaction commits."""
    connection.info.setdefault(Database.LAST, []).extend(entries)


class Auditing:
    """``ports.audit.Audits`` over SQL.

    One chain for all connections: decisions span them, and one head is one anchor to keep.
    Entries wait in the transaction and are chained just before its commit, under a lock on the
    head: two connections that write at once wait for each other's commit and for nothing else,
    and as the lock is always the last one taken, it cannot be part of a deadlock.
    """

    _db: Database
    _clock: Callable[[], datetime]

    def audit(self, *entries: AuditEntry) -> None:
        """Add entries in the transaction of ``unit``, or in one of their own."""
        with self._db.write(durable=True) as connection:
            noted(connection, *entries)

    def audit_log(
        self,
        *,
        run_id: str | None = None,
        account_id: str | None = None,
        since: datetime | None = None,
        by: str | None = None,
        act: str | None = None,
        limit: int = 100,
    ) -> list[LoggedEntry]:
        """Return entries, newest first."""
        e, s = table("audit_entry"), table("audit_subject")
        wanted = select(e, s.c.kind, s.c.ref, s.c.kam_id, s.c.why)
        wanted = wanted.join_from(e, s, s.c.number == e.c.number, isouter=True)
        for column, value in ((e.c.run_id, run_id), (e.c.by, by), (e.c.act, act)):
            wanted = wanted if value is None else wanted.where(column == value)
        if since is not None:
            wanted = wanted.where(e.c.at >= instant_text(since))
        with self._db.read() as connection:
            if account_id is not None:
                wanted = wanted.where(
                    among(connection, s.c.kam_id, _family(connection, account_id))
                )
            rows = connection.execute(wanted.order_by(e.c.number.desc()).limit(limit))
            return [_logged(row) for row in rows]

    def verify_audit(self, anchors: Sequence[Anchor] = ()) -> AuditCheck:
        """Recompute the whole chain; compare it with anchors that were kept elsewhere."""
        with self._db.read() as connection:
            if self._db.postgres:  # every statement below sees the log of one moment
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return check_chain(connection, anchors, chained=CHAINED)

    def _chain(self, connection: Connection, entries: Sequence[AuditEntry]) -> None:
        """Number the entries, commit to what they say, link them, and move the head."""
        number, digest = _locked_head(connection)
        at = instant_text(self._clock())
        salts = os.urandom(2 * SALT_BYTES * len(entries)).hex()
        chain: list[tuple[Any, ...]] = []
        subjects: list[tuple[Any, ...]] = []
        for place, one in enumerate(entries):
            number += 1
            both = salts[4 * SALT_BYTES * place : 4 * SALT_BYTES * (place + 1)]
            subject = _subject(number, one, both)
            row = _row(number, at, one, subject)
            digest = linked(digest, row)
            chain.append((*row, digest))
            subjects.append(subject)
        _append(connection, "audit_entry", _ENTRY, chain)
        _append(connection, "audit_subject", _SUBJECT, subjects)
        t = table("audit_head")
        connection.execute(t.update().values(number=number, digest=digest))


def _subject(number: int, one: AuditEntry, salts: str) -> tuple[Any, ...]:
    value_salt = salts[2 * SALT_BYTES :] if one.field is not None else None
    kind = one.kind.value if one.kind else None
    return number, salts[: 2 * SALT_BYTES], value_salt, kind, one.ref, one.kam_id, one.why


def _row(number: int, at: str, one: AuditEntry, subject: tuple[Any, ...]) -> tuple[Any, ...]:
    _, salt, value_salt, *named = subject
    values: tuple[str | None, ...] = (None, None, None)
    if value_salt is not None:
        values = (
            committed(value_salt, "salt", ""),
            committed(value_salt, "before", one.before),
            committed(value_salt, "after", one.after),
        )
    note = orjson.dumps(one.facts, default=dict).decode()
    sealed = committed(salt, "subject", named)
    who = (one.act.value, one.by, one.run_id, one.connection, one.object, one.field)
    return (number, at, *who, note, sealed, *values)


def _locked_head(connection: Connection) -> tuple[int, str]:
    """Return the last entry's number and digest, and keep others out until we commit."""
    t = table("audit_head")
    wanted = select(t.c.number, t.c.digest).where(t.c.id == 1).with_for_update()
    head = connection.execute(wanted).first()
    if head is None:  # the first entry ever; another's insert of the same row is waited for
        inserted(connection, t, {"id": 1, "number": 0, "digest": GENESIS, "trimmed": 0})
        head = connection.execute(wanted).one()
    return head.number, head.digest


def _append(
    connection: Connection, name: str, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    """Insert rows; one whose number is taken fails the transaction."""
    t = table(name)
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(column) for column in columns)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {name} ({names}) VALUES ({places})", rows)  # noqa: S608
    elif len(rows) < _COPY_FROM:
        connection.execute(t.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
    else:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _family(connection: Connection, account_id: str) -> set[str]:
    """Return the ids of an account and of the records that belong to it."""
    found = {account_id}
    for name in _OF_ACCOUNTS:
        t = table(name)
        found.update(connection.scalars(select(t.c.id).where(t.c.account_id == account_id)))
    plans, measures, objectives = table("plan"), table("measure"), table("objective")
    found.update(
        one
        for one in connection.scalars(select(plans.c.id).where(plans.c.account_id == account_id))
        if one
    )
    mine = select(objectives.c.id).where(objectives.c.account_id == account_id)
    found.update(connection.scalars(select(measures.c.id).where(measures.c.objective_id.in_(mine))))
    return found


def _logged(row: Row[Any]) -> LoggedEntry:
    return LoggedEntry(
        number=row.number,
        at=datetime.fromisoformat(row.at),
        act=row.act,
        by=row.by,
        run_id=row.run_id,
        connection=row.connection,
        object=row.object,
        field=row.field,
        kind=row.kind,
        ref=row.ref,
        kam_id=row.kam_id,
        why=row.why or "",
        facts=orjson.loads(row.note),
        erased=row.why is None,
        digest=row.digest,
    )
