"""A backup: one SQLite file that holds everything, whichever database it comes from.

SQLite writes it with ``VACUUM INTO`` (https://www.sqlite.org/lang_vacuum.html): one moment's
state while others read and write, without the pages of what was deleted. Out of PostgreSQL the
tables are copied in one repeatable-read transaction, so that a backup also moves an installation
from one database to the other.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from kam_connector.store.database import Database
from kam_connector.store.faults import storage_error, translated
from kam_connector.store.migrate import ensure, revision_of
from kam_connector.store.tables import METADATA

__all__ = ["BackupFacts", "backup", "copy_tables", "inspect_backup", "moved_in", "one_file"]

_ROWS = 2000
"""Rows copied at a time; our choice: a few MiB of memory, and no slower than more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """What a backup file holds."""

    revision: str
    """The release of its tables."""
    runs: int
    latest_run: str | None
    """When its latest run began (UTC, ISO): the moment the backup speaks of, or a little later."""
    size_bytes: int


def backup(url: str, file: Path, *, replace: bool = False) -> BackupFacts:
    """Write everything to a new file, readable by its owner alone; safe while a run is on.

    The file appears under its name only when it is whole, checked and on the disk.

    Args:
        url: The database.
        file: Where to; its folder exists.
        replace: Whether an older file of that name gives way.

    Raises:
        StorageError: The database cannot be read, or is of another release (KAM-6002); the file
            exists (KAM-6015) or cannot be written (KAM-6016).
    """
    if file.exists() and not replace:
        raise storage_error("KAM-6015", str(file))
    database = Database(url)
    try:
        ensure(database, create=False)
        with moved_in(file) as part:
            if database.postgres:
                _copy_out(database, part)
            else:
                _vacuum_into(database, part)
            return inspect_backup(part)
    finally:
        database.close()


def inspect_backup(file: Path) -> BackupFacts:
    """Read a backup through: every page, every index.

    Raises:
        StorageError: It is damaged or no backup of ours (KAM-6017), or of a newer release
            (KAM-6003).
    """
    if not file.is_file():
        raise storage_error("KAM-6017", f"{file.name} is not there")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            (said,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
            names = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
            if said != "ok" or not {"alembic_version", "run"} <= names:
                raise storage_error("KAM-6017", file.name)
            (found,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
            runs, latest = opened.execute("SELECT count(*), max(started_at) FROM run").fetchone()
    except (sqlite3.Error, TypeError, UnicodeDecodeError) as error:  # no row; no text any more
        raise storage_error("KAM-6017", file.name) from error
    return BackupFacts(
        revision=revision_of(str(found)),
        runs=runs,
        latest_run=latest,
        size_bytes=file.stat().st_size,
    )


def copy_tables(source: Connection, target: Connection) -> None:
    """Copy every row of every table of ours, within both transactions."""
    for table in METADATA.sorted_tables:
        found = source.execution_options(yield_per=_ROWS).execute(select(table)).mappings()
        for part in found.partitions():
            target.execute(table.insert(), [dict(row) for row in part])


def one_file(database: Database) -> None:
    """Let a database be one file without a log beside it, until somebody opens it again."""
    with translated(), closing(database.engine.raw_connection()) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        opened.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def moved_in(file: Path) -> Iterator[Path]:
    """Give a name to write to; what stands there is moved to *file* once the block is through.

    Raises:
        StorageError: The folder cannot be written (KAM-6016).
    """
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        yield part
        with part.open("rb+") as opened:
            os.fsync(opened.fileno())
        part.replace(file)
        _sync_folder(file.parent)
    except OSError as error:
        raise storage_error("KAM-6016", f"{file}: {error.strerror}") from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            part.with_name(part.name + ending).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Let the new name reach the disk as well; where folders cannot be synced, it will later."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _vacuum_into(database: Database, part: Path) -> None:
    with translated(), closing(database.engine.raw_connection()) as opened:
        opened.execute("VACUUM INTO ?", (str(part),))


def _copy_out(database: Database, part: Path) -> None:
    copied = Database(f"sqlite:///{part}")
    try:
        ensure(copied)
        with translated(), database.engine.connect() as opened:
            snapshot = opened.execution_options(isolation_level="REPEATABLE READ")
            with snapshot.begin(), copied.write(durable=True) as target:
                copy_tables(snapshot, target)
        one_file(copied)
    finally:
        copied.close()
