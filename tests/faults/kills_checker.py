"""What a judge asks beside ``checker``, after real deaths: nothing half done, nothing held.

Reads the CRM's history and the database by SQL alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tests.faults.plain import plain

__all__ = ["Promised", "half_done", "lost", "promised"]

Read = Callable[[str], Sequence[tuple[Any, ...]]]
_SETTLED = ("done", "partial", "held")


class Promised(NamedTuple):
    """One value that a preview showed."""

    object: str
    ref: str | None
    """None: a record to be made."""
    key: str
    field: str
    after: Any


def promised(read: Read) -> list[Promised]:
    """Return every value that the one preview of the database shows."""
    ((changes,),) = read("SELECT changes FROM preview")
    return [
        Promised(one["object"], one["ref"], one["kam_id"], each["field"], each["after"])
        for one in json.loads(changes)
        for each in one["fields"]
    ]


def lost(records: Any, us: str, key: str, shown: Iterable[Promised]) -> list[str]:
    """Return what was approved and neither reached the CRM nor gave way to a person (G1, G2)."""
    history = records.history
    written = {(one.object, one.id, one.field, plain(one.after)) for one in history if one.by == us}
    theirs = {(one.object, one.id, one.field) for one in history if one.by != us}
    made = {
        str(record.fields.get(key))
        for object_ in {one.object for one in shown if one.ref is None}
        for record in records.all(object_, deleted=True)
    }
    found = set()
    for one in shown:
        if one.ref is None:
            if one.key not in made:
                found.add(f"G1 {one.object} {one.key} was approved and never made")
        elif (one.object, one.ref, one.field) not in theirs and (
            (one.object, one.ref, one.field, plain(one.after)) not in written
        ):
            found.add(f"G2 {one.object} {one.ref} {one.field} was approved and never written")
    return sorted(found)


def half_done(read: Read) -> list[str]:
    """Return what a dead process left lying: leases, runs without an end, nights paid twice."""
    found = [f"G10 the lease {name} is held by {owner}" for name, owner in
             read("SELECT name, owner FROM lease WHERE owner <> ''")]  # fmt: skip
    found += [f"G10 run {id_} never ended" for (id_,) in
              read("SELECT id FROM run WHERE state = 'running'")]  # fmt: skip
    nights = Counter(
        night for night, state in
        read("SELECT local_date, state FROM run WHERE job = 'nightly-sync'")
        if state in _SETTLED
    )  # fmt: skip
    found += [f"G11 the night {night} was paid {count} times" for night, count in nights.items()
              if count != 1]  # fmt: skip
    return found
