"""What happened in the portal, as webhooks and the journal tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kam_sandbox.hubspot.association_types import AssociationType
from kam_sandbox.hubspot.associations import LinkChange
from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, SINGULARS
from kam_sandbox.records import Edit
from kam_sandbox.state import World

__all__ = ["Event", "EventReader"]

_KINDS = {
    "@created": "creation",
    "@deleted": "deletion",
    "@restored": "restore",
    "@forgotten": "privacyDeletion",
}
_PRIMARY = frozenset({1, 2, 5, 6, 25, 26})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to one record."""

    kind: str
    """``creation``, ``propertyChange``, ``deletion``, ``merge`` ...: what follows the object."""
    at: datetime
    object: str
    id: str
    by: str = ""
    name: str = ""
    """The property that changed."""
    value: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    """Further keys of merges and association changes."""


class EventReader:
    """Tells what happened since it was last asked; it begins with its own making."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._read = len(world.hubspot.history)
        self._links_read = len(world.associations.changes)

    def new(self) -> list[Event]:
        """Return what happened since, in order."""
        with self._world.hubspot.lock:
            edits = self._world.hubspot.history[self._read :]
            self._read += len(edits)
            links = self._world.associations.changes[self._links_read :]
            self._links_read += len(links)
        told = [edit for edit in edits if edit.object in OBJECT_TYPE_IDS]
        events = [*_from_edits(told), *(_of_link(one, self._world) for one in links)]
        return sorted(events, key=lambda event: event.at)


def _from_edits(edits: list[Edit]) -> Iterable[Event]:
    """Yield the events of record changes; what a merge makes is told by the merge alone."""
    made_by_merge = {str(edit.after) for edit in edits if edit.field == "@merged"}
    merged: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.field == "@merged":
            merged.setdefault(str(edit.after), []).append(edit)
        elif edit.id not in made_by_merge or edit.field != "@created":
            yield _of_edit(edit)
    for new_id, losers in merged.items():
        yield _of_merge(new_id, losers)


def _of_edit(edit: Edit) -> Event:
    kind = _KINDS.get(edit.field, "propertyChange")
    changed = kind == "propertyChange"
    return Event(
        kind=kind,
        at=edit.at,
        object=edit.object,
        id=edit.id,
        by=edit.by,
        name=edit.field if changed else "",
        value="" if edit.after is None or not changed else str(edit.after),
    )


def _of_merge(new_id: str, losers: list[Edit]) -> Event:
    first = losers[0]
    return Event(
        kind="merge",
        at=first.at,
        object=first.object,
        id=new_id,
        by=first.by,
        more={
            "primaryObjectId": int(first.id),
            "mergedObjectIds": [int(edit.id) for edit in losers],
            "newObjectId": int(new_id),
            "numberOfPropertiesMoved": 0,
        },
    )


def _of_link(change: LinkChange, world: World) -> Event:
    kind = change.kind
    return Event(
        kind="associationChange",
        at=change.at or world.clock.now(),
        object=kind.from_object,
        id=change.from_id,
        more={
            "associationType": _association_name(kind),
            "associationTypeId": kind.type_id,
            "associationCategory": kind.category,
            "fromObjectId": int(change.from_id),
            "fromObjectTypeId": OBJECT_TYPE_IDS[kind.from_object],
            "toObjectId": int(change.to_id),
            "toObjectTypeId": OBJECT_TYPE_IDS[kind.to_object],
            "associationRemoved": change.removed,
            "isPrimaryAssociation": kind.type_id in _PRIMARY,
        },
    )


def _association_name(kind: AssociationType) -> str:
    return f"{SINGULARS[kind.from_object]}_to_{SINGULARS[kind.to_object]}".upper()
