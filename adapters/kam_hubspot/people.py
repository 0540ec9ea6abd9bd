"""What HubSpot keeps outside a record: participants, associations, stages, the currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kam_connector.model.kind import JsonValue
from kam_connector.model.pull import PullSource
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.client import Client

__all__ = ["VIRTUAL", "extra_fields", "people_of"]

PEOPLE = "@associations"
CURRENCY = "@portal_currency"
STAGES = ("@stage.label", "@stage.closed", "@stage.won")
VIRTUAL = (PEOPLE, CURRENCY, *STAGES)
OWNER = "hubspot_owner_id"
_STAGE = "dealstage"
Properties = Mapping[str, Any]


def extra_fields(schema: ObjectSchema, virtual: Sequence[str]) -> tuple[str, ...]:
    """Return the properties that the virtual fields are computed from."""
    wanted: tuple[str, ...] = (OWNER,) if PEOPLE in virtual else ()
    if any(name in STAGES for name in virtual):
        wanted += (_STAGE,)
    return tuple(name for name in wanted if name in schema.fields)


def people_of(
    client: Client, source: PullSource, records: Mapping[str, Properties]
) -> dict[str, dict[str, JsonValue]]:
    """Return the virtual fields and associations by record id.

    Costs one call per 1,000 records and associated object, and its further pages.
    """
    found: dict[str, dict[str, JsonValue]] = {ref: {} for ref in records}
    links: dict[str, dict[str, list[tuple[str, frozenset[int]]]]] = {}

    def linked(to_object: str) -> dict[str, list[tuple[str, frozenset[int]]]]:
        if to_object not in links:
            links[to_object] = client.linked(source.object, to_object, list(records))
        return links[to_object]

    for association in source.associations:
        for ref, targets in linked(association.object).items():
            found[ref][association.alias] = _of_type(targets, association.type_id)
    for name in source.virtual:
        compute = _compute(client, name, source, linked)
        for ref, properties in records.items():
            found[ref][name] = compute(ref, properties)
    return found


def _compute(
    client: Client,
    name: str,
    source: PullSource,
    linked: Callable[[str], Mapping[str, list[tuple[str, frozenset[int]]]]],
) -> Callable[[str, Properties], JsonValue]:
    """Return how one virtual field is computed for a record."""
    if name == CURRENCY:
        currency = str(client.account()["companyCurrency"])
        return lambda _ref, _properties: currency
    if name == PEOPLE:
        contacts = linked("contacts")
        return lambda ref, properties: _people(contacts[ref], properties.get(OWNER))
    stages = _stages(client, source.object)
    column = STAGES.index(name)
    return lambda _ref, properties: stages.get(str(properties.get(_STAGE)), (None,) * 3)[column]


def _of_type(targets: Sequence[tuple[str, frozenset[int]]], type_id: int) -> list[JsonValue]:
    refs = {ref for ref, types in targets if type_id in types}
    ordered: list[str] = sorted(refs, key=int)
    return list(ordered)


def _people(contacts: Sequence[tuple[str, frozenset[int]]], owner: str | None) -> list[JsonValue]:
    refs = sorted({ref for ref, _ in contacts}, key=int)
    people: list[JsonValue] = [{"kind": "contact", "ref": ref} for ref in refs]
    return [*people, {"kind": "user", "ref": str(owner)}] if owner else people


def _stages(client: Client, object_: str) -> dict[str, tuple[JsonValue, JsonValue, JsonValue]]:
    """Return label, closed and won by stage id: from metadata, never from the label.

    Won is a closed stage with probability 1 (hubspot pipelines guide).
    """
    stages: dict[str, tuple[JsonValue, JsonValue, JsonValue]] = {}
    for pipeline in client.pipelines(object_):
        for stage in pipeline["stages"]:
            metadata = stage.get("metadata") or {}
            closed = str(metadata.get("isClosed", "false")).lower() == "true"
            won = closed and str(metadata.get("probability")) in ("1.0", "1")
            stages[str(stage["id"])] = (str(stage["label"]), closed, won)
    return stages
