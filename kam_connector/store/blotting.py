"""Finds a person in every text and document of every table, and takes them out.

Finding looks at every row and takes seconds: it needs no lock, see `searching`. Taking out goes
by the keys that were found, and reads each row once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    and_,
    or_,
    select,
)
from sqlalchemy import text as sql

from kam_connector.model.erasure import ELSEWHERE, Doubt
from kam_connector.model.kind import Kind
from kam_connector.model.preview import PreviewState
from kam_connector.store.bulk import among
from kam_connector.store.folding import folded
from kam_connector.store.fragments import Group, like
from kam_connector.store.mirror import MIRRORED
from kam_connector.store.spelling import FORGOTTEN, Spelling, Words
from kam_connector.store.tables import METADATA, table

__all__ = ["Finder", "Found", "blot", "picked", "supersede"]

_CLOSED = frozenset({"erased", "sealed_token", "heard", "lease", "stream_cursor", "source_schema"})
"""Tables with no word about anybody, or nothing that a text could be taken out of."""
_SEALED = "audit"
"""Chained entries: the audit log blanks its own refs (`store.audit`)."""
_IMAGES = frozenset({"staged", "agreed", *(kind.value for kind in MIRRORED)})
_PEOPLE = (Kind.CONTACT, Kind.USER)
_OF_RECORDS = frozenset({"staged", "agreed", *(kind.value for kind in _PEOPLE)})
"""Where half a name is mostly somebody else's, and comes from the CRM at every change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A row that names the person, or may."""

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, str | None]
    """Its texts."""
    left: Mapping[str, str]
    """Those that name the person, without them."""
    whole: bool
    """Its very key names the person: nothing of it can stay."""
    doubts: tuple[Doubt, ...] = field(default=())


class Finder:
    """One person's words, ready to be looked for.

    Args:
        opened: The transaction that looks.
        words: What names the person.
        near: Our ids of their accounts, and of what is about those.
        others: Who else is called so, as `others` told; None: look.
    """

    def __init__(
        self,
        opened: Connection,
        words: Words,
        near: Collection[str] = (),
        others: Collection[tuple[str, ...]] | None = None,
    ) -> None:
        self._opened = opened
        self._near = frozenset(near)
        self._spelling, self._sparing = Spelling(words), Spelling(words.only_codes())
        named = words.names and others is None
        self.others = _of_same_name(opened, words, self._spelling) if named else others or ()
        """Ids, and (connection, kind, ref), of other people of the same name."""

    def everywhere(self) -> Iterator[Found]:
        """Yield every row that names the person; records of others of the same name are spared."""
        if not self._spelling.groups:
            return
        for t in _searched():
            rows = self._opened.execute(select(t).where(self._may_name(t))).mappings().all()
            yield from filter(None, (self.read(t, row) for row in rows))

    def at(self, name: str, key: Mapping[str, Any]) -> Found | None:
        """Return a row as it is now; None: it is gone, or names the person no longer."""
        t = table(name)
        same = [t.c[column] == value for column, value in key.items()]
        row = self._opened.execute(select(t).where(*same)).mappings().first()
        return None if row is None else self.read(t, row)

    def read(self, t: Table, row: Mapping[Any, Any]) -> Found | None:
        """Return what a row says of the person; None: nothing."""
        values = {name: row[name] for name in _texts(t.name)}
        spared = _is_record_of(t.name, row, self.others)
        fits = self._sparing if spared else self._spelling
        near = not spared and any(row[name] in self._near for name in _ids(t.name))
        mark = ELSEWHERE if t.name in _IMAGES else FORGOTTEN
        left, doubts = dict[str, str](), list[Doubt]()
        keys = [c.name for c in t.primary_key]
        for name, text in values.items():
            if text:
                found = fits.read(text, mark, near=near)
                if found.left != text:
                    left[name] = found.left
                at = "/".join(str(row[one]) for one in keys)
                doubts += [
                    Doubt(table=t.name, record=at, column=name, text=one) for one in found.doubts
                ]
        if t.name in _OF_RECORDS:
            doubts.clear()
        if not left and not doubts:
            return None
        return Found(
            table=t.name,
            key={name: row[name] for name in keys},
            values=values,
            left=left,
            whole=any(name in left for name in keys),
            doubts=tuple(doubts),
        )

    def _may_name(self, t: Table) -> ColumnElement[bool]:
        """Return the condition that picks all rows that name the person, and some more."""
        texts = [t.c[name] for name in _texts(t.name)]
        may = picked(self._opened, texts, self._spelling.groups)
        ids = [among(self._opened, t.c[name], self._near) for name in _ids(t.name)]
        if not self._near or not ids or t.name in _OF_RECORDS or not self._spelling.near_groups:
            return may
        return or_(may, and_(or_(*ids), picked(self._opened, texts, self._spelling.near_groups)))


def blot(finder: Finder, opened: Connection, found: Iterable[Found]) -> dict[str, int]:
    """Take a person out of rows, as they are now; returns how many named them, by table."""
    counts: dict[str, int] = {}
    for before in found:
        one = finder.at(before.table, before.key) if before.left else None
        if one is None or not one.left:
            continue
        t = table(one.table)
        same = [t.c[name] == value for name, value in one.key.items()]
        if one.whole:
            opened.execute(t.delete().where(*same))
        else:
            opened.execute(t.update().where(*same).values(**_with_state(one)))
        counts[one.table] = counts.get(one.table, 0) + 1
    return counts


def picked(
    opened: Connection, columns: Iterable[Column[Any]], groups: Sequence[Group]
) -> ColumnElement[bool]:
    """Return the condition that some text fits one of the groups, whatever its case.

    SQLite's LIKE takes no notice of the case of ASCII letters, and patterns hold the others in
    every form: https://www.sqlite.org/lang_expr.html#like . Written as SQL at once: of some
    hundred columns and patterns SQLAlchemy's own expressions cost more than the search.
    """
    format_column = opened.dialect.identifier_preparer.format_column
    names = [format_column(one, use_table=True) for one in columns]
    patterns = sorted({pattern for group in groups for pattern in group})
    binds = {pattern: f"like_{place}" for place, pattern in enumerate(patterns)}
    operator = "ILIKE" if opened.dialect.name == "postgresql" else "LIKE"

    def one_fits(pattern: str) -> str:
        either = (f"{name} {operator} :{binds[pattern]} ESCAPE '!'" for name in names)
        return f"({' OR '.join(either)})"

    either = (" AND ".join(one_fits(pattern) for pattern in group) for group in groups)
    values = {bind: like(pattern) for pattern, bind in binds.items()}
    return and_(sql(f"({' OR '.join(either)})").bindparams(**values))


def supersede(opened: Connection, text: str) -> None:
    """End every preview that waits for approval and holds a text."""
    t = table("preview")
    waits = t.c.state.in_((PreviewState.OPEN.value, PreviewState.HELD.value))
    shows = t.c.changes.contains(text, autoescape=True)
    opened.execute(t.update().where(waits, shows).values(state=PreviewState.SUPERSEDED.value))


def _searched() -> list[Table]:
    return [
        t
        for t in METADATA.sorted_tables
        if t.name not in _CLOSED and not t.name.startswith(_SEALED)
    ]


@cache
def _texts(name: str) -> tuple[str, ...]:
    """Return a table's columns of text."""
    return tuple(c.name for c in table(name).columns if not isinstance(c.type, Boolean | Integer))


@cache
def _ids(name: str) -> tuple[str, ...]:
    """Return a table's columns of our ids."""
    return tuple(one for one in _texts(name) if one == "id" or one.endswith("_id"))


def _with_state(one: Found) -> dict[str, str]:
    """Return what to store: a preview that named the person is not one to approve."""
    waits = (PreviewState.OPEN.value, PreviewState.HELD.value)
    if one.table == "preview" and one.values["state"] in waits:
        return {**one.left, "state": PreviewState.SUPERSEDED.value}
    return dict(one.left)


def _of_same_name(
    opened: Connection, words: Words, spelling: Spelling
) -> Collection[tuple[str, ...]]:
    """Return the ids, and the (connection, kind, ref), of other people who are called so."""
    names = {folded(one)[0] for one in words.names}
    found: set[tuple[str, ...]] = set()
    for kind in _PEOPLE:
        t, base = table(kind.value), table("agreed")
        may = picked(opened, [t.c.name], spelling.groups)
        rows = opened.execute(select(t.c.id, t.c.name).where(t.c.name.is_not(None), may))
        ids = {id_ for id_, name in rows if folded(name)[0] in names} - words.codes
        found |= {(kind.value, id_) for id_ in ids}
        mine = (base.c.kind == kind.value) & among(opened, base.c.kam_id, ids)
        keys = opened.execute(select(base.c.connection, base.c.kind, base.c.ref).where(mine))
        found |= {tuple(key) for key in keys}
    return found


def _is_record_of(name: str, row: Mapping[Any, Any], others: Collection[tuple[str, ...]]) -> bool:
    if name == "staged":
        kind = row["source"].partition(":")[0]
        return (row["connection"], kind, row["ref"]) in others
    if name == "agreed":
        return (row["connection"], row["kind"], row["ref"]) in others
    return name in _PEOPLE and (name, row["id"]) in others
