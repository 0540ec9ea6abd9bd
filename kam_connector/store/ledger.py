"""Connections, leases with a fencing number, and the run ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from kam_connector.model.run import ConnectionState, Lease, Run, RunState
from kam_connector.store.bulk import Upsert, inserted
from kam_connector.store.database import Database
from kam_connector.store.prepared import matching
from kam_connector.store.records import Codec, instant_text
from kam_connector.store.tables import table

__all__ = ["Ledger"]

_CONNECTION = Codec(ConnectionState)
_LEASE = Codec(Lease)
_RUN = Codec(Run)
_ONE_CONNECTION = select(table("connection")).where(matching(table("connection"), "name"))
_ONE_LEASE = select(table("lease")).where(matching(table("lease"), "name"))
_LOCKED_LEASE = _ONE_LEASE.with_for_update()
_LATEST = (
    select(table("run"))
    .order_by(table("run").c.started_at.desc(), table("run").c.id.desc())
    .limit(bindparam("most"))
)
_LATEST_OF = _LATEST.where(matching(table("run"), "connection"))


class Ledger:
    """The part of ``ports.Store`` that says who may work and what was done."""

    _db: Database
    _clock: Callable[[], datetime]
    _save_connection = Upsert(table("connection"), _CONNECTION.columns)
    _save_sealed_token = Upsert(table("sealed_token"), ("connection", "sealed", "saved_at"))

    def connection(self, name: str) -> ConnectionState | None:
        """Return what is remembered of a connection."""
        with self._db.read() as connection:
            row = connection.execute(_ONE_CONNECTION, {"name": name}).mappings().first()
        return _CONNECTION.value(row) if row else None

    def save_connection(self, state: ConnectionState) -> None:
        """Insert or replace."""
        with self._db.write(durable=True) as connection:
            self._save_connection.run(connection, [_CONNECTION.row(state)])

    def sealed_token(self, connection: str) -> str | None:
        """Return a connection's sign-in as ``TokenVault`` sealed it."""
        t = table("sealed_token")
        with self._db.read() as opened:
            row = opened.execute(select(t.c.sealed).where(t.c.connection == connection)).first()
        return str(row[0]) if row else None

    def save_sealed_token(self, connection: str, sealed: str | None) -> None:
        """Replace it, durably; None removes it."""
        with self._db.write(durable=True) as opened:
            if sealed is None:
                t = table("sealed_token")
                opened.execute(t.delete().where(t.c.connection == connection))
                return
            now = instant_text(self._clock())
            self._save_sealed_token.run(opened, [(connection, sealed, now)])

    def acquire_lease(self, name: str, owner: str, *, ttl_s: float) -> Lease | None:
        """Take a free or expired lease with the next fencing number; None if it is held."""
        t = table("lease")
        now = self._clock()
        until = now + timedelta(seconds=ttl_s)
        with self._db.write(durable=True) as connection:
            row = connection.execute(_LOCKED_LEASE, {"name": name}).first()
            if row is None:
                fence = 1
                first = {"name": name, "owner": owner, "until": instant_text(until)}
                if not inserted(connection, t, {**first, "fence": fence}):
                    return None
            elif row.until > instant_text(now):
                return None
            else:
                fence = row.fence + 1
                connection.execute(
                    t.update()
                    .where(t.c.name == name)
                    .values(owner=owner, fence=fence, until=instant_text(until))
                )
        return Lease(name=name, owner=owner, fence=fence, until=until)

    def renew_lease(self, lease: Lease, *, ttl_s: float) -> Lease | None:
        """Prolong; None if somebody else holds it by now (the fence moved on)."""
        until = self._clock() + timedelta(seconds=ttl_s)
        return replace(lease, until=until) if self._set_until(lease, until) else None

    def release_lease(self, lease: Lease) -> None:
        """Give back; harmless when lost already. The fence stays."""
        self._set_until(lease, None)

    def lease(self, name: str) -> Lease | None:
        """Return who holds it, expired or not; None when it was given back."""
        with self._db.read() as connection:
            row = connection.execute(_ONE_LEASE, {"name": name}).mappings().first()
        return _LEASE.value(row) if row and row["owner"] else None

    def open_run(self, run: Run) -> bool:
        """Insert the run; False if this night (connection, job, local_date) is already paid."""
        t = table("run")
        values = dict(zip(_RUN.columns, _RUN.row(run), strict=True))
        with self._db.write(durable=True) as connection:
            if run.local_date is not None:
                night = (
                    (t.c.connection == run.connection)
                    & (t.c.job == run.job)
                    & (t.c.local_date == values["local_date"])
                )
                before = connection.execute(select(t.c.state).where(night).with_for_update())
                state = before.scalar()
                if state is not None and RunState(state).pays_for_its_night:
                    return False
                if state is not None:
                    connection.execute(t.update().where(night).values(**values))
                    return True
            return inserted(connection, t, values)

    def save_run(self, run: Run) -> None:
        """Update by id."""
        t = table("run")
        values = dict(zip(_RUN.columns, _RUN.row(run), strict=True))
        with self._db.write(durable=True) as connection:
            connection.execute(t.update().where(t.c.id == run.id).values(**values))

    def run(self, run_id: str) -> Run | None:
        """Return one run."""
        t = table("run")
        with self._db.read() as connection:
            row = connection.execute(select(t).where(t.c.id == run_id)).mappings().first()
        return _RUN.value(row) if row else None

    def runs(self, *, connection: str | None = None, limit: int = 20) -> list[Run]:
        """Return the latest runs, newest first."""
        wanted = _LATEST if connection is None else _LATEST_OF
        with self._db.read() as opened:
            rows = opened.execute(wanted, {"connection": connection, "most": limit}).mappings()
            return [_RUN.value(row) for row in rows]

    def _set_until(self, lease: Lease, until: datetime | None) -> bool:
        t = table("lease")
        mine = (t.c.name == lease.name) & (t.c.owner == lease.owner) & (t.c.fence == lease.fence)
        values = {"until": instant_text(until)} if until else {"until": "", "owner": ""}
        with self._db.write(durable=True) as connection:
            return connection.execute(t.update().where(mine).values(**values)).rowcount == 1

    def _holds(self, connection: Connection, lease: Lease) -> bool:
        """Say whether the lease is still ours, and keep others out until we commit."""
        row = connection.execute(_LOCKED_LEASE, {"name": lease.name}).first()
        return (
            row is not None
            and row.fence == lease.fence
            and row.owner == lease.owner
            and row.until > instant_text(self._clock())
        )
