"""What a tester, or an administrator at the screen, does to the portal itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kam_sandbox.hubspot.definitions import Property
from kam_sandbox.hubspot.errors import ApiError
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.settings import FEATURES
from kam_sandbox.hubspot.values import iso
from kam_sandbox.hubspot.webhook_subscriptions import subscription_from
from kam_sandbox.hubspot.webhooks import Sender, Target, loopback

__all__ = ["portal_control"]

_Answer = tuple[int, Any]
_Handler = Callable[[Mapping[str, str], Any], _Answer]
_BADLY = ("signed_url", "secret", "timestamp_offset_s", "duplicate", "reverse")


def portal_control(portal: Portal, sender: Sender) -> dict[tuple[str, str], _Handler]:
    """Return the portal's own pages of the control plane.

    ``POST webhooks`` sets target and subscriptions as an uploaded project does, and with
    ``deliver`` sends what is due; ``GET webhooks`` lists every try; ``POST property`` archives
    a property, takes an option away or makes it read-only, for good; ``POST portal`` turns
    the portal's features on and off.
    """
    return {
        ("POST", "webhooks"): lambda _query, body: _aim(portal, sender, body),
        ("GET", "webhooks"): lambda _query, _body: (200, sender.sent),
        ("POST", "property"): lambda _query, body: _change(portal, body),
        ("POST", "portal"): lambda _query, body: _switch(portal, body),
    }


def _aim(portal: Portal, sender: Sender, body: Mapping[str, Any]) -> _Answer:
    unknown = set(body) - {"target_url", "subscriptions", "deliver", "by_itself", *_BADLY}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    try:
        wanted = [
            subscription_from(one, iso(portal.now())) for one in body.get("subscriptions", ())
        ]
    except ApiError as error:
        raise ValueError(error.message) from error
    for one in wanted:
        sender.subscribe(one)
    if "target_url" in body:
        badly = {key: body[key] for key in _BADLY if key in body}
        target = Target(url=loopback(body["target_url"]), **badly)
        sender.aim(target, by_itself=bool(body.get("by_itself", True)))
    requests = sender.deliver() if body.get("deliver") else 0
    return 200, {"requests": requests, "subscriptions": sorted(sender.subscriptions)}


def _switch(portal: Portal, body: Mapping[str, Any]) -> _Answer:
    on, off = set(body.get("on", ())), set(body.get("off", ()))
    if unknown := sorted((on | off) - FEATURES):
        raise ValueError(f"unknown features {unknown}; known: {sorted(FEATURES)}")
    portal.switch((portal.world.portal_features | on) - off)
    return 200, sorted(portal.world.portal_features)


def _change(portal: Portal, body: Mapping[str, Any]) -> _Answer:
    object_, name = str(body["object"]), str(body["name"])
    known = portal.properties[object_]
    if name not in known:
        raise ValueError(f"no property {name} of {object_}")
    changed = _changed(known[name], body)
    if body.get("delete"):
        del known[name]
        gone = replace(changed, archived_at=iso(portal.now()))
        portal.archived_properties[object_][name] = gone
    else:
        known[name] = changed
    return 200, changed.as_json()


def _changed(before: Property, body: Mapping[str, Any]) -> Property:
    after = before
    if option := body.get("remove_option"):
        left = tuple(one for one in before.options if one.value != option)
        if len(left) == len(before.options):
            raise ValueError(f"{before.name} has no option {option}")
        after = replace(after, options=left)
    if "read_only" in body:
        after = replace(after, read_only=bool(body["read_only"]))
    if after is before and not body.get("delete"):
        raise ValueError("give delete, remove_option or read_only")
    return after
