"""A restore: an old backup takes the database's place, and is made harmless first.

What an old copy believes is out of date: records wait in its outbox that were written since,
a lease may carry a number that a worker of yesterday still holds, deletions came and went. So
whatever waited is called off, fences move beyond any given out, everything is swept at the next
run, and the first preview after a restore waits for a person.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url

from kam_connector.errors import BusyError, StorageError
from kam_connector.model.preview import OutboxState, PreviewState
from kam_connector.model.pull import Stream
from kam_connector.model.run import RunState
from kam_connector.store.backup import (
    BackupFacts,
    backup,
    copy_tables,
    inspect_backup,
    moved_in,
    one_file,
)
from kam_connector.store.backup_form import refuse_foreign
from kam_connector.store.backup_marks import BackupMarks, add_keys, marks_of, refuse_unknown
from kam_connector.store.bulk import among
from kam_connector.store.database import Database
from kam_connector.store.erasing import erase_marked
from kam_connector.store.faults import storage_error, translated
from kam_connector.store.marks_file import MarksFile
from kam_connector.store.migrate import ensure
from kam_connector.store.records import instant_text
from kam_connector.store.tables import METADATA, table

__all__ = ["Restored", "restore"]

_FENCE_LEAP = 1_000_000
"""Beyond any fence given out since the backup: our choice, as many runs as no installation
makes in a century."""
_WAITS = (OutboxState.PENDING.value, OutboxState.SENT.value)
_OPEN = (PreviewState.OPEN.value, PreviewState.HELD.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    backup: BackupFacts
    kept: Path | None
    """Where the state before it lies; None: there was nothing."""
    called_off: int
    """Records that waited to be written in the backup, and no longer do."""


def restore(
    url: str, file: Path, *, aside: Path, now: datetime, without_marks: bool = False
) -> Restored:
    """Put a backup in the database's place; whole, or not at all.

    Whoever was erased here or there stays erased: the marks of both, and their keys, are kept.

    Args:
        url: The database; SQLite or PostgreSQL, whichever the backup was made of.
        file: The backup.
        aside: Where the present state is kept, as a backup of its own where it can be read.
        now: Our own clock.
        without_marks: Forget whom the backup remembers as erased: their key is lost.

    Raises:
        StorageError: The backup is damaged (KAM-6017) or of a newer release (KAM-6003), or the
            database cannot be used; *aside* exists (KAM-6015); the key of the backup's marks is
            not here (KAM-6019).
        BusyError: A run is under way.
    """
    for one in (aside, MarksFile(aside).path):
        if os.path.lexists(one):
            raise storage_error("KAM-6015", str(one))
    facts = inspect_backup(file)
    target = _file_of(url)
    _refuse_itself(file, target)
    beside = (target or aside).with_name(f".{(target or aside).name}.restoring")
    with moved_in(beside) as part:
        shutil.copyfile(file, part)
        if part.stat().st_size != facts.size_bytes:
            raise storage_error("KAM-6017", f"{file.name} changes while it is read")
        refuse_foreign(part, name=file.name)
        called_off = _made_harmless(f"sqlite:///{part}", now)
        marks = marks_of(part, beside=file, drop=without_marks)
    try:
        refuse_unknown(marks, url)
        kept = _set_aside(url, aside, now)
        _take_over(url, beside, marks, now)
    finally:
        beside.unlink(missing_ok=True)
    return Restored(backup=facts, kept=kept, called_off=called_off)


def _refuse_itself(file: Path, target: Path | None) -> None:
    if target is not None and target.exists() and file.samefile(target):
        raise storage_error("KAM-6017", f"{file} is the database itself")


def _file_of(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def _made_harmless(url: str, now: datetime) -> int:
    database = Database(url)
    try:
        with database.write(durable=True) as opened:
            called_off = _call_off(opened, now)
        one_file(database)
        return called_off
    finally:
        database.close()


def _call_off(opened: Connection, now: datetime) -> int:
    """Make an old copy harmless; returns how many records no longer wait to be written."""
    outbox, preview, lease = table("outbox"), table("preview"), table("lease")
    run, connection, cursor = table("run"), table("connection"), table("stream_cursor")
    waits = outbox.update().where(outbox.c.state.in_(_WAITS))
    called_off = opened.execute(waits.values(state=OutboxState.SUPERSEDED.value)).rowcount
    shown = preview.update().where(preview.c.state.in_(_OPEN))
    opened.execute(shown.values(state=PreviewState.SUPERSEDED.value))
    free = instant_text(now)
    opened.execute(lease.update().values(fence=lease.c.fence + _FENCE_LEAP, until=free))
    unfinished = run.update().where(run.c.state == RunState.RUNNING.value)
    opened.execute(unfinished.values(state=RunState.INTERRUPTED.value, finished_at=free))
    opened.execute(connection.update().values(first_applied_at=None))
    opened.execute(cursor.delete().where(cursor.c.stream == Stream.SWEEP.value))
    return int(called_off)


def _set_aside(url: str, aside: Path, now: datetime) -> Path | None:
    """Keep the present state; what cannot be read any more is moved as it is."""
    target = _file_of(url)
    if target is not None and not (target.exists() and target.stat().st_size):
        return None
    try:
        _refuse_busy(url, now)
        backup(url, aside)
        return aside
    except StorageError as error:
        if target is None:
            if error.code == "KAM-6018":
                return None
            raise
        for ending in ("-wal", "-shm", ""):
            lost = target.with_name(target.name + ending)
            if lost.exists():
                lost.replace(aside.with_name(aside.name + ending))
        return aside


def _refuse_busy(url: str, now: datetime) -> None:
    """Refuse while somebody works: what is written meanwhile would be lost."""
    database = Database(url)
    t = table("lease")
    try:
        ensure(database, create=False)
        with database.read() as opened:
            held = select(t.c.name).where(t.c.until > instant_text(now)).order_by(t.c.name)
            name = opened.scalars(held).first()
    finally:
        database.close()
    if name is not None:
        raise BusyError(
            f"A run holds {name}: a restore would lose what it does.",
            hint="Stop  kam serve  and wait a minute, or  kam connection pause .",
        )


def _take_over(url: str, prepared: Path, marks: BackupMarks, now: datetime) -> None:
    """Copy the prepared file over the database, in one transaction.

    The marks come first: a crash in between leaves a mark too many, and nobody too many.
    """
    target = _file_of(url)
    if target is None:
        _take_over_server(url, prepared, marks, now)
        return
    MarksFile(target).join(marks.remembered)
    if not target.exists():
        target.touch(mode=0o600)
    with (
        translated(),
        closing(sqlite3.connect(prepared)) as source,
        closing(sqlite3.connect(target, timeout=5)) as opened,
    ):
        source.backup(opened)
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _take_over_server(url: str, prepared: Path, marks: BackupMarks, now: datetime) -> None:
    source, target = Database(f"sqlite:///{prepared}"), Database(url)
    try:
        ensure(target)
        with source.read() as old, target.write(durable=True) as opened:
            here = [dict(row) for row in opened.execute(select(table("erased"))).mappings()]
            every = ", ".join(f'"{one.name}"' for one in METADATA.sorted_tables)
            opened.execute(text(f"TRUNCATE {every}"))
            copy_tables(old, opened)
            _count_on(opened)
            add_keys(opened, target, marks.remembered.keys)
            rows = [*here, *map(dict, marks.remembered.rows.values())]
            _erase_again(opened, target, rows, on=now.date().isoformat())
    finally:
        source.close()
        target.close()


def _erase_again(
    opened: Connection, database: Database, marks: Sequence[dict[str, Any]], *, on: str
) -> None:
    """Keep the marks of who was erased since the backup, and erase them once more."""
    erased, by_mark = table("erased"), {one["mark"]: one for one in marks}
    if not by_mark:
        return
    opened.execute(erased.delete().where(among(opened, erased.c.mark, by_mark)))
    opened.execute(erased.insert(), list(by_mark.values()))
    erase_marked(opened, database, on)


def _count_on(opened: Connection) -> None:
    """Let PostgreSQL's own counters go on behind the rows that came with their numbers."""
    for one in METADATA.sorted_tables:
        column = one.autoincrement_column
        if column is None:
            continue
        last = opened.scalar(select(func.max(column)))
        if last is None:
            continue
        counter = opened.scalar(
            text("SELECT pg_get_serial_sequence(:name, :column)"),
            {"name": f'"{one.name}"', "column": column.name},
        )
        if counter is not None:
            opened.execute(
                text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last}
            )
