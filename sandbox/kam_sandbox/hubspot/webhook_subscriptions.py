"""What an app may subscribe to, as a request or a project's file says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, SINGULARS
from kam_sandbox.hubspot.errors import invalid
from kam_sandbox.hubspot.naming import object_name
from kam_sandbox.hubspot.webhooks import Subscription

__all__ = ["subscription_from"]

_KINDS = (
    "creation",
    "deletion",
    "merge",
    "restore",
    "propertyChange",
    "associationChange",
    "privacyDeletion",
)


def subscription_from(wanted: Mapping[str, Any], made: str) -> Subscription:
    """Return the subscription that a request, or a project's file, describes.

    Raises:
        ApiError: 400, the type, its object or its property is not valid.
    """
    type_ = str(wanted.get("eventType") or wanted.get("subscriptionType") or "")
    subject, _, kind = type_.partition(".")
    named = str(wanted.get("objectTypeId") or wanted.get("objectType") or "")
    property_ = str(wanted.get("propertyName") or "")
    if kind not in _KINDS or subject not in ("object", *SINGULARS.values()):
        raise invalid(f"Invalid input JSON: {type_!r} is not a subscription type")
    if kind == "privacyDeletion" and subject != "contact":
        raise invalid("privacyDeletion is an event of contacts only")
    if (kind == "propertyChange") is not bool(property_):
        raise invalid("propertyName goes with propertyChange, and only with it")
    if subject == "object" and not named:
        raise invalid("objectTypeId is required for object.* subscriptions")
    type_id = OBJECT_TYPE_IDS[object_name(named)] if named else ""
    return Subscription(
        id=0,
        type=type_,
        object_type_id=type_id,
        property=property_,
        active=bool(wanted.get("active", True)),
        created_at=made,
    )
