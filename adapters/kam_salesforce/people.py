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

__all__ = ["RELATIONS", "VIRTUAL", "Relation", "extra_fields", "people_of"]

VIRTUAL = "@relations"
_IN_SIZE = 300
"""300 quoted ids stay below 9,000 characters; Salesforce ends a URI at 16,384."""
_KINDS = {"003": "contact", "005": "user"}
"""Key prefixes of Contact and User: the same in every org."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """An object whose rows say who took part in an activity."""

    object: str
    parent: str
    """The field that names the activity."""
    path: str
    """The name of that relationship in SOQL."""
    but: str | None = None
    """A flag that marks rows which name no person."""
    needed: bool = True
    """TaskRelation exists with Shared Activities only."""
    binned: bool = False
    """Deleted rows go to the bin. Those of the others are gone at once: getDeleted tells their
    ids and nothing else, so that a record's image keeps them (TaskRelation's reference page)."""


RELATIONS = {
    "EmailMessage": Relation(
        object="EmailMessageRelation",
        parent="EmailMessageId",
        path="EmailMessage",
        binned=True,
    ),
    "Event": Relation(object="EventRelation", parent="EventId", path="Event", but="IsWhat"),
    "Task": Relation(
        object="TaskRelation", parent="TaskId", path="Task", but="IsWhat", needed=False
    ),
}
_DIRECT = {"Event": ("WhoId", "OwnerId"), "Task": ("WhoId", "OwnerId")}

_Found = dict[str, list[str]]
"""Ids of relation rows, by whom they name."""


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
    found: dict[str, _Found] = {record["Id"]: {} for record in records}
    _relate(client, RELATIONS.get(object_), found, describe)
    with client.reading():
        for record in records:
            for name in _DIRECT.get(object_, ()):
                if record.get(name):
                    found[record["Id"]].setdefault(record[name], [])
        return {ref: _people(related) for ref, related in found.items()}


def _relate(
    client: Client,
    relation: Relation | None,
    found: dict[str, _Found],
    describe: Callable[[str], ObjectSchema],
) -> None:
    if relation is None or not found:
        return
    try:
        known = describe(relation.object).fields
    except RecordError:
        if relation.needed:
            raise
        return
    flag = relation.but if relation.but in known else None
    conditions = [query.is_true(flag, wanted=False)] if flag else []
    names = ("Id", relation.parent, "RelationId")
    for part in chunks(list(found), _IN_SIZE):
        where = [query.is_in(relation.parent, part), *conditions]
        told = client.query(query.select(names, relation.object, where), deleted=False)
        with client.reading():
            for row in told:
                if row["RelationId"] and row[relation.parent] in found:
                    rows = found[row[relation.parent]].setdefault(row["RelationId"], [])
                    rows += [] if relation.binned else [row["Id"]]


def _people(related: _Found) -> list[JsonValue]:
    people: list[JsonValue] = []
    for ref, rows in sorted(related.items()):
        if (kind := _KINDS.get(ref[:3])) is not None:
            by: dict[str, JsonValue] = {"rows": [*sorted(rows)]} if rows else {}
            people.append({"kind": kind, "ref": ref, **by})
    return people
