"""The marks of erased people on their way into another database, with the keys they need.

A mark is a digest with the key of the database where it was made: in another database it says
nothing without that key. So the marks of both are kept, with the keys of both, and a backup whose
key is nowhere is refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from kam_connector.errors import StorageError
from kam_connector.store.database import Database
from kam_connector.store.faults import storage_error, translated
from kam_connector.store.marks_file import MarksFile, RememberedMarks, key_id
from kam_connector.store.migrate import ensure
from kam_connector.store.tables import table
from kam_connector.store.tombstones import ADDRESS, KEY, KEY_ID, RECORD, Tombstones

__all__ = ["BackupMarks", "add_keys", "marks_of", "refuse_unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMarks:
    """Whom a backup remembers as erased."""

    remembered: RememberedMarks
    """The marks in it and beside it, and the keys that came with it."""
    needed: frozenset[str]
    """What tells the keys that its marks were made with; those of old releases do not say."""
    source: Path
    """The backup, for messages."""


def marks_of(prepared: Path, *, beside: Path, drop: bool) -> BackupMarks:
    """Return the marks of a backup; its copy keeps them, and no key.

    Args:
        prepared: A copy that will take the database's place.
        beside: The backup itself, beside which its keys lie.
        drop: Take the marks out of the copy, and return none.

    Raises:
        StorageError: The file beside it is damaged (KAM-6031).
    """
    found = None if drop else MarksFile(beside).read()
    marks = (RECORD, ADDRESS)
    with translated(), closing(sqlite3.connect(prepared)) as opened:
        opened.row_factory = sqlite3.Row
        rows = [dict(one) for one in opened.execute("SELECT * FROM erased")]
        inside = [bytes.fromhex(one["mark"]) for one in rows if one["what"] == KEY]
        gone = (KEY, KEY_ID, *marks) if drop else (KEY,)
        if any(one["what"] in gone for one in rows):
            wanted = ", ".join("?" * len(gone))
            opened.execute(f"DELETE FROM erased WHERE what IN ({wanted})", gone)  # noqa: S608
            opened.commit()
            opened.execute("VACUUM")  # no byte of a key stays in the file
    kept = {} if drop else {one["mark"]: one for one in rows if one["what"] in marks}
    keys = () if drop else (*(found.keys if found else ()), *inside)
    return BackupMarks(
        remembered=RememberedMarks(
            keys=tuple(dict.fromkeys(keys)), rows={**(found.rows if found else {}), **kept}
        ),
        needed=frozenset(one["mark"] for one in rows if one["what"] == KEY_ID and not drop),
        source=beside,
    )


def refuse_unknown(marks: BackupMarks, url: str) -> None:
    """Refuse marks whose key is neither with the backup nor at the database.

    Raises:
        StorageError: So it is (KAM-6019).
    """
    if not marks.remembered.rows:
        return
    keys = {*marks.remembered.keys, *_keys_at(url)}
    if not keys or not marks.needed <= {key_id(key) for key in keys}:
        raise storage_error("KAM-6019", str(MarksFile(marks.source).path))


def add_keys(opened: Connection, database: Database, keys: Iterable[bytes]) -> None:
    """Let a database that keeps its keys itself know these as well."""
    listed = list(keys)
    known = set(opened.scalars(table("erased").select().with_only_columns(table("erased").c.mark)))
    rows = [
        {"mark": key.hex(), "what": KEY, "place": "", "made_on": "", "met_on": None}
        for key in listed
        if key.hex() not in known
    ]
    if rows:
        opened.execute(table("erased").insert(), rows)
    Tombstones(opened, database).note_keys(listed)


def _keys_at(url: str) -> tuple[bytes, ...]:
    """Return the keys of the database that gives way; none where there is nothing to read."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        known = MarksFile(Path(str(parsed.database))).read()
        return known.keys if known is not None else ()
    database = Database(url)
    try:
        ensure(database, create=False)
        with database.read() as opened:
            t = table("erased")
            kept = opened.execute(t.select().where(t.c.what == KEY)).mappings()
            return tuple(bytes.fromhex(one["mark"]) for one in kept)
    except StorageError as error:
        if error.code == "KAM-6018":
            return ()
        raise
    finally:
        database.close()
