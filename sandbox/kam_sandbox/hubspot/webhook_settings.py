"""Webhooks over the API: the app's target address and its subscriptions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import ApiError, invalid, not_found
from kam_sandbox.hubspot.ids import APP_NUMBER
from kam_sandbox.hubspot.values import is_integer, iso
from kam_sandbox.hubspot.webhook_subscriptions import subscription_from
from kam_sandbox.hubspot.webhooks import Sender, Subscription, Target, loopback

__all__ = ["DEVELOPER_KEY", "ROUTES"]

DEVELOPER_KEY = "sandbox-developer-key"
"""The app owner's key: service keys have no webhooks."""
_MOST_CONCURRENT = 100


def _read_settings(call: Call) -> Answer:
    """Answer where events go."""
    target = _sender(call).target
    if target is None:
        raise not_found("No webhook settings for this app")
    return 200, _settings(call, target)


def _set_settings(call: Call) -> Answer:
    """Set where events go."""
    sender, body = _sender(call), call.document()
    throttling = body.get("throttling") or {}
    most = int(throttling.get("maxConcurrentRequests", 10))
    if not 1 <= most <= _MOST_CONCURRENT:
        raise invalid(f"maxConcurrentRequests must be between 1 and {_MOST_CONCURRENT}")
    try:
        target = Target(url=loopback(str(body.get("targetUrl") or "")), max_concurrent=most)
    except ValueError as error:
        raise invalid(str(error)) from error
    sender.aim(target)
    return 200, _settings(call, target)


def _clear_settings(call: Call) -> Answer:
    """Send nothing any more."""
    _sender(call).aim(None)
    return 204, None


def _list(call: Call) -> Answer:
    """Answer every subscription."""
    return 200, {"results": [_json(one) for one in _sender(call).subscriptions.values()]}


def _create(call: Call) -> Answer:
    """Subscribe to a kind of event."""
    sender = _sender(call)
    wanted = subscription_from(call.document(), iso(call.portal.now()))
    if any(
        replace(one, id=0, created_at="") == replace(wanted, created_at="")
        for one in sender.subscriptions.values()
    ):
        raise ApiError(409, "CONFLICT", "Such a subscription already exists")
    return 201, _json(sender.subscribe(wanted))


def _change(call: Call) -> Answer:
    """Pause or resume a subscription."""
    sender = _sender(call)
    changed = replace(_known(call), active=bool(call.document().get("active")))
    return 200, _json(sender.subscribe(changed))


def _delete(call: Call) -> Answer:
    """End a subscription."""
    del _sender(call).subscriptions[_known(call).id]
    return 204, None


def _sender(call: Call) -> Sender:
    """Return the sender, for whoever owns the app.

    Raises:
        ApiError: 401 without the app owner's key, 404 for another app.
    """
    if call.one("hapikey") != DEVELOPER_KEY:
        message = "This API can't be called without a valid developer API key."
        raise ApiError(401, "INVALID_AUTHENTICATION", message)
    if call.params["app"] != str(APP_NUMBER):
        raise not_found(f"No app with id {call.params['app']}")
    return call.sender


def _known(call: Call) -> Subscription:
    text = call.params["id"]
    found = _sender(call).subscriptions.get(int(text)) if is_integer(text) else None
    if found is None:
        raise not_found(f"No subscription {text}")
    return found


def _settings(call: Call, target: Target) -> dict[str, Any]:
    now = iso(call.portal.now())
    return {
        "targetUrl": target.url,
        "throttling": {"maxConcurrentRequests": target.max_concurrent, "period": "SECONDLY"},
        "createdAt": now,
        "updatedAt": now,
    }


def _json(one: Subscription) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": str(one.id),
        "eventType": one.type,
        "active": one.active,
        "createdAt": one.created_at,
        "updatedAt": one.created_at,
    }
    if one.object_type_id:
        shown["objectTypeId"] = one.object_type_id
    if one.property:
        shown["propertyName"] = one.property
    return shown


_MANY, _ONE = "{app}/subscriptions", "{app}/subscriptions/{id}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "webhooks", "{app}/settings", _read_settings, open=True),
    Route("PUT", "webhooks", "{app}/settings", _set_settings, open=True),
    Route("DELETE", "webhooks", "{app}/settings", _clear_settings, open=True),
    Route("GET", "webhooks", _MANY, _list, open=True),
    Route("POST", "webhooks", _MANY, _create, open=True),
    Route("PATCH", "webhooks", _ONE, _change, open=True),
    Route("DELETE", "webhooks", _ONE, _delete, open=True),
)
"""Method, family of paths, path, handler."""
