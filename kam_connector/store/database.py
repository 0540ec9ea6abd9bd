"""One database: its engine, its transactions, its faults."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from kam_connector.store.faults import storage_error, translated

__all__ = ["Database"]

_BUSY_TIMEOUT_S = 5.0
"""Our choice: longer than any of our own transactions, shorter than a person's patience."""
_STATEMENTS = 512
"""Kept prepared by a connection to SQLite: a run asks some two hundred, and the driver's own 128
would be prepared again and again. Our choice, with room."""
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


class Database:
    """Transactions on one database URL.

    Args:
        url: ``sqlite:///PATH`` or ``postgresql+psycopg://...``; ``sqlite://`` lives in memory.

    Raises:
        StorageError: The URL is not understood, or names a directory or a missing folder.
    """

    LAST: Final = "kam_last"
    """In ``Connection.info``: what waits to be done just before the commit."""

    def __init__(self, url: str) -> None:
        self.before_commit: Callable[[Connection, list[Any]], None] = _leave
        """Told what waits, at the end of every writing transaction that is about to commit."""
        self._url = _parsed(url)
        self.postgres = self._url.get_backend_name() == "postgresql"
        self.engine = _postgres_engine(self._url) if self.postgres else _sqlite_engine(self._url)
        self._local = threading.local()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """Open a writing transaction; inside ``unit`` it is a savepoint of the outer one.

        Args:
            durable: Wait for the disk at commit. Without it a commit survives the death of
                the process (WAL), but the last ones may be lost when the power goes: fine for
                what a pull brings again, not for the journal of what we wrote to a CRM.
        """
        outer = self._outer()
        if outer is not None:
            with self._savepoint(outer):
                yield outer
            return
        with (
            translated(),
            self.engine.connect() as connection,
            connection.execution_options(kam_write=True, kam_durable=durable).begin(),
        ):
            self._begin(connection, durable=durable)
            waiting = connection.info[self.LAST] = []
            yield connection
            if waiting:
                self.before_commit(connection, waiting)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a reading transaction, or use the one of ``unit``."""
        outer = self._outer()
        if outer is not None:
            with translated():
                yield outer
            return
        with translated(), self.engine.connect() as connection, connection.begin():
            if not self.postgres:
                _driver(connection).execute("BEGIN")
            yield connection

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Make everything this thread does inside one durable transaction."""
        with self.write(durable=True) as connection:
            outer = self._outer()
            self._local.connection = connection
            try:
                yield
            finally:
                self._local.connection = outer

    @property
    def file(self) -> Path | None:
        """SQLite's file; None in memory and on PostgreSQL."""
        return None if self.postgres or not _is_file(self._url) else Path(str(self._url.database))

    def close(self) -> None:
        """Give back all connections; idempotent."""
        self.engine.dispose()

    @contextmanager
    def _savepoint(self, outer: Connection) -> Iterator[None]:
        """Take back what waits for the commit together with what is rolled back."""
        waiting: list[Any] = outer.info.setdefault(self.LAST, [])
        before = len(waiting)
        try:
            with translated(), _savepoint(outer):
                yield
        except BaseException:
            del waiting[before:]
            raise

    def _begin(self, connection: Connection, *, durable: bool) -> None:
        """Begin at once as a writer: no reader has to become one half-way (SQLITE_BUSY)."""
        if not self.postgres:
            driver = _driver(connection)
            driver.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            driver.execute("BEGIN IMMEDIATE")
        elif not durable:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")

    def _outer(self) -> Connection | None:
        return getattr(self._local, "connection", None)


def _leave(_connection: Connection, _waiting: list[Any]) -> None:
    """Do nothing: a database that no store uses has no log."""


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise storage_error("KAM-6009") from error
    if parsed.drivername not in _DRIVERS:
        raise storage_error("KAM-6009", f"driver {parsed.drivername}")
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and _is_file(parsed):
        path = Path(str(parsed.database))
        if path.is_dir():
            raise storage_error("KAM-6001", f"{path} is a directory")
        if not path.parent.is_dir():
            raise storage_error("KAM-6001", f"folder {path.parent} does not exist")
    return parsed


def _is_file(url: URL) -> bool:
    return bool(url.database) and url.database != ":memory:"


def _postgres_engine(url: URL) -> Engine:
    try:
        settings = {"pool_pre_ping": True, "connect_args": {"prepare_threshold": None}}
        return create_engine(url, hide_parameters=True, **settings)  # rows are people: no log
    except ModuleNotFoundError as error:
        raise storage_error("KAM-6009", "install kam-connector[postgres]") from error


def _sqlite_engine(url: URL) -> Engine:
    arguments: dict[str, Any] = {"cached_statements": _STATEMENTS}
    settings: dict[str, Any] = {"connect_args": arguments}
    if not _is_file(url):
        arguments["check_same_thread"] = False
        settings["poolclass"] = StaticPool
    else:
        arguments["timeout"] = _BUSY_TIMEOUT_S
        _private(Path(str(url.database)))
    engine = create_engine(url, hide_parameters=True, **settings)
    event.listen(engine, "connect", _prepare)
    return engine


def _private(path: Path) -> None:
    """Create the file for its owner alone: it holds people's names; WAL and SHM follow its mode."""
    with suppress(OSError):  # SQLite itself says what is wrong with the place
        path.touch(mode=0o600, exist_ok=True)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Set up a fresh SQLite connection; we say BEGIN ourselves."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # 16 MiB of cache: the dirty pages of one staged page stay in memory. Our choice.
    connection.execute("PRAGMA cache_size = -16384")
    # Pages of 8 KiB (a new file only) and a checkpoint every 32 MiB instead of 4: hot index
    # pages are copied once, not eight times. Measured: a fifth faster merges.
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA wal_autocheckpoint = 4096")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _driver(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection: what holds no value needs none of SQLAlchemy's care."""
    driver: Any = connection.connection.driver_connection
    return cast("sqlite3.Connection", driver)


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """Take back what fails inside, and nothing before it; a name may be used again within."""
    connection.exec_driver_sql("SAVEPOINT kam")
    try:
        yield
    except BaseException:
        if not connection.invalidated:  # an interrupt within a statement took it all back
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT kam")
            connection.exec_driver_sql("RELEASE SAVEPOINT kam")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT kam")
