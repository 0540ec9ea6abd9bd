"""The webhooks journal: what happened, to be fetched by whoever has no public address.

Source: the vendor's journal guide for version 2026-03, and a public command line tool for it;
that nothing new is answered with 204 is recalled, not checked.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS
from kam_sandbox.hubspot.events import Event, EventReader
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.settings import PORTAL_ID
from kam_sandbox.hubspot.values import iso

__all__ = ["ACTIONS", "Entry", "Journal", "JournalSubscription"]

ACTIONS = {
    "creation": "CREATE",
    "propertyChange": "UPDATE",
    "deletion": "DELETE",
    "privacyDeletion": "DELETE",
    "merge": "MERGE",
    "restore": "RESTORE",
}
_LINK_ACTIONS = {False: "ASSOCIATION_ADDED", True: "ASSOCIATION_REMOVED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSubscription:
    """What goes into the journal."""

    id: int
    type: str
    """``OBJECT`` or ``ASSOCIATION``."""
    object_type_id: str
    actions: tuple[str, ...]
    properties: tuple[str, ...] = ()
    created_at: str = ""

    def wants(self, event: Event) -> bool:
        """Tell whether it covers *event*."""
        if OBJECT_TYPE_IDS[event.object] != self.object_type_id:
            return False
        if event.kind == "associationChange":
            action = _LINK_ACTIONS[bool(event.more["associationRemoved"])]
            return self.type == "ASSOCIATION" and action in self.actions
        fits = not self.properties or not event.name or event.name in self.properties
        return self.type == "OBJECT" and ACTIONS[event.kind] in self.actions and fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was published at one moment."""

    offset: str
    at: datetime
    events: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the file's content."""
        return {
            "offset": self.offset,
            "journalEvents": list(self.events),
            "publishedAt": iso(self.at),
        }


@dataclass(slots=True)
class Journal:
    """Entries in order; a new one is published when somebody looks."""

    portal: Portal
    subscriptions: dict[int, JournalSubscription] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))
    _reader: EventReader | None = None

    def subscribe(self, wanted: JournalSubscription) -> None:
        """Add a subscription: from now on its events are kept."""
        self.publish()
        self._reader = self._reader or EventReader(self.portal.world)
        self.subscriptions[wanted.id] = wanted

    def publish(self) -> None:
        """Add an entry with what happened since the last one, if anything did."""
        events = self._reader.new() if self._reader else []
        told = [
            _told(event)
            for event in events
            if any(one.wants(event) for one in self.subscriptions.values())
        ]
        if told:
            name = f"{self.portal.world.seed}/journal/{len(self.entries)}"
            offset = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
            entry = Entry(offset=offset, at=self.portal.now(), events=tuple(told))
            self.entries.append(entry)

    def find(self, offset: str) -> int | None:
        """Return the place of an entry."""
        return next((n for n, one in enumerate(self.entries) if one.offset == offset), None)


def _told(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "object",
        "portalId": PORTAL_ID,
        "occurredAt": iso(event.at),
        "action": ACTIONS.get(event.kind, ""),
        "objectTypeId": OBJECT_TYPE_IDS[event.object],
        "objectId": int(event.id),
    }
    if event.kind == "associationChange":
        return told | {
            "type": "association",
            "action": _LINK_ACTIONS[bool(event.more["associationRemoved"])],
            "associatedObjectId": event.more["toObjectId"],
            "associatedObjectTypeId": event.more["toObjectTypeId"],
            "associationType": event.more["associationType"],
        }
    if event.kind == "propertyChange":
        told["propertyChanges"] = {event.name: event.value}
    return told | event.more
