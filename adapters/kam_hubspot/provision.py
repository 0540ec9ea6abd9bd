"""Creating our fields: a group of properties on each object, made in batches.

Our user sees what the portal has: there is no field-level security to grant. Nothing here
changes or archives a property that exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kam_connector.errors import RecordError, SignInError
from kam_connector.model.kind import Kind
from kam_connector.model.provision import (
    FieldOutcome,
    FieldSpec,
    FieldState,
    ProvisionReport,
    difference,
)
from kam_connector.model.schema import FieldSchema, FieldType
from kam_hubspot.client import Client
from kam_hubspot.describe import LONGEST, describe
from kam_hubspot.labels import MANAGER_SPEC, ensure_label

__all__ = ["field_name", "property_body", "provision"]

OBJECTS: Mapping[Kind, str] = {
    Kind.ACCOUNT: "companies",
    Kind.CONTACT: "contacts",
    Kind.OPPORTUNITY: "deals",
    Kind.TASK: "tasks",
}
GROUP = {"name": "kam", "label": "Key account management", "displayOrder": -1}
_TYPES: Mapping[FieldType, tuple[str, str]] = {
    FieldType.TEXT: ("string", "text"),
    FieldType.LONG_TEXT: ("string", "textarea"),
    FieldType.INTEGER: ("number", "number"),
    FieldType.PERCENT: ("number", "number"),
    FieldType.BOOLEAN: ("bool", "booleancheckbox"),
    FieldType.DATE: ("date", "date"),
    FieldType.URL: ("string", "text"),
}
_YES_NO = [
    {"label": "Yes", "value": "true", "displayOrder": 0, "hidden": False},
    {"label": "No", "value": "false", "displayOrder": 1, "hidden": False},
]
_NO_RIGHT = (
    "our key may not create properties",
    "give the key the scope that the message names (crm.schemas...write) for this one command",
)
_NOT_UNIQUE = "not unique: records are found before they are made"
_ARCHIVED = (
    "one of this name is archived: its values come back only if it is restored, in the settings, "
    "before this is run"
)
_UNIQUE_FIX = (
    "a property becomes unique at its creation only: archive it and run this again, or keep it"
)


def provision(client: Client, fields: Sequence[FieldSpec], *, dry_run: bool) -> ProvisionReport:
    """Create what is missing; see the port. What a portal has no object for is left out.

    With contacts comes the label that says who reports to whom, and in a portal without
    labels the property in its place, last in the report.
    """
    wanted = [one for one in fields if one.kind in OBJECTS]
    notes: tuple[str, ...] = ()
    if any(one.kind is Kind.CONTACT for one in wanted):
        labelled = ensure_label(client, dry_run=dry_run)
        notes = (labelled.note,) if labelled.note else ()
        wanted += [] if labelled.by_label else [MANAGER_SPEC]
    outcomes = _look(client, wanted)
    if not dry_run and any(one.state is FieldState.CREATED for one in outcomes):
        made: dict[str, FieldOutcome] = {}
        for object_ in dict.fromkeys(OBJECTS[one.spec.kind] for one in outcomes):
            planned = [
                one
                for one in outcomes
                if one.state is FieldState.CREATED and OBJECTS[one.spec.kind] == object_
            ]
            made |= {one.where: one for one in _made(client, object_, planned)}
        outcomes = _verified(client, [made.get(one.where, one) for one in outcomes])
    return ProvisionReport(dry_run=dry_run, outcomes=tuple(outcomes), notes=notes)


def field_name(spec: FieldSpec) -> str:
    """Return our property's name."""
    return spec.name.lower()


def property_body(spec: FieldSpec) -> dict[str, Any]:
    """Return the property as the API creates it."""
    type_, form = _TYPES[spec.type]
    body: dict[str, Any] = {
        "name": field_name(spec),
        "label": spec.label,
        "description": spec.description,
        "groupName": GROUP["name"],
        "type": type_,
        "fieldType": form,
        "formField": False,
        "hasUniqueValue": spec.unique,
    }
    return body | ({"options": _YES_NO} if spec.type is FieldType.BOOLEAN else {})


def _look(client: Client, fields: Sequence[FieldSpec]) -> list[FieldOutcome]:
    """Return what would be done: a call for each object, another where something is missing."""
    seen = {object_: _visible(client, object_) for object_ in {OBJECTS[f.kind] for f in fields}}
    lacking = {OBJECTS[f.kind] for f in fields if field_name(f) not in seen[OBJECTS[f.kind]]}
    archived = {object_: _archived(client, object_) for object_ in lacking}
    outcomes = []
    for spec in fields:
        object_, name = OBJECTS[spec.kind], field_name(spec)
        live = seen[object_].get(name)
        if live is not None:
            outcomes.append(_judged(spec, live))
        else:
            remark = _ARCHIVED if name in archived[object_] else ""
            outcomes.append(replace(_outcome(spec, FieldState.CREATED), message=remark))
    return outcomes


def _visible(client: Client, object_: str) -> Mapping[str, FieldSchema]:
    return describe(client, object_).fields


def _archived(client: Client, object_: str) -> set[str]:
    return {str(one.get("name")) for one in client.properties(object_, archived=True)}


def _judged(spec: FieldSpec, live: FieldSchema) -> FieldOutcome:
    short = difference(spec, live, longest=LONGEST)
    if short is None:
        return _outcome(spec, FieldState.EXISTING)
    serves = difference(replace(spec, unique=False), live, longest=LONGEST) is None
    found = _outcome(spec, FieldState.DIFFERENT)
    fix = _UNIQUE_FIX if serves else short.fix
    return replace(found, code="KAM-3240", message=short.message, fix=fix)


def _made(client: Client, object_: str, planned: list[FieldOutcome]) -> list[FieldOutcome]:
    """Create the properties of one object; a key that may not be unique becomes plain."""
    if not planned:
        return []
    try:
        _group(client, object_)
        refused = _create(client, object_, [one.spec for one in planned])
    except SignInError as error:
        if error.code != "KAM-3003":
            raise
        message, fix = f"{_NO_RIGHT[0]}: {error.message}", _NO_RIGHT[1]
        return [_refused(one, "KAM-3003", message, fix) for one in planned]
    made = []
    for one in planned:
        why = refused.get(field_name(one.spec))
        if why is not None and one.spec.unique:
            plain = replace(one, spec=replace(one.spec, unique=False))
            (again,) = _made(client, object_, [plain])
            remark = again.message if again.state is FieldState.REFUSED else _NOT_UNIQUE
            made.append(replace(again, spec=one.spec, message=remark))
        elif why is not None:
            made.append(_refused(one, "KAM-3241", why, "create it by hand in the settings"))
        else:
            made.append(one)
    return made


def _group(client: Client, object_: str) -> None:
    try:
        client.create_group(object_, GROUP)
    except RecordError as error:
        if error.http_status != 409:  # it is there already
            raise


def _create(client: Client, object_: str, specs: Sequence[FieldSpec]) -> dict[str, str]:
    """Create in one call; return why properties were refused, by name.

    One that somebody made meanwhile is none: the look afterwards finds it.
    """
    bodies = [property_body(spec) for spec in specs]
    try:
        answer = client.create_properties(object_, bodies)
    except RecordError as error:
        if len(specs) == 1:
            there = error.http_status == 409
            return {} if there else {field_name(specs[0]): error.message}
        parts = [_create(client, object_, [spec]) for spec in specs]
        return {name: why for part in parts for name, why in part.items()}
    made = {str(one["name"]) for one in answer.get("results") or ()}
    errors = answer.get("errors") or ()
    return {
        field_name(spec): _reason(field_name(spec), errors)
        for spec in specs
        if field_name(spec) not in made and not _is_there(field_name(spec), errors)
    }


def _verified(client: Client, outcomes: list[FieldOutcome]) -> list[FieldOutcome]:
    """Look again: a property that is not there, or not writable, is told."""
    seen = {o: _visible(client, o) for o in {OBJECTS[one.spec.kind] for one in outcomes}}
    verified = []
    for one in outcomes:
        live = seen[OBJECTS[one.spec.kind]].get(field_name(one.spec))
        if one.state is not FieldState.CREATED or (live is not None and live.updateable):
            verified.append(one)
            continue
        message = "it was asked for, but our key may not write it"
        fix = "look at the property in the settings, then run this again"
        verified.append(_refused(one, "KAM-3242", message, fix))
    return verified


def _outcome(spec: FieldSpec, state: FieldState) -> FieldOutcome:
    where = f"{OBJECTS[spec.kind]}.{field_name(spec)}"
    return FieldOutcome(spec=spec, where=where, state=state)


def _refused(one: FieldOutcome, code: str, message: str, fix: str) -> FieldOutcome:
    return replace(one, state=FieldState.REFUSED, code=code, message=message, fix=fix)


def _about(name: str, errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the errors whose context names a property."""
    return [
        error
        for error in errors
        if any(name in values for values in (error.get("context") or {}).values())
    ]


def _is_there(name: str, errors: Sequence[Mapping[str, Any]]) -> bool:
    return any(one.get("category") == "OBJECT_ALREADY_EXISTS" for one in _about(name, errors))


def _reason(name: str, errors: Sequence[Mapping[str, Any]]) -> str:
    """Return the category of a refusal, without the portal's own words."""
    about = _about(name, errors)
    told = str(about[0].get("category", "")) if about else ""
    return f"HubSpot refused the property: {told or 'no reason given'}"
