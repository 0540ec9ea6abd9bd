"""The webhooks journal over the API: subscriptions, and one entry after the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route, object_name
from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS
from kam_sandbox.hubspot.errors import invalid, not_found
from kam_sandbox.hubspot.ids import APP_NUMBER
from kam_sandbox.hubspot.journal import ACTIONS, Entry, JournalSubscription
from kam_sandbox.hubspot.settings import PORTAL_ID
from kam_sandbox.hubspot.values import is_integer, iso

__all__ = ["ROUTES"]

_READ = "developer.webhooks_journal.read"
_SUBSCRIPTIONS = "developer.webhooks_journal.subscriptions"
_URL_S = 300
"""Our choice: how long an entry's address works; the answer tells."""
_BATCH = 100
_LINK_ACTIONS = ("ASSOCIATION_ADDED", "ASSOCIATION_REMOVED")


def _earliest(call: Call) -> Answer:
    """Answer where the oldest entry lies."""
    return _entry(call, 0)


def _latest(call: Call) -> Answer:
    """Answer where the newest entry lies."""
    call.need(_READ)
    call.journal.publish()
    return _entry(call, max(0, len(call.journal.entries) - 1))


def _next(call: Call) -> Answer:
    """Answer where the entry after an offset lies; nothing new is 204."""
    return _entry(call, _place(call) + 1)


def _next_batch(call: Call) -> Answer:
    """Answer where the next entries lie, up to the number that is asked for."""
    first, text = _place(call) + 1, call.params["count"]
    if not is_integer(text) or not 1 <= int(text) <= _BATCH:
        raise invalid(f"count must be between 1 and {_BATCH}, got {text}")
    found = call.journal.entries[first : first + int(text)]
    return 200, {"results": [_located(call, one) for one in found]}


def _file(call: Call) -> Answer:
    """Answer an entry's events; its address needs no token."""
    found = call.journal.find(call.params["offset"])
    if found is None:
        raise not_found()
    return 200, call.journal.entries[found].as_json()


def _list(call: Call) -> Answer:
    """Answer every subscription."""
    call.need(f"{_SUBSCRIPTIONS}.read")
    return 200, {"results": [_json(one) for one in call.journal.subscriptions.values()]}


def _create(call: Call) -> Answer:
    """Subscribe to what happens to an object."""
    call.need(f"{_SUBSCRIPTIONS}.write")
    body = call.document()
    kind = str(body.get("subscriptionType") or "")
    known = {"OBJECT": set(ACTIONS.values()), "ASSOCIATION": set(_LINK_ACTIONS)}.get(kind)
    if known is None:
        raise invalid("subscriptionType must be OBJECT or ASSOCIATION")
    actions = _texts(body, "actions")
    if not actions or set(actions) - known:
        raise invalid(f"actions must be some of {sorted(known)}")
    if str(body.get("portalId", PORTAL_ID)) != str(PORTAL_ID):
        raise invalid(f"The app is not installed in portal {body['portalId']}")
    made = JournalSubscription(
        id=next(call.journal.numbers),
        type=kind,
        object_type_id=OBJECT_TYPE_IDS[object_name(str(body.get("objectTypeId") or ""))],
        actions=actions,
        properties=_texts(body, "properties"),
        created_at=iso(call.portal.now()),
    )
    call.journal.subscribe(made)
    return 201, _json(made)


def _delete(call: Call) -> Answer:
    """End a subscription."""
    call.need(f"{_SUBSCRIPTIONS}.write")
    text = call.params["id"]
    if not is_integer(text) or call.journal.subscriptions.pop(int(text), None) is None:
        raise not_found()
    return 204, None


def _place(call: Call) -> int:
    call.need(_READ)
    call.journal.publish()
    found = call.journal.find(call.params["offset"])
    if found is None:
        raise not_found("The offset has expired or does not exist")
    return found


def _entry(call: Call, place: int) -> Answer:
    call.need(_READ)
    call.journal.publish()
    if place >= len(call.journal.entries):
        return 204, None
    return 200, _located(call, call.journal.entries[place])


def _located(call: Call, entry: Entry) -> dict[str, Any]:
    return {
        "url": f"{call.origin}/webhooks-journal-files/{entry.offset}",
        "expiresAt": iso(call.portal.now() + timedelta(seconds=_URL_S)),
        "currentOffset": entry.offset,
    }


def _texts(body: Mapping[str, Any], key: str) -> tuple[str, ...]:
    given = body.get(key) or []
    if not isinstance(given, list):
        raise invalid(f"Invalid input JSON: {key!r} must be a list")
    return tuple(str(one) for one in given)


def _json(one: JournalSubscription) -> dict[str, Any]:
    return {
        "id": one.id,
        "appId": APP_NUMBER,
        "subscriptionType": one.type,
        "objectTypeId": one.object_type_id,
        "portalId": PORTAL_ID,
        "actions": list(one.actions),
        "properties": list(one.properties) or None,
        "objectIds": None,
        "associatedObjectTypeIds": None,
        "createdAt": one.created_at,
        "updatedAt": one.created_at,
        "deletedAt": None,
    }


ROUTES: tuple[Route, ...] = (
    Route("GET", "journal", "earliest", _earliest),
    Route("GET", "journal", "latest", _latest),
    Route("GET", "journal", "offset/{offset}/next", _next),
    Route("GET", "journal", "batch/{offset}/next/{count}", _next_batch),
    Route("GET", "journal_files", "{offset}", _file, open=True),
    Route("GET", "journal_subscriptions", "", _list),
    Route("POST", "journal_subscriptions", "", _create),
    Route("DELETE", "journal_subscriptions", "{id}", _delete),
)
"""Method, family of paths, path, handler."""
