"""Where the killed processes keep their data: a file, or a database of a real PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg

__all__ = ["Databases", "Files", "Servers"]

_READ = {
    "outbox": "id, change, preview_id, state, code, message, ref, created, record, run_id",
    "journal": "run_id, item_id, object, ref, field, before, after, at, created, undone_at",
    "preview": "id, changes, state",
    "staged": "source, ref, deleted, merged_into, dirty, doc",
    "stream_cursor": "source, stream, since",
    "run": "id, job, local_date, state",
    "lease": "name, owner",
    "audit_entry": "number, act, object, field, note",
    "audit_subject": "number, ref",
}


class Databases(Protocol):
    """Copies of one prepared database."""

    def template(self, name: str) -> str:
        """Return the URL of a new database, to be prepared."""

    def copy(self, name: str, number: int) -> str:
        """Return the URL of a copy of a prepared one."""

    def read(self, url: str, query: str) -> list[tuple[Any, ...]]:
        """Return rows by SQL alone."""

    def drop(self, url: str) -> None:
        """Throw a copy away."""

    def as_file(self, url: str, folder: Path) -> Path:
        """Return a SQLite file with what the judge reads."""


class Files:
    """SQLite files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def template(self, name: str) -> str:
        """Return the URL of a file to be."""
        return f"sqlite:///{self._folder / name}.db"

    def copy(self, name: str, number: int) -> str:
        """Copy the file; its writer closed it, so that nothing is left in a journal."""
        copied = self._folder / f"{name}-{number}.db"
        shutil.copy(self._folder / f"{name}.db", copied)
        return f"sqlite:///{copied}"

    def read(self, url: str, query: str) -> list[tuple[Any, ...]]:
        """Read the file."""
        with closing(sqlite3.connect(_path(url))) as connection:
            return connection.execute(query).fetchall()

    def drop(self, url: str) -> None:
        """Delete the file and its journals."""
        path = _path(url)
        for one in path.parent.glob(f"{path.name}*"):
            one.unlink()

    def as_file(self, url: str, folder: Path) -> Path:
        """Return the file itself."""
        assert folder
        return _path(url)


class Servers:
    """Databases of one PostgreSQL server.

    Args:
        url: Any database of it, as psycopg reads it.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def template(self, name: str) -> str:
        """Create an empty database."""
        return self._create(f'CREATE DATABASE "{name}"', name)

    def copy(self, name: str, number: int) -> str:
        """Copy a database that nobody is connected to."""
        copied = f"{name}-{number}"
        return self._create(f'CREATE DATABASE "{copied}" TEMPLATE "{name}"', copied)

    def read(self, url: str, query: str) -> list[tuple[Any, ...]]:
        """Read over a connection of its own."""
        with psycopg.connect(_plain(url)) as connection:
            return connection.execute(query.encode()).fetchall()

    def drop(self, url: str) -> None:
        """Drop a copy, and whoever is still connected to it."""
        self._do(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')

    def as_file(self, url: str, folder: Path) -> Path:
        """Copy what the judge reads into a SQLite file, value by value."""
        file = folder / f"{_name(url)}.db"
        with closing(sqlite3.connect(file)) as connection:
            for name, columns in _READ.items():
                rows = self.read(url, f"SELECT {columns} FROM {name}")
                _fill(connection.execute, name, columns, rows)
            connection.commit()
        return file

    def _create(self, statement: str, name: str) -> str:
        self._do(statement)
        before, _, options = self._url.partition("?")
        return f"{before.rpartition('/')[0]}/{name}?{options}"

    def _do(self, statement: str) -> None:
        with psycopg.connect(_plain(self._url), autocommit=True) as connection:
            connection.execute(statement.encode())


def _fill(
    execute: Callable[..., Any], name: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    execute(f"CREATE TABLE {name} ({columns})")
    for row in rows:
        marks = ", ".join("?" * len(row))
        execute(f"INSERT INTO {name} VALUES ({marks})", row)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
