"""What a person does at the CRM's own screen: create, edit, delete, restore, merge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.hubspot import lifecycle as hubspot_lifecycle
from kam_sandbox.hubspot.errors import ApiError as HubSpotError
from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce import lifecycle
from kam_sandbox.salesforce.errors import ApiError as SalesforceError
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Request
from kam_sandbox.salesforce.writes import Writer
from kam_sandbox.state import World

__all__ = ["edit"]

_ACTIONS = ("set", "create", "delete", "restore", "merge_into", "purge", "gdpr_delete")


def edit(world: World, crm: str, wanted: Mapping[str, Any]) -> Record:
    """Do one edit of the control plane and return the record as it stands afterwards.

    Args:
        world: The world to change.
        crm: ``salesforce`` or ``hubspot``.
        wanted: ``object``, ``id``, perhaps ``by``, and one of ``set``, ``create``,
            ``delete``, ``restore``, ``merge_into``, ``purge`` (out of Salesforce's bin too),
            ``gdpr_delete`` (HubSpot: for good, as privacy law asks).

    Raises:
        ValueError: the record or the action is not known, or the CRM refuses the values.
    """
    actions = [name for name in _ACTIONS if name in wanted]
    if len(actions) != 1:
        raise ValueError(f"give exactly one of {', '.join(_ACTIONS)}")
    by = str(wanted.get("by") or person(world, crm))
    work = _in_salesforce if crm == "salesforce" else _in_hubspot
    try:
        return work(world, actions[0], wanted, by)
    except (SalesforceError, HubSpotError) as error:
        raise ValueError(str(error)) from error


def _in_salesforce(world: World, action: str, wanted: Mapping[str, Any], by: str) -> Record:
    """Edit as the screen does: the CRM's own rules and consequences hold for people too."""
    writer = Writer(Org(world), Request(method="EDIT", path="", user=by), faults=False)
    object_ = writer.org.object(str(wanted["object"]))
    if action == "create":
        return writer.create(object_, wanted["create"])
    record = _find(world.salesforce, object_.name, str(wanted["id"]))
    match action:
        case "set":
            writer.update(object_, record, wanted["set"])
        case "delete":
            lifecycle.delete(world.salesforce, record, by=by)
        case "restore":
            lifecycle.restore(world.salesforce, record, by=by)
        case "purge":
            lifecycle.purge(world.salesforce, record, by=by)
        case _:
            winner = _find(world.salesforce, object_.name, str(wanted["merge_into"]))
            lifecycle.merge(world.salesforce, loser=record, winner=winner, by=by)
    return record


def _in_hubspot(world: World, action: str, wanted: Mapping[str, Any], by: str) -> Record:
    records, object_ = world.hubspot, str(wanted["object"])
    if action == "create":
        return records.insert(object_, _texts(wanted["create"]), by=by, id_=wanted.get("id"))
    record = _find(records, object_, str(wanted["id"]))
    match action:
        case "set":
            records.update(record, _texts(wanted["set"]), by=by)
        case "delete" | "purge":
            hubspot_lifecycle.archive(world, record, by=by)
        case "restore":
            hubspot_lifecycle.restore(world, record, by=by)
        case "gdpr_delete":
            hubspot_lifecycle.forget(world, record)
        case _:
            primary = _find(records, object_, str(wanted["merge_into"]))
            return hubspot_lifecycle.merge(world, primary, record, by=by)
    return record


def _texts(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Return HubSpot property values: text, or null for an emptied one."""
    return {name: None if value is None else str(value) for name, value in values.items()}


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
