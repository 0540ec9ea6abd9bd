"""Finds a person in every text and document of every table, and takes them out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    func,
    literal_column,
    or_,
    select,
)

from kam_connector.model.erasure import ELSEWHERE
from kam_connector.model.kind import Kind
from kam_connector.model.preview import PreviewState
from kam_connector.store.mirror import MIRRORED
from kam_connector.store.spelling import FORGOTTEN, Spelling, Words, folded
from kam_connector.store.tables import METADATA, table

__all__ = ["FORGOTTEN", "Found", "blot", "find", "supersede"]

_CLOSED = frozenset({"erased", "sealed_token", "heard", "lease", "stream_cursor", "source_schema"})
"""Tables with no word about anybody, or nothing that a text could be taken out of."""
_SEALED = "audit"
"""Chained entries: the audit log blanks its own refs (`store.audit`)."""
_IMAGES = frozenset({"staged", "agreed", *(kind.value for kind in MIRRORED)})
_PEOPLE = (Kind.CONTACT, Kind.USER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A row that names the person."""

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, str | None]
    """Its texts."""
    left: Mapping[str, str]
    """Those that name the person, without them."""
    whole: bool
    """Its very key names the person: nothing of it can stay."""


def blot(opened: Connection, words: Words) -> dict[str, int]:
    """Take a person out of all texts; returns how many rows named them, by table."""
    counts: dict[str, int] = {}
    for one in find(opened, words):
        t = table(one.table)
        same = [t.c[name] == value for name, value in one.key.items()]
        if one.whole:
            opened.execute(t.delete().where(*same))
        else:
            opened.execute(t.update().where(*same).values(**_with_state(one)))
        counts[one.table] = counts.get(one.table, 0) + 1
    return counts


def find(opened: Connection, words: Words) -> Iterator[Found]:
    """Yield every row that names a person; records of others of the same name are spared."""
    spelling, sparing = Spelling(words), Spelling(words.only_codes())
    if not spelling.fragments:
        return
    others = _of_same_name(opened, words)
    for t in _searched():
        texts, looked_through = _texts(t.name)
        keys = [c.name for c in t.primary_key]
        rows = opened.execute(looked_through.where(_may_name(t.name, spelling))).mappings().all()
        for row in rows:
            values = {name: row[name] for name in texts}
            fits = sparing if _is_record_of(t.name, row, others) else spelling
            mark = ELSEWHERE if t.name in _IMAGES else FORGOTTEN
            left = _left(fits, values, mark)
            if left:
                key = {name: row[name] for name in keys}
                whole = any(name in left for name in keys)
                yield Found(table=t.name, key=key, values=values, left=left, whole=whole)


def supersede(opened: Connection, text: str) -> None:
    """End every preview that waits for approval and holds a text."""
    t = table("preview")
    shows = t.c.changes.contains(text, autoescape=True)
    shows &= t.c.state.in_((PreviewState.OPEN.value, PreviewState.HELD.value))
    opened.execute(t.update().where(shows).values(state=PreviewState.SUPERSEDED.value))


def _searched() -> list[Table]:
    return [
        t
        for t in METADATA.sorted_tables
        if t.name not in _CLOSED and not t.name.startswith(_SEALED)
    ]


@cache
def _texts(name: str) -> tuple[list[str], Select[Any]]:
    """Return a table's columns of text, and the query of its rows."""
    t = table(name)
    return [c.name for c in t.columns if not isinstance(c.type, Boolean | Integer)], select(t)


@cache
def _whole(name: str) -> ColumnElement[str]:
    """Return all texts of a row as one, in lower case."""
    t = table(name)
    parts: list[ColumnElement[str]] = [func.coalesce(t.c[column], "") for column in _texts(name)[0]]
    return func.lower(reduce(_beside, parts))


def _beside(one: ColumnElement[str], other: ColumnElement[str]) -> ColumnElement[str]:
    return one + literal_column("'|'") + other


def _may_name(name: str, spelling: Spelling) -> ColumnElement[bool]:
    """Return the condition that picks all rows that name the person, and some more."""
    lower = _whole(name)
    patterns = ["%" + _escaped(one) + "%" for one in spelling.fragments]
    return or_(*(lower.like(pattern, escape="!") for pattern in patterns))


def _escaped(fragment: str) -> str:
    """Return a fragment as LIKE takes it; its own ``%`` stand for anything between digits."""
    if fragment.replace("%", "").isdigit():
        return fragment
    return fragment.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _left(spelling: Spelling, values: Mapping[str, str | None], mark: str) -> dict[str, str]:
    blotted = {name: spelling.blotted(text, mark) for name, text in values.items() if text}
    return {name: text for name, text in blotted.items() if text != values[name]}


def _with_state(one: Found) -> dict[str, str]:
    """Return what to store: a preview that named the person is not one to approve."""
    waits = (PreviewState.OPEN.value, PreviewState.HELD.value)
    if one.table == "preview" and one.values["state"] in waits:
        return {**one.left, "state": PreviewState.SUPERSEDED.value}
    return dict(one.left)


def _of_same_name(opened: Connection, words: Words) -> Collection[tuple[str, ...]]:
    """Return the ids, and the (connection, kind, ref), of other people who are called so."""
    names = {folded(one)[0] for one in words.names}
    found: set[tuple[str, ...]] = set()
    for kind in _PEOPLE:
        t = table(kind.value)
        rows = opened.execute(select(t.c.id, t.c.name).where(t.c.name.is_not(None)))
        ids = {id_ for id_, name in rows if folded(name)[0] in names} - words.codes
        found |= {(kind.value, id_) for id_ in ids}
        base = table("agreed")
        for id_ in ids:
            mine = (base.c.kind == kind.value) & (base.c.kam_id == id_)
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
