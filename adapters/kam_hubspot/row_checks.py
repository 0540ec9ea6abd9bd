"""What HubSpot would refuse by the property's own description: told before it is sent."""

from __future__ import annotations

from collections.abc import Callable

from kam_connector.model.batching import refused
from kam_connector.model.change import Change, PushResult
from kam_connector.model.schema import ObjectSchema
from kam_hubspot import query

__all__ = ["refusal"]

Describe = Callable[[str], ObjectSchema]


def refusal(change: Change, describe: Describe) -> PushResult | None:
    """Return why a change need not be sent at all."""
    if change.ref is not None and not query.check_ref(change.ref):
        return refused(change, "KAM-3214", "this is no record id")
    if change.ref is None and not (change.key_field and change.key):
        return refused(change, "KAM-3214", "neither a record id nor a key")
    known = describe(change.object).fields
    names = (*change.values, change.key_field) if change.key_field else tuple(change.values)
    for name in names:
        if name not in known:
            told = f"{change.object} has no property {name}"
            return refused(change, "KAM-3215", told, fields=(name,))
        if change.ref is not None and not known[name].updateable and name in change.values:
            return refused(change, "KAM-3205", f"{name} may not be written", fields=(name,))
    return None
