"""What follows from mirror rows: a contact's positions, an activity's people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from kam_connector.model.kind import JsonValue
from kam_connector.model.staging import MirrorRow
from kam_connector.store.bulk import Delete, Upsert, among
from kam_connector.store.tables import table

__all__ = ["save_participants", "save_positions"]

_POSITION = table("position")
_PERSON = table("activity_person")
_POSITIONS = Upsert(_POSITION, [column.name for column in _POSITION.columns])
_PERSONS = Upsert(_PERSON, [column.name for column in _PERSON.columns])
_NO_PERSONS = Delete(_PERSON, ["person_id", "activity_id"])


def save_positions(connection: Connection, records: Sequence[MirrorRow], *, today: str) -> None:
    """Open a position for new contacts; close and open one where the job changed.

    The first one starts when the CRM first knew the person; later ones start *today*.
    """
    t = _POSITION
    wanted = select(t).where(
        t.c.to_on.is_(None), among(connection, t.c.contact_id, [r.id for r in records])
    )
    present = {row.contact_id: row for row in connection.execute(wanted)}
    rows: list[tuple[Any, ...]] = []
    for record in records:
        job = tuple(record.values.get(path) for path in ("account", "title", "manager"))
        before = present.get(record.id)
        if before is None:
            created = record.values.get("created_at")
            since = created[:10] if isinstance(created, str) else None
            rows.append((record.id, 1, *job, since, None))
            continue
        held = (before.account_id, before.title, before.manager_id)
        if held != job and not record.deleted:
            rows.append((record.id, before.number, *held, before.from_on, today))
            rows.append((record.id, before.number + 1, *job, today, None))
    _POSITIONS.run(connection, rows)


def save_participants(connection: Connection, records: Sequence[MirrorRow]) -> None:
    """Bring the way from people to activities in line; call it before the rows are written."""
    t = table("activity")
    wanted = select(t.c.id, t.c.people).where(among(connection, t.c.id, [r.id for r in records]))
    before = {
        (person, activity): kind
        for activity, people in connection.execute(wanted)
        for person, kind in _people(orjson.loads(people or "[]"))
    }
    after = {
        (person, record.id): kind
        for record in records
        for person, kind in _people(record.values.get("people"))
    }
    _NO_PERSONS.run(connection, [key for key in before if key not in after])
    _PERSONS.run(
        connection, [(*key, kind) for key, kind in after.items() if before.get(key) != kind]
    )


def _people(listed: JsonValue) -> list[tuple[str, str]]:
    if not isinstance(listed, list):
        return []
    return [
        (str(person["id"]), str(person["kind"]))
        for person in listed
        if isinstance(person, dict) and person.get("id")
    ]
