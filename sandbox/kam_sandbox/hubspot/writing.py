"""Writing in two steps: every input is checked first, then all that passed are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kam_sandbox.hubspot.association_types import HUBSPOT_DEFINED, AssociationType
from kam_sandbox.hubspot.associations import UnknownAssociationError
from kam_sandbox.hubspot.errors import ApiError, conflict, invalid
from kam_sandbox.hubspot.ids import APP_ID
from kam_sandbox.hubspot.lifecycle import survivor
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.validation import check_values
from kam_sandbox.records import Record

__all__ = ["Draft", "Uniques", "commit", "draft_create", "draft_update"]

_DEFAULTS = {
    "tasks": {"hs_task_status": "NOT_STARTED", "hs_task_priority": "NONE", "hs_task_type": "TODO"},
    "deals": {"pipeline": "default", "dealstage": "appointmentscheduled"},
    "meetings": {"hs_meeting_outcome": "SCHEDULED"},
    "tickets": {"hs_pipeline": "0"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A write that passed every check."""

    object: str
    record: Record | None
    """What is changed; None creates."""
    values: Mapping[str, str | None]
    links: Sequence[tuple[AssociationType, str]] = ()
    trace: str | None = None


@dataclass(slots=True)
class Uniques:
    """Who holds which unique value, including what earlier inputs of this request claim."""

    portal: Portal
    object: str
    _holders: dict[str, dict[str, str]] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return the unique properties that a caller may set."""
        known = self.portal.definitions(self.object).values()
        return [one.name for one in known if one.unique and not one.read_only]

    def holder(self, name: str, value: str) -> str | None:
        """Return the id of the live record that holds the value; empty for an input's claim."""
        return self._index(name).get(value.lower() if name == "email" else value)

    def claim(self, values: Mapping[str, str | None], record: Record | None) -> None:
        """Reserve the unique ones of *values*.

        Raises:
            ApiError: 409, another record or input has one of them.
        """
        wanted = {name: values[name] for name in self.names() if values.get(name)}
        for name, value in wanted.items():
            holder = self.holder(name, str(value))
            if holder is not None and (record is None or holder != record.id):
                raise self._taken(name, str(value), holder)
        for name, value in wanted.items():
            self._index(name)[str(value)] = record.id if record else ""

    def _index(self, name: str) -> dict[str, str]:
        if name not in self._holders:
            held: dict[str, str] = {}
            for record in self.portal.world.hubspot.all(self.object):
                for value in _identities(record, name):
                    held.setdefault(value, record.id)
            self._holders[name] = held
        return self._holders[name]

    def _taken(self, name: str, value: str, holder: str) -> ApiError:
        if self.object == "contacts" and name == "email":
            return conflict(f"Contact already exists. Existing ID: {holder}")
        return conflict(
            f"Cannot set {name} to {value}: another record already has that value. "
            f"Existing ID: {holder}"
        )


def draft_create(
    portal: Portal, object_: str, wanted: Mapping[str, Any], uniques: Uniques
) -> Draft:
    """Check a creation: values, associations, unique values.

    Raises:
        ApiError: the input is refused.
    """
    values = check_values(portal, object_, wanted.get("properties", {}), record=None)
    defaults = {
        name: value for name, value in _DEFAULTS.get(object_, {}).items() if not values.get(name)
    }
    if portal.world.multi_currency and object_ == "deals":
        defaults.setdefault("deal_currency_code", "EUR")
    links = _links(portal, object_, wanted.get("associations") or [])
    uniques.claim(values, None)
    return Draft(
        object=object_, record=None, values=defaults | values, links=links, trace=_trace(wanted)
    )


def draft_update(
    portal: Portal, record: Record, wanted: Mapping[str, Any], uniques: Uniques
) -> Draft:
    """Check a change of *record*.

    Raises:
        ApiError: the input is refused.
    """
    values = check_values(portal, record.object, wanted.get("properties", {}), record=record)
    uniques.claim(values, record)
    return Draft(object=record.object, record=record, values=values, trace=_trace(wanted))


def commit(portal: Portal, draft: Draft) -> Record:
    """Write a draft and return the record."""
    world = portal.world
    record = draft.record
    if record is None:
        record = world.hubspot.insert(draft.object, draft.values, by=APP_ID)
    else:
        world.hubspot.update(record, draft.values, by=APP_ID)
    for kind, to_id in draft.links:
        world.associations.link(
            kind.from_object,
            record.id,
            kind.to_object,
            to_id,
            kind.type_id,
            category=kind.category,
        )
    return record


def _identities(record: Record, name: str) -> list[str]:
    value = record.fields.get(name)
    values = [str(value)] if value not in (None, "") else []
    if name == "email":
        values += str(record.fields.get("hs_additional_emails") or "").split(";")
        values = [one.lower() for one in values if one]
    return values


def _trace(wanted: Mapping[str, Any]) -> str | None:
    trace = wanted.get("objectWriteTraceId")
    return str(trace) if trace is not None else None


def _links(portal: Portal, object_: str, wanted: Any) -> list[tuple[AssociationType, str]]:
    links = []
    try:
        for one in wanted:
            to_id = str(one["to"]["id"])
            for spec in one["types"]:
                category = str(spec.get("associationCategory", HUBSPOT_DEFINED))
                type_id = int(spec["associationTypeId"])
                kind = portal.world.associations.type_from(object_, type_id, category)
                links.append((kind, _target(portal, kind, to_id)))
    except UnknownAssociationError as error:
        raise invalid(f"One or more association types are not valid: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise invalid("Invalid input JSON: 'associations' needs 'to.id' and 'types'") from error
    return links


def _target(portal: Portal, kind: AssociationType, to_id: str) -> str:
    record = survivor(portal.world, kind.to_object, to_id)
    if record is None:
        raise ApiError(
            400,
            "VALIDATION_ERROR",
            f"One or more associations are not valid: no {kind.to_object} with id {to_id}",
            context={"ids": [to_id]},
        )
    return record.id
