"""Who took part: relation objects of mails, meetings and tasks, read page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import ObjectSchema
from kam_salesforce import query
from kam_salesforce.client import Client, chunks

__all__ = ["VIRTUAL", "extra_fields", "people_of"]

VIRTUAL = "@relations"
_IN_SIZE = 300
"""300 quoted ids stay below 9,000 characters; Salesforce ends a URI at 16,384."""
_KINDS = {"003": "contact", "005": "user"}
"""Key prefixes of Contact and User: the same in every org."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relation:
    object: str
    parent: str
    but: str | None = None
    """A flag that marks rows which name no person."""
    needed: bool = True
    """TaskRelation exists with Shared Activities only."""


_RELATIONS = {
    "EmailMessage": _Relation(object="EmailMessageRelation", parent="EmailMessageId"),
    "Event": _Relation(object="EventRelation", parent="EventId", but="IsWhat"),
    "Task": _Relation(object="TaskRelation", parent="TaskId", but="IsWhat", needed=False),
}
_DIRECT = {"Event": ("WhoId", "OwnerId"), "Task": ("WhoId", "OwnerId")}


def extra_fields(schema: ObjectSchema) -> tuple[str, ...]:
    """Return the fields of the record itself that name a participant."""
    return tuple(name for name in _DIRECT.get(schema.object, ()) if name in schema.fields)


def people_of(
    client: Client,
    object_: str,
    records: Sequence[Mapping[str, Any]],
    *,
    describe: Callable[[str], ObjectSchema],
) -> dict[str, list[JsonValue]]:
    """Return the participants by record id, each once, in a stable order.

    Costs one call per 300 records that have a relation object, none without records.
    """
    found: dict[str, dict[str, None]] = {record["Id"]: {} for record in records}
    for ref, related in _related(client, object_, list(found), describe):
        if ref in found:
            found[ref][related] = None
    for record in records:
        for name in _DIRECT.get(object_, ()):
            if record.get(name):
                found[record["Id"]][record[name]] = None
    return {ref: _people(sorted(related)) for ref, related in found.items()}


def _related(
    client: Client, object_: str, refs: list[str], describe: Callable[[str], ObjectSchema]
) -> list[tuple[str, str]]:
    relation = _RELATIONS.get(object_)
    if relation is None or not refs:
        return []
    try:
        known = describe(relation.object).fields
    except RecordError:
        if relation.needed:
            raise
        return []
    flag = relation.but if relation.but in known else None
    conditions = [query.is_true(flag, wanted=False)] if flag else []
    names = (relation.parent, "RelationId")
    pairs = []
    for part in chunks(refs, _IN_SIZE):
        soql = query.select(
            names, relation.object, [query.is_in(relation.parent, part), *conditions]
        )
        rows = client.query(soql, deleted=False)
        pairs += [(row[relation.parent], row["RelationId"]) for row in rows if row["RelationId"]]
    return pairs


def _people(related: list[str]) -> list[JsonValue]:
    return [
        {"kind": kind, "ref": ref} for ref in related if (kind := _KINDS.get(ref[:3])) is not None
    ]
