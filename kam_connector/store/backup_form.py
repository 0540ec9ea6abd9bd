"""Whether a file that says it is a backup has our tables, and nothing that acts by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import cast

from kam_connector.errors import StorageError
from kam_connector.store.database import Database
from kam_connector.store.faults import storage_error
from kam_connector.store.migrate import ensure, upgrade

__all__ = ["refuse_foreign"]

_ACTING = "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
_COLUMNS = (
    "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
    "WHERE m.type = 'table'"
)


def refuse_foreign(prepared: Path, *, name: str) -> None:
    """Bring a copy of a backup to this release, and refuse what is not ours in it.

    Another program may have a table ``run`` and a revision too; and a trigger that somebody put
    into a backup would act in the live database at every write. So tables, columns, triggers and
    views are compared with those of a new database.

    Args:
        prepared: The copy.
        name: The backup's name, for messages.

    Raises:
        StorageError: It is no backup of ours (KAM-6017), or of a newer release (KAM-6003).
    """
    try:
        upgrade(f"sqlite:///{prepared}")
    except StorageError as error:
        if error.code == "KAM-6003":
            raise
        raise storage_error("KAM-6017", name) from error
    with closing(sqlite3.connect(prepared)) as opened:
        acting, columns = _form(opened)
    ours, our_columns = _ours()
    if not our_columns <= columns or acting != ours:
        raise storage_error("KAM-6017", name)


@cache
def _ours() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return what a new database has."""
    database = Database("sqlite://")
    try:
        ensure(database)
        with closing(database.engine.raw_connection()) as opened:
            return _form(cast("sqlite3.Connection", opened.driver_connection))
    finally:
        database.close()


def _form(opened: sqlite3.Connection) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the triggers and views, and the columns of tables."""
    acting = {(name, " ".join(str(sql).split())) for name, sql in opened.execute(_ACTING)}
    return acting, {(table, column) for table, column in opened.execute(_COLUMNS)}
