"""When something last happened with a record: ``LastActivityDate``."""

from __future__ import annotations

from collections.abc import Callable

from kam_sandbox.records import Record
from kam_sandbox.salesforce.computed import CLOSED_TASK, COMPUTED
from kam_sandbox.state import World

__all__ = ["last_activity"]


def last_activity(world: World) -> Callable[[Record], str | None]:
    """Return the reader of ``LastActivityDate``: one pass over activities at its first use.

    The latest due date of an event or of a closed task on the record (Object Reference,
    Account), or a later one that the world was given.
    """
    found: dict[str, str] = {}
    is_read = False

    def read(record: Record) -> str | None:
        nonlocal is_read
        if not is_read:
            is_read = True
            _collect(world, found)
        given = record.fields.get("LastActivityDate") or ""
        return max(given, found.get(record.id, "")) or None

    return read


def _collect(world: World, found: dict[str, str]) -> None:
    day_of = COMPUTED["Event", "ActivityDate"]  # of a task it is the due date as it stands
    account_of = COMPUTED["Task", "AccountId"]
    for object_ in ("Task", "Event"):
        for activity in world.salesforce.all(object_):
            if object_ == "Task" and activity.fields.get("Status") != CLOSED_TASK:
                continue
            day = day_of(world, activity)
            related = {activity.fields.get("WhoId"), activity.fields.get("WhatId")}
            for id_ in related | {account_of(world, activity)}:
                if id_ and day:
                    found[id_] = max(day, found.get(id_, ""))
