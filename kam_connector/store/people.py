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
    columns = (t.c.contact_id, t.c.number, t.c.account_id, t.c.title, t.c.manager_id, t.c.from_on)
    wanted = select(*columns).where(
        t.c.to_on.is_(None), among(connection, t.c.contact_id, [r.id for r in records])
    )
    present = {id_: rest for id_, *rest in connection.execute(wanted)}
    rows: list[tuple[Any, ...]] = []
    for record in records:
        take = record.values.get
        job = [take("account"), take("title"), take("manager")]
        before = present.get(record.id)
        if before is None:
            created = take("created_at")
            since = created[:10] if isinstance(created, str) else None
            rows.append((record.id, 1, *job, since, None))
            continue
        number, *held, from_on = before
        if held != job and not record.deleted:
            rows.append((record.id, number, *held, from_on, today))
            rows.append((record.id, number + 1, *job, today, None))
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
