"""Whom a contact reports to, written: the label between contacts, or our property in its place.

What is under the label is compared just before it is changed. A manager whom somebody else
chose stays; only the one whom we saw, and whom the mapping lets us replace, is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kam_connector.errors import RecordError, RetryableError, SignInError
from kam_connector.model.batching import refused, retry_later
from kam_connector.model.change import Change, Link, PushResult, PushState
from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_hubspot.answers import reading
from kam_hubspot.client import Client
from kam_hubspot.linking import OWN, link
from kam_hubspot.links import linked
from kam_hubspot.managers import MANAGER, MANAGER_FIELD, MANAGER_LABEL

__all__ = ["label_type", "report_to", "with_manager", "without_manager"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """One contact's change of manager."""

    change: Change
    old: str | None
    new: str | None


def with_manager(client: Client, schema: ObjectSchema) -> ObjectSchema:
    """Return contacts with the manager as a field, where the portal has a place for it.

    One call where it has no property of ours.
    """
    if MANAGER_FIELD not in schema.fields and label_type(client, schema.object) is None:
        return schema
    manager = FieldSchema(name=MANAGER, label=MANAGER_LABEL, type=FieldType.TEXT)
    return replace(schema, fields={**schema.fields, MANAGER: manager})


def without_manager(change: Change, type_: int | None) -> Change:
    """Return what of a change goes into properties: without the label, the manager's id too."""
    if MANAGER not in change.values:
        return change
    values = {name: value for name, value in change.values.items() if name != MANAGER}
    if type_ is None:
        values[MANAGER_FIELD] = change.values[MANAGER]
    return replace(change, values=values)


def label_type(client: Client, object_: str) -> int | None:
    """Return the number of the label in this portal; None where it has none: one call."""
    try:
        found = client.labels(object_, object_)
    except (RecordError, SignInError) as error:
        if isinstance(error, SignInError) and error.code != "KAM-3003":
            raise
        return None
    with reading(client.name):
        own = [one for one in found if one["category"] == OWN and one["label"] == MANAGER_LABEL]
        return int(own[0]["typeId"]) if own else None


def report_to(
    client: Client, type_: int | None, changes: Sequence[Change], results: list[PushResult]
) -> list[PushResult]:
    """Set the label of contacts whose other values are written: up to three calls.

    Args:
        client: The portal.
        type_: The label's number; None: there is none, and nothing to do.
        changes: Some of them with a manager.
        results: What became of their other values.
    """
    by_id = {one.change_id: one for one in results}
    given = [c for c in changes if MANAGER in c.values]
    waiting = [c for c in given if by_id[c.id].state is PushState.DONE]
    if type_ is None or not waiting:
        return results
    try:
        moves = _compared(client, waiting, by_id)
        by_id |= {one.change_id: one for one in _added(client, type_, moves)}
        done = [one for one in moves if by_id[one.change.id].state is PushState.DONE]
        _remove(client, type_, [one for one in done if one.old is not None])
    except RetryableError as error:
        by_id |= {c.id: retry_later(c, error) for c in waiting}
    except RecordError as error:
        told = "written, but HubSpot refused the label of its manager"
        by_id |= {c.id: refused(c, error.code, told, fields=(MANAGER,)) for c in waiting}
    return list(by_id.values())


def _compared(
    client: Client, changes: Sequence[Change], by_id: dict[str, PushResult]
) -> list[_Move]:
    """Return what is to be moved; who was chosen by somebody else meanwhile is a conflict."""
    object_ = changes[0].object
    links = linked(client, object_, object_, [c.ref or "" for c in changes])
    moves = []
    for change in changes:
        there = [one.ref for one in links[change.ref or ""] if MANAGER_LABEL in one.labels]
        now = min(there, key=int) if there else None
        wanted, seen = change.values[MANAGER], change.expected.get(MANAGER)
        if now == wanted:
            continue
        if now == seen or MANAGER not in change.shared:
            moves.append(_Move(change=change, old=now, new=_ref(wanted)))
        else:
            by_id[change.id] = PushResult(
                change_id=change.id,
                state=PushState.CONFLICT,
                ref=change.ref,
                message="a person was faster",
                current={MANAGER: now},
            )
    return moves


def _added(client: Client, type_: int, moves: Sequence[_Move]) -> list[PushResult]:
    given = [
        replace(m.change, links=(Link(object=m.change.object, ref=m.new, type_id=type_),))
        for m in moves
        if m.new is not None
    ]
    done = [PushResult(change_id=c.id, state=PushState.DONE, ref=c.ref) for c in given]
    return link(client, given, done, category=OWN)


def _remove(client: Client, type_: int, moves: Sequence[_Move]) -> None:
    """Take the label away; the plain association, which people may use, stays."""
    if not moves:
        return
    types = [{"associationCategory": OWN, "associationTypeId": type_}]
    inputs: list[dict[str, Any]] = [
        {"from": {"id": m.change.ref}, "to": {"id": m.old}, "types": types} for m in moves
    ]
    object_ = moves[0].change.object
    path = f"/crm/v4/associations/{object_}/{object_}/batch/labels/archive"
    client.ask("POST", path, body={"inputs": inputs})


def _ref(value: JsonValue) -> str | None:
    return None if value in (None, "") else str(value)
