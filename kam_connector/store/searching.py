"""Looks for a person while others write, and takes them out in one short transaction.

Looking through every text takes seconds, and SQLite has one writer: so it is done in a reading
transaction. Under the lock only the rows that were found are read once more and written. If
anybody wrote between the two, the very transaction that erases also notes that somebody is to be
looked for again, by what; that second look sees every row that was written before the erasure,
and once it is done the note goes. A crash in between leaves the note, and the next purge or run
looks again: whoever was written about meanwhile is erased as well.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

import orjson
from sqlalchemy import Connection, select, text

from kam_connector.model.erasure import Doubt
from kam_connector.store.blotting import Finder, Found, blot, picked
from kam_connector.store.database import Database
from kam_connector.store.faults import translated
from kam_connector.store.purging import AGAIN
from kam_connector.store.spelling import Spelling, Words
from kam_connector.store.tables import table

__all__ = ["Searched", "finish", "look", "with_search"]

_T = TypeVar("_T")
_WAIT_S, _LOOK_EVERY_S = 10.0, 0.1
"""How long a second look waits for transactions that were open; our choice: twice as long as any
of ours may take. What still is open then is left to the next purge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Whom to look for, and where they were found."""

    words: Words = field(default_factory=Words)
    near: frozenset[str] = frozenset()
    """Our ids of their accounts, and of what is about those."""
    found: tuple[Found, ...] = field(default=(), repr=False)
    others: frozenset[tuple[str, ...]] = frozenset()
    """Other people of the same name, whose own records are spared."""
    reasons: tuple[int, ...] = ()
    """Entries of the audit log whose reason names the person."""

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What only somebody who reads it can decide."""
        return tuple(doubt for one in self.found for doubt in one.doubts)

    def taken_out(self, opened: Connection) -> dict[str, int]:
        """Take the person out of what was found; returns how many rows, by table."""
        finder = Finder(opened, self.words, self.near, self.others)
        return blot(finder, opened, self.found)


def look(opened: Connection, wanted: Searched) -> Searched:
    """Look for a person in every text of every table."""
    finder = Finder(opened, wanted.words, wanted.near)
    return replace(
        wanted,
        found=tuple(finder.everywhere()),
        others=frozenset(finder.others),
        reasons=tuple(_reasons(opened, wanted.words)),
    )


def with_search(
    database: Database,
    whom: Callable[[Connection], Searched],
    write: Callable[[Connection, Searched], _T],
) -> _T:
    """Search without the lock, write under it, and look again at what came between.

    Args:
        database: Where.
        whom: Returns whom to look for.
        write: Takes out what was found, within the one durable transaction.
    """
    with _watched(database) as version:
        before = version()
        with database.read() as opened:
            searched = look(opened, whom(opened))
        with database.write(durable=True) as opened:
            missed = before is None or version() != before
            if missed:
                _note(opened, searched, whom(opened))
            result = write(opened, searched)
    if missed:
        finish(database)
    return result


def finish(database: Database) -> bool:
    """Look again for whoever was erased while others wrote; False: they still write."""
    t = table("erased")
    with database.read() as opened:
        notes = opened.execute(select(t.c.mark, t.c.place).where(t.c.what == AGAIN)).all()
    if notes and not _settled(database):
        return False
    for mark, said in notes:
        with database.read() as opened:
            searched = look(opened, _opened(said))
        with database.write(durable=True) as opened:
            searched.taken_out(opened)
            s = table("audit_subject")
            opened.execute(s.delete().where(s.c.number.in_(searched.reasons)))
            opened.execute(t.delete().where(t.c.mark == mark))
    return True


@contextmanager
def _watched(database: Database) -> Iterator[Callable[[], int | None]]:
    """Give what tells a number that changes with every commit; None: it cannot tell.

    One connection asks twice: https://www.sqlite.org/pragma.html#pragma_data_version
    """
    if database.file is None:
        yield lambda: None
        return
    with translated(), closing(sqlite3.connect(database.file, isolation_level=None)) as watch:
        yield lambda: int(watch.execute("PRAGMA data_version").fetchone()[0])


def _settled(database: Database) -> bool:
    """Wait until every transaction that has written by now is at its end.

    SQLite has no second writer; PostgreSQL's snapshots say who is still at it:
    https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
    """
    if not database.postgres:
        return True
    waited, last = 0.0, _snapshot(database, "xmax")
    while _snapshot(database, "xmin") < last:
        if waited > _WAIT_S:
            return False
        time.sleep(_LOOK_EVERY_S)
        waited += _LOOK_EVERY_S
    return True


def _snapshot(database: Database, end: str) -> int:
    with database.read() as opened:
        said = opened.scalar(text(f"SELECT pg_snapshot_{end}(pg_current_snapshot())::text"))
    return int(str(said))


def _note(opened: Connection, then: Searched, now: Searched) -> None:
    """Remember, until it is done, by what somebody is to be looked for again."""
    words, near = then.words.joined(now.words), then.near | now.near
    if words == Words():
        return
    listed = {one.name: sorted(getattr(words, one.name)) for one in fields(Words)}
    said = orjson.dumps({"words": listed, "near": sorted(near)}).decode()
    row = {"mark": secrets.token_hex(16), "what": AGAIN, "place": said, "made_on": ""}
    opened.execute(table("erased").insert().values(row))


def _opened(said: str) -> Searched:
    kept = orjson.loads(said)
    words = Words(**{name: frozenset(listed) for name, listed in kept["words"].items()})
    return Searched(words=words, near=frozenset(kept["near"]))


def _reasons(opened: Connection, words: Words) -> list[int]:
    """Return the numbers of entries of the audit log whose reason names the person."""
    spelling, s = Spelling(words), table("audit_subject")
    if not spelling.groups:
        return []
    may = picked(opened, [s.c.why], spelling.groups)
    reasons = opened.execute(select(s.c.number, s.c.why).where(may)).all()
    return [number for number, why in reasons if spelling.blotted(why) != why]
