"""The webhooks journal: what happened in the last three days, for whoever has no public address.

Source: HubSpot's journal guide, version 2026-03. An entry is a file behind a signed address,
asked for without a token; the entry after the last one is answered without content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.hint import Hint, JournalPage
from kam_hubspot.client import Client
from kam_hubspot.object_types import OBJECTS

__all__ = ["read_journal"]

_VERSION = "2026-03"
"""The only one that serves the journal in November 2026."""
_SUBSCRIBED = ("0-1", "0-2", "0-3")
"""Contacts, companies, deals: what scores and people hang on."""
_ACTIONS = ("CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE")
_MOST = 500
"""Entries of one run. Our choice: the streams read what a longer backlog would tell."""
_GONE = "HubSpot's journal no longer reaches back to the last run; what happened between is read \
by the usual windows"


def read_journal(client: Client, after: str) -> Iterator[JournalPage]:
    """Yield the entries after a place; empty: none, only the present place.

    A place that HubSpot no longer keeps begins anew at the latest entry, and says so.
    """
    if not client.settings.journal:
        return
    if not after:
        yield from _from_now(client, "")
        return
    for _entry in range(_MOST):
        try:
            found = _ask(client, f"offset/{after}/next")
        except RecordError as error:
            if error.http_status != 404:
                raise
            yield from _from_now(client, _GONE)
            return
        if found is None:
            return
        after = str(found["currentOffset"])
        yield JournalPage(
            hints=_hints(client, client.transport.get_file(found["url"])), place=after
        )


def _from_now(client: Client, note: str) -> Iterator[JournalPage]:
    _subscribe(client)
    found = _ask(client, "latest")
    if found is not None:
        yield JournalPage(hints=(), place=str(found["currentOffset"]), note=note)


def _subscribe(client: Client) -> None:
    """Ask for the events of what we read, unless that was asked before."""
    portal = int(client.account()["portalId"])
    url = f"{client.settings.base_url}/webhooks-journal/subscriptions/{_VERSION}"
    found = client.transport.ask_as_app("GET", url)
    listed = found.get("results") if isinstance(found, Mapping) else None
    if not isinstance(listed, list):
        raise client.not_an_answer()
    known = {one.get("objectTypeId") for one in listed if one.get("portalId") in (portal, None)}
    for type_id in _SUBSCRIBED:
        if type_id not in known:
            wanted = {
                "subscriptionType": "OBJECT",
                "objectTypeId": type_id,
                "portalId": portal,
                "actions": list(_ACTIONS),
            }
            client.transport.ask_as_app("POST", url, wanted)


def _ask(client: Client, path: str) -> Mapping[str, Any] | None:
    portal = client.account()["portalId"]
    root = f"{client.settings.base_url}/webhooks-journal/journal-local/{_VERSION}"
    found = client.transport.ask_as_app("GET", f"{root}/{path}?installPortalId={portal}")
    if found is None:
        return None
    if not isinstance(found, Mapping) or not {"url", "currentOffset"} <= found.keys():
        raise client.not_an_answer()
    return found


def _hints(client: Client, entry: object) -> tuple[Hint, ...]:
    events = entry.get("journalEvents") if isinstance(entry, Mapping) else None
    if not isinstance(events, list):
        raise client.not_an_answer()
    portal = str(client.account()["portalId"])
    return tuple(
        hint
        for event in events
        if isinstance(event, Mapping) and str(event.get("portalId")) == portal
        for hint in _of_event(event)
    )


def _of_event(event: Mapping[str, Any]) -> Iterator[Hint]:
    """Yield the records that an event names; of kinds we do not know, none."""
    try:
        at = datetime.fromisoformat(str(event.get("occurredAt")))
    except ValueError:
        return
    ends = (("objectTypeId", "objectId"), ("associatedObjectTypeId", "associatedObjectId"))
    for type_id, ref in ends:
        object_ = OBJECTS.get(str(event.get(type_id)))
        if object_ is not None and str(event.get(ref)).isdecimal() and at.tzinfo is not None:
            yield Hint(object=object_, ref=str(event[ref]), at=at)
