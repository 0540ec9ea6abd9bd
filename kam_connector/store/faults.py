"""Turns a database's exceptions into ours: what happened, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kam_connector.errors import StorageError
from kam_connector.store.codes import CODES

__all__ = ["storage_error", "translated"]

# https://www.sqlite.org/rescode.html, primary codes (the low byte of an extended code).
_SQLITE = {
    sqlite3.SQLITE_BUSY: "KAM-6004",
    sqlite3.SQLITE_LOCKED: "KAM-6004",
    sqlite3.SQLITE_FULL: "KAM-6005",
    sqlite3.SQLITE_IOERR: "KAM-6013",
    sqlite3.SQLITE_READONLY: "KAM-6006",
    sqlite3.SQLITE_PERM: "KAM-6006",
    sqlite3.SQLITE_CORRUPT: "KAM-6007",
    sqlite3.SQLITE_NOTADB: "KAM-6007",
    sqlite3.SQLITE_CANTOPEN: "KAM-6001",
    sqlite3.SQLITE_CONSTRAINT: "KAM-6012",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html, longest prefix first.
_POSTGRES = (
    ("25006", "KAM-6006"),
    ("42501", "KAM-6010"),
    ("53100", "KAM-6005"),
    ("55P03", "KAM-6004"),
    ("3D000", "KAM-6001"),
    ("08", "KAM-6008"),
    ("23", "KAM-6012"),
    ("28", "KAM-6010"),
    ("40", "KAM-6004"),
    ("57", "KAM-6008"),
    ("58", "KAM-6013"),
    ("XX", "KAM-6007"),
)


def storage_error(code: str, detail: str = "") -> StorageError:
    """Return the error of that code, with its sentence and an optional detail."""
    message = CODES[code].rstrip(".")
    return StorageError(f"{message} ({detail})." if detail else f"{message}.", code=code)


@contextmanager
def translated() -> Iterator[None]:
    """Raise ``StorageError`` in place of any database exception inside."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise storage_error(*_first_reason(error)) from error
    except SQLAlchemyError as error:
        raise storage_error("KAM-6000", type(error).__name__) from error


def _first_reason(error: BaseException) -> tuple[str, str]:
    """Return the code that says why, and its detail.

    SQLite gives up the whole transaction when the disk is full or fails; then the way back to a
    savepoint is gone too (SQLITE_ERROR), and only the error before that one says what happened.
    """
    last = _explain(error.orig if isinstance(error, DBAPIError) else error)
    found, earlier = last, error.__context__
    while found[0] == "KAM-6000" and earlier is not None:
        if isinstance(earlier, StorageError):
            found = earlier.code, type(earlier).__name__
        elif isinstance(earlier, (DBAPIError, sqlite3.Error)):
            found = _explain(earlier.orig if isinstance(earlier, DBAPIError) else earlier)
        earlier = earlier.__context__
    return last if found[0] == "KAM-6000" else found


def _explain(error: BaseException | None) -> tuple[str, str]:
    if isinstance(error, sqlite3.Error):
        number = getattr(error, "sqlite_errorcode", 0)
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        return _SQLITE.get(number & 0xFF, "KAM-6000"), str(name)
    state = getattr(error, "sqlstate", None)
    if state is None:
        # psycopg raises OperationalError without a state when it cannot connect at all.
        unreachable = type(error).__name__ == "OperationalError"
        return ("KAM-6008" if unreachable else "KAM-6000"), type(error).__name__
    code = next((code for prefix, code in _POSTGRES if state.startswith(prefix)), "KAM-6000")
    return code, f"SQLSTATE {state}"
