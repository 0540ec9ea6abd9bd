"""What a person does at the CRM's own screen: create, edit, delete, restore, merge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.hubspot import lifecycle as hubspot_lifecycle
from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce import lifecycle
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.state import World

__all__ = ["edit"]

_ACTIONS = ("set", "create", "delete", "restore", "merge_into")


def edit(world: World, crm: str, wanted: Mapping[str, Any]) -> Record:
    """Do one edit of the control plane and return the record as it stands afterwards.

    Args:
        world: The world to change.
        crm: ``salesforce`` or ``hubspot``.
        wanted: ``object``, ``id``, perhaps ``by``, and one of ``set``, ``create``,
            ``delete``, ``restore``, ``merge_into``.

    Raises:
        ValueError: the record or the action is not known.
    """
    actions = [name for name in _ACTIONS if name in wanted]
    if len(actions) != 1:
        raise ValueError(f"give exactly one of {', '.join(_ACTIONS)}")
    records: Records = getattr(world, crm)
    by = str(wanted.get("by") or person(world, crm))
    object_ = str(wanted["object"])
    if actions[0] == "create":
        return records.insert(object_, wanted["create"], by=by, id_=wanted.get("id"))
    record = _find(records, object_, str(wanted["id"]))
    match actions[0]:
        case "set":
            records.update(record, wanted["set"], by=by)
        case "delete":
            _delete(world, crm, record, by)
        case "restore":
            _restore(world, crm, record, by)
        case _:
            winner = _find(records, object_, str(wanted["merge_into"]))
            return _merge(world, crm, record, winner, by)
    return record


def person(world: World, crm: str) -> str:
    """Return the id of the person who edits when a request names nobody."""
    if crm == "hubspot":
        owner = next(world.hubspot.all("owners"), None)
        return owner.id if owner else "1"
    users = (user.id for user in world.salesforce.all("User") if user.id != INTEGRATION_USER)
    return next(users, INTEGRATION_USER)


def _find(records: Records, object_: str, id_: str) -> Record:
    record = records.get(object_, id_)
    if record is None:
        raise ValueError(f"no {object_} with id {id_}; objects: {sorted(records.objects())}")
    return record


def _delete(world: World, crm: str, record: Record, by: str) -> None:
    if crm == "salesforce":
        lifecycle.delete(world.salesforce, record, by=by)
    else:
        hubspot_lifecycle.archive(world, record, by=by)


def _restore(world: World, crm: str, record: Record, by: str) -> None:
    if crm == "salesforce":
        lifecycle.restore(world.salesforce, record, by=by)
    else:
        hubspot_lifecycle.restore(world, record, by=by)


def _merge(world: World, crm: str, loser: Record, winner: Record, by: str) -> Record:
    if crm == "hubspot":  # a new record with a new id; both old ids become its aliases
        return hubspot_lifecycle.merge(world, winner, loser, by=by)
    lifecycle.merge(world.salesforce, loser=loser, winner=winner, by=by)
    return loser
