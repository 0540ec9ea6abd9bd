"""A backup: one SQLite file that holds everything, whichever database it comes from.

SQLite writes it with ``VACUUM INTO`` (https://www.sqlite.org/lang_vacuum.html): one moment's
state while others read and write, without the pages of what was deleted. Out of PostgreSQL the
tables are copied in one repeatable-read transaction, so that a backup also moves an installation
from one database to the other.

Who was erased is remembered by marks in the backup; their keys lie in a file of its own beside it
(``FILE.erased``, see `marks_file`), so that it can be kept apart, and moved with it.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from kam_connector.store.database import Database
from kam_connector.store.faults import storage_error, translated
from kam_connector.store.marks_file import MarksFile
from kam_connector.store.migrate import ensure, revision_of
from kam_connector.store.tables import METADATA
from kam_connector.store.tombstones import KEY, Tombstones

__all__ = ["BackupFacts", "backup", "copy_tables", "inspect_backup", "moved_in", "one_file"]

_AS_IT_IS = "?mode=ro&immutable=1"
"""Only this file counts: a log that somebody laid beside it is not read, and none is made."""
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
            exists (KAM-6015), is the database itself, or cannot be written (KAM-6016).
    """
    beside = MarksFile(file).path
    _refuse_taken((file, beside), replace=replace)
    database = Database(url)
    try:
        ensure(database, create=False)
        if database.file is not None and _is_own(database.file, (file, beside)):
            raise storage_error("KAM-6016", f"{file} is the database itself")
        with moved_in(file) as part:
            if database.postgres:
                _copy_out(database, part)
            else:
                _vacuum_into(database, part)
            facts = inspect_backup(part)
            _keep_marks(database, MarksFile(file))
        return facts
    finally:
        database.close()


def _keep_marks(database: Database, beside: MarksFile) -> None:
    """Write who was erased, and the keys, beside the backup; nothing where nobody was."""
    with database.read() as opened:
        kept = Tombstones(opened, database).remembered()
    if kept is not None:
        beside.write(kept)
    else:
        beside.path.unlink(missing_ok=True)


def _refuse_taken(files: Iterable[Path], *, replace: bool) -> None:
    """Refuse names that stand for something: a link, where it leads or not, is never followed."""
    for one in files:
        try:
            mode = one.lstat().st_mode
        except OSError:  # nothing is there, or whoever writes is told why not
            continue
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise storage_error("KAM-6016", f"{one} is a folder or a device")
        if not replace:
            raise storage_error("KAM-6015", str(one))


def _is_own(database: Path, files: Iterable[Path]) -> bool:
    """Tell whether a file is the live database, its log or its marks: others hold those open."""
    endings = ("", "-wal", "-shm", "-journal", ".erased")
    own = {_place(database.with_name(database.name + end)) for end in endings}
    return not own.isdisjoint(map(_place, files))


def _place(file: Path) -> Path:
    return file.parent.resolve() / file.name


def inspect_backup(file: Path) -> BackupFacts:
    """Read a backup through: every page, every index.

    Raises:
        StorageError: It is damaged or no backup of ours (KAM-6017), or of a newer release
            (KAM-6003).
    """
    if not file.is_file():
        raise storage_error("KAM-6017", f"{file.name} is not there")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}{_AS_IT_IS}", uri=True)) as opened:
            (said,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
            names = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
            (pages,) = opened.execute("PRAGMA page_count").fetchone()
            (size,) = opened.execute("PRAGMA page_size").fetchone()
            whole = said == "ok" and pages * size == file.stat().st_size
            if not whole or not {"alembic_version", "run"} <= names:
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
    """Copy every row of every table of ours, within both transactions; but no key of marks."""
    for table in METADATA.sorted_tables:
        wanted = select(table)
        if table.name == "erased":
            wanted = wanted.where(table.c.what != KEY)
        found = source.execution_options(yield_per=_ROWS).execute(wanted).mappings()
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
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
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
