"""Lets no byte of what was deleted stay in the database's files.

SQLite leaves deleted content on free pages and between cells, and older versions in its log:
``VACUUM`` writes every page anew (https://www.sqlite.org/lang_vacuum.html) and a truncating
checkpoint empties the log. ``PRAGMA secure_delete`` alone would not do: it overwrites what is
deleted from now on, not what last month's updates left behind.

PostgreSQL keeps dead rows until they are vacuumed, and a plain ``VACUUM`` frees their room
without overwriting it: ``VACUUM FULL`` writes each table and its indexes to new files
(https://www.postgresql.org/docs/current/sql-vacuum.html). Its write-ahead log, replicas and
backups are out of reach here.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from kam_connector.store.bulk import inserted
from kam_connector.store.database import Database
from kam_connector.store.faults import translated
from kam_connector.store.tables import METADATA, table

__all__ = ["AGAIN", "is_owed", "owe", "purge"]

_OWED = "purge"
AGAIN = "again"
"""What the table of marks calls a note that somebody is to be looked for again."""
_ANY_OWED = table("erased").select().where(table("erased").c.what.in_((_OWED, AGAIN)))


def owe(opened: Connection, *, on: str) -> None:
    """Note, with an erasure, that its bytes are still in the files."""
    row = {"mark": _OWED, "what": _OWED, "place": "", "made_on": on, "met_on": None}
    inserted(opened, table("erased"), row)


def is_owed(database: Database) -> bool:
    """Tell whether bytes of somebody erased may still be in the files, or a name in a text."""
    with database.read() as opened:
        return opened.execute(_ANY_OWED).first() is not None


def purge(database: Database) -> bool:
    """Write all files anew; False while somebody else is at work in them: it stays owed."""
    done = _server(database) if database.postgres else _file(database)
    if done:
        t = table("erased")
        with database.write(durable=True) as opened:
            opened.execute(t.delete().where(t.c.mark == _OWED))
    return done


def _file(database: Database) -> bool:
    with translated(), closing(database.engine.raw_connection()) as opened:
        try:
            opened.execute("VACUUM")
            busy, *_ = opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return False
            raise
        return not busy


def _server(database: Database) -> bool:
    with translated(), database.engine.connect() as opened:
        opened.execution_options(isolation_level="AUTOCOMMIT")
        opened.exec_driver_sql("SET lock_timeout = '5s'")
        try:
            for one in METADATA.sorted_tables:
                name = opened.dialect.identifier_preparer.quote(one.name)
                opened.exec_driver_sql(f"VACUUM (FULL) {name}")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == "55P03":
                return False
            raise
        finally:
            opened.exec_driver_sql("SET lock_timeout = DEFAULT")
    return True
