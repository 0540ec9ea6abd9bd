"""What HubSpot keeps outside a record: participants, associations, stages, the currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from kam_connector.model.kind import JsonValue
from kam_connector.model.pull import PullSource
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.answers import reading
from kam_hubspot.client import Client
from kam_hubspot.links import Link, ReadLinks, linked
from kam_hubspot.managers import MANAGER, MANAGER_FIELD, Managers
from kam_hubspot.stages import STAGE_FIELDS, STAGES, read_stages, stage_of

__all__ = ["VIRTUAL", "Outside", "extra_fields", "is_virtual"]

PEOPLE = "@associations"
CURRENCY = "@portal_currency"
LABELS = "@labels."
"""Followed by an object: the portal's own labels of the links there, as a list with ``;``."""
VIRTUAL = (PEOPLE, CURRENCY, *STAGES, MANAGER, f"{LABELS}companies")
OWNER = "hubspot_owner_id"
ATTENDEES = "hs_attendee_owner_ids"
"""Our own people in a meeting, beside the one who logged it."""
_PRIMARY = {("contacts", "companies"): 1, ("deals", "companies"): 5, ("tickets", "companies"): 26}
Properties = Mapping[str, Any]
_Compute = Callable[[str, Properties], JsonValue]


def is_virtual(name: str) -> bool:
    """Tell whether a virtual field is one that we compute."""
    return name in VIRTUAL or (name.startswith(LABELS) and len(name) > len(LABELS))


def extra_fields(schema: ObjectSchema, virtual: Sequence[str]) -> tuple[str, ...]:
    """Return the properties that the virtual fields are computed from."""
    wanted: tuple[str, ...] = (OWNER, ATTENDEES) if PEOPLE in virtual else ()
    if any(name in STAGES for name in virtual):
        wanted += STAGE_FIELDS.get(schema.object, STAGE_FIELDS["tickets"])
    if MANAGER in virtual:
        wanted += (MANAGER_FIELD,)
    return tuple(name for name in wanted if name in schema.fields)


class Outside:
    """Reads the virtual fields and associations of one source, for one pull.

    What belongs to the portal (stages, labels) is asked for once, when it is first needed.
    """

    def __init__(self, client: Client, source: PullSource, schema: ObjectSchema) -> None:
        self._client = client
        self._source = source
        self._managers = Managers(client, source.object, has_field=MANAGER_FIELD in schema.fields)
        self._stages: Mapping[tuple[str, str], tuple[JsonValue, JsonValue, JsonValue]] | None
        self._stages = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What this portal has no place for, in plain words."""
        return self._managers.notes

    def of(
        self, records: Mapping[str, Properties], *, links: ReadLinks | None = None
    ) -> dict[str, dict[str, JsonValue]]:
        """Return the virtual fields and associations by record id.

        Costs one call per 1,000 records and associated object, and its further pages; or what
        *links* costs, where something else tells the associations.
        """
        found: dict[str, dict[str, JsonValue]] = {ref: {} for ref in records}
        read = links or partial(linked, self._client, self._source.object)
        known: dict[str, dict[str, list[Link]]] = {}

        def to(object_: str) -> dict[str, list[Link]]:
            if object_ not in known:
                known[object_] = read(object_, list(records))
            return known[object_]

        for association in self._source.associations:
            for ref, targets in to(association.object).items():
                found[ref][association.alias] = _of_type(targets, association.type_id)
        for name in self._source.virtual:
            compute = self._compute(name, to)
            if compute is not None:
                for ref, properties in records.items():
                    found[ref][name] = compute(ref, properties)
        return found

    def _compute(self, name: str, to: Callable[[str], Mapping[str, list[Link]]]) -> _Compute | None:
        """Return how one virtual field is computed for a record; None: this token cannot tell."""
        if name == CURRENCY:
            account = self._client.account()
            with reading(self._client.name):
                currency = str(account["companyCurrency"])
            return lambda _ref, _properties: currency
        if name == PEOPLE:
            contacts = to("contacts")
            return lambda ref, properties: _people(contacts[ref], properties)
        if name == MANAGER:
            return self._managers.compute(to)
        if name.startswith(LABELS):
            object_ = name.removeprefix(LABELS)
            targets = to(object_)
            primary = _PRIMARY.get((self._source.object, object_), 0)
            return lambda ref, _properties: _labels(targets[ref], primary)
        if self._stages is None:
            self._stages = read_stages(self._client, self._source.object)
        stages, column = self._stages, STAGES.index(name)
        return lambda _ref, given: stage_of(stages, self._source.object, given)[column]


def _of_type(targets: Sequence[Link], type_id: int) -> list[JsonValue]:
    ordered: list[str] = sorted((link.ref for link in targets if type_id in link.types), key=int)
    return list(ordered)


def _labels(targets: Sequence[Link], primary: int) -> JsonValue:
    """Return what the links say: that of the main one, or of all where none is the main one."""
    main = [link for link in targets if primary in link.types] or targets
    return ";".join(sorted({label for link in main for label in link.labels})) or None


def _people(contacts: Sequence[Link], properties: Properties) -> list[JsonValue]:
    refs = sorted((link.ref for link in contacts), key=int)
    people: list[JsonValue] = [{"kind": "contact", "ref": ref} for ref in refs]
    owners = [properties.get(OWNER), *str(properties.get(ATTENDEES) or "").split(";")]
    ours: list[JsonValue] = [
        {"kind": "user", "ref": str(one)} for one in dict.fromkeys(owners) if one
    ]
    return people + ours
