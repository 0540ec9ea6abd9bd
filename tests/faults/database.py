"""Our database as plain rows, by SQL alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Item", "Logged", "Ours", "Staged", "cursors", "ours"]


class Item(NamedTuple):
    """One record to write."""

    preview: str
    object: str
    ref: str | None
    kam_id: str
    key: str
    state: str
    code: str | None
    message: str


class Entry(NamedTuple):
    """One field that we say we wrote."""

    object: str
    ref: str
    field: str
    before: Any
    after: Any
    created: bool
    undone: bool


class Logged(NamedTuple):
    """One field in the audit log."""

    act: str
    object: str
    ref: str
    field: str
    lost: bool
    """It may have been written: no answer came, and a person wrote since."""


class Staged(NamedTuple):
    """One record as we last saw it."""

    kind: str
    object: str
    ref: str
    deleted: bool
    merged_into: str | None
    dirty: int
    values: dict[str, Any]


class Ours(NamedTuple):
    """What the judge reads of the database."""

    outbox: list[Item]
    applied: list[tuple[str, str, str]]
    """(preview, object, record) of every change that an applied preview shows."""
    journal: list[Entry]
    staged: list[Staged]
    looked: list[str]
    """Records in the outbox that a mere look put there."""
    logged: list[Logged]
    raw: bytes
    """The file, byte by byte."""


def ours(file: Path) -> Ours:
    """Read the database at rest."""
    with closing(sqlite3.connect(file)) as connection:
        outbox = [
            _item(json.loads(change), *rest)
            for change, *rest in connection.execute(
                "SELECT change, preview_id, state, code, message, ref FROM outbox ORDER BY id"
            )
        ]
        journal = [
            Entry(*place, json.loads(before), json.loads(after), bool(created), undone is not None)
            for *place, before, after, created, undone in connection.execute(
                "SELECT object, ref, field, before, after, created, undone_at FROM journal"
                " ORDER BY at, item_id, field"
            )
        ]
        applied = [
            (preview, change["object"], change["ref"] or change["kam_id"])
            for preview, changes in connection.execute(
                "SELECT id, changes FROM preview WHERE state = 'applied'"
            )
            for change in json.loads(changes)
        ]
        staged = [
            Staged(*source.split(":", 1), ref, bool(gone), merged, dirty, json.loads(doc))
            for source, ref, gone, merged, dirty, doc in connection.execute(
                "SELECT source, ref, deleted, merged_into, dirty, doc FROM staged"
            )
        ]
        looked = [
            record
            for (record,) in connection.execute(
                "SELECT record FROM outbox JOIN run ON run.id = outbox.run_id"
                " WHERE run.job = 'preview' ORDER BY record"
            )
        ]
        logged = [
            Logged(*told, "answer" in json.loads(note))
            for *told, note in connection.execute(
                "SELECT act, object, ref, field, note FROM audit_entry"
                " JOIN audit_subject USING (number) WHERE field IS NOT NULL ORDER BY number"
            )
        ]
    raw = b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))
    return Ours(outbox, applied, journal, staged, looked, logged, raw)


def cursors(file: Path) -> dict[tuple[str, str], str]:
    """Return where each stream stands: ``since`` by source and stream."""
    if not file.exists():
        return {}
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT source, stream, since FROM stream_cursor WHERE since IS NOT NULL"
        )
        return {(source, stream): since for source, stream, since in rows}


def _item(change: dict[str, Any], preview: str, state: str, *rest: Any) -> Item:
    code, message, ref = rest
    return Item(
        preview=preview,
        object=change["object"],
        ref=ref or change["ref"],
        kam_id=change["kam_id"],
        key=str(change.get("key") or change["kam_id"]),
        state=state,
        code=code,
        message=message,
    )
