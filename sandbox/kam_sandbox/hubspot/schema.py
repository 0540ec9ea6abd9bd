"""Property definitions and their groups over the API: what an installer reads and writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route, batch_answer
from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS
from kam_sandbox.hubspot.definitions import FIELD_TYPES, TYPES, Option, Property
from kam_sandbox.hubspot.errors import ApiError, invalid, not_found
from kam_sandbox.hubspot.scopes import schema_scope
from kam_sandbox.hubspot.values import iso

__all__ = ["ROUTES"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_BATCH = 100
_OPTIONS = 5_000
_OPTION_LENGTH = 3_000
"""Vendor's knowledge base, property field types."""
_UNIQUE_PER_OBJECT = 10
"""Vendor's properties guide."""
_UNIQUE_TYPES = {"string", "number"}
"""Single-line texts and numbers can identify a record (vendor's properties guide)."""
_FIELDS_OF_TYPE = {
    "string": {"text", "textarea", "phonenumber", "html", "file", "calculation_equation"},
    "phone_number": {"phonenumber", "text"},
    "number": {"number", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "enumeration": {"select", "radio", "checkbox", "booleancheckbox"},
    "bool": {"booleancheckbox", "calculation_equation"},
}
_CHANGEABLE = {
    "label": "label",
    "description": "description",
    "groupName": "group",
    "type": "type",
    "fieldType": "field_type",
    "hidden": "hidden",
    "formField": "form_field",
    "displayOrder": "display_order",
}


def _list_properties(call: Call) -> Answer:
    """Answer every definition of an object, or the archived ones."""
    _need(call, write=False)
    known = (
        call.portal.archived_properties[call.object]
        if call.flag("archived")
        else call.portal.definitions(call.object)
    )
    return 200, {"results": [one.as_json() for one in known.values()]}


def _read_property(call: Call) -> Answer:
    """Answer one definition."""
    _need(call, write=False)
    return 200, _known(call, call.params["name"]).as_json()


def _create_property(call: Call) -> Answer:
    """Create a property."""
    _need(call, write=True)
    return 201, _create(call, call.document()).as_json()


def _change_property(call: Call) -> Answer:
    """Change a definition; a list of options replaces the whole list."""
    _need(call, write=True)
    before, body = _known(call, call.params["name"]), call.document()
    changes: dict[str, Any] = {
        field: body[key] for key, field in _CHANGEABLE.items() if body.get(key) is not None
    }
    if "options" in body:
        changes["options"] = _options(body["options"])
    if before.hubspot_defined and set(changes) - {"label", "description", "group", "options"}:
        raise invalid(f"Property {before.name} is HubSpot defined and cannot be changed")
    after = replace(before, **changes, updated_at=iso(call.portal.now()))
    _check(call, after)
    call.portal.properties[call.object][after.name] = after
    return 200, after.as_json()


def _archive_property(call: Call) -> Answer:
    """Archive a property of our own."""
    _need(call, write=True)
    _archive(call, call.params["name"])
    return 204, None


def _batch_read_properties(call: Call) -> Answer:
    """Answer the definitions found, and an error naming those that were not."""
    _need(call, write=False)
    names = [str(one.get("name")) for one in call.inputs(most=_BATCH)]
    known = call.portal.definitions(call.object)
    missing = [name for name in names if name not in known]
    errors = [_missing(name).entry() for name in missing]
    found = [known[name].as_json() for name in names if name in known]
    return batch_answer(call.portal, found, errors)


def _batch_create_properties(call: Call) -> Answer:
    """Create properties; each refusal is its own."""
    _need(call, write=True)
    results, errors = [], []
    for one in call.inputs(most=_BATCH):
        try:
            results.append(_create(call, one).as_json())
        except ApiError as error:
            errors.append(error.entry(name=[str(one.get("name"))]))
    return batch_answer(call.portal, results, errors, success=200 if call.dated else 201)


def _batch_archive_properties(call: Call) -> Answer:
    """Archive properties of our own; unknown ones are passed over."""
    _need(call, write=True)
    for one in call.inputs(most=_BATCH):
        if str(one.get("name")) in call.portal.properties[call.object]:
            _archive(call, str(one["name"]))
    return 204, None


def _need(call: Call, *, write: bool) -> None:
    call.need(schema_scope(call.object, write=write))


def _known(call: Call, name: str) -> Property:
    found = call.portal.definitions(call.object).get(name)
    if found is None:
        raise _missing(name)
    return found


def _missing(name: str) -> ApiError:
    return not_found(f'Property "{name}" does not exist', propertyName=[name])


def _create(call: Call, body: Mapping[str, Any]) -> Property:
    absent = [
        key for key in ("name", "label", "type", "fieldType", "groupName") if not body.get(key)
    ]
    if absent:
        raise invalid(f"Some required fields were not set: {absent}", properties=absent)
    now = iso(call.portal.now())
    wanted = Property(
        name=str(body["name"]),
        label=str(body["label"]),
        type=str(body["type"]),
        field_type=str(body["fieldType"]),
        group=str(body["groupName"]),
        description=str(body.get("description") or ""),
        options=_options(body.get("options") or []),
        unique=bool(body.get("hasUniqueValue", False)),
        hidden=bool(body.get("hidden", False)),
        form_field=bool(body.get("formField", False)),
        display_order=int(body.get("displayOrder", -1)),
        hubspot_defined=False,
        created_at=now,
        updated_at=now,
    )
    known = call.portal.properties[call.object]
    if wanted.name in known:
        raise ApiError(
            409,
            "OBJECT_ALREADY_EXISTS",
            f"A property named '{wanted.name}' already exists.",
            sub_category="Properties.PROPERTY_EXISTS",
            context={"propertyName": [wanted.name]},
        )
    _check(call, wanted)
    known[wanted.name] = wanted
    call.portal.archived_properties[call.object].pop(wanted.name, None)
    return wanted


def _check(call: Call, wanted: Property) -> None:
    if not _NAME.fullmatch(wanted.name):
        raise invalid(f"Property name {wanted.name} must match {_NAME.pattern}")
    if wanted.type not in TYPES or wanted.field_type not in FIELD_TYPES:
        raise invalid(f"Unknown type {wanted.type} or fieldType {wanted.field_type}")
    if wanted.field_type not in _FIELDS_OF_TYPE[wanted.type]:
        raise invalid(f"fieldType {wanted.field_type} is not allowed for type {wanted.type}")
    if wanted.group not in call.portal.groups[call.object]:
        raise invalid(
            f"Property group {wanted.group} does not exist for {OBJECT_TYPE_IDS[call.object]}"
        )
    _check_unique(call, wanted)
    values = [option.value for option in wanted.options]
    if len(values) > _OPTIONS or len(set(values)) < len(values):
        raise invalid(f"Options must be different and at most {_OPTIONS}")
    if any(len(value) > _OPTION_LENGTH for value in values):
        raise invalid(f"An option is at most {_OPTION_LENGTH} characters long")


def _check_unique(call: Call, wanted: Property) -> None:
    if not wanted.unique:
        return
    if call.object == "tasks" and call.portal.has("no_unique_task_property"):
        raise invalid("Unique properties are not supported for object type 0-27 in this account")
    if wanted.type not in _UNIQUE_TYPES:
        raise invalid(f"hasUniqueValue is not allowed for type {wanted.type}")
    known = call.portal.properties[call.object]
    others = [one for one in known.values() if one.name != wanted.name and one.unique]
    own = [one for one in others if not one.hubspot_defined]
    if len(own) >= _UNIQUE_PER_OBJECT:
        raise invalid(f"No more than {_UNIQUE_PER_OBJECT} unique properties are allowed")


def _options(wanted: Any) -> tuple[Option, ...]:
    if not isinstance(wanted, list):
        raise invalid("Invalid input JSON: 'options' must be a list")
    options = []
    for one in wanted:
        lacking = [key for key in ("label", "value", "hidden", "displayOrder") if key not in one]
        if lacking:
            raise invalid(f"An option needs label, value, hidden, displayOrder: {lacking}")
        options.append(
            Option(
                value=str(one["value"]),
                label=str(one["label"]),
                hidden=bool(one["hidden"]),
                display_order=int(one["displayOrder"]),
                description=str(one.get("description") or ""),
            )
        )
    return tuple(options)


def _archive(call: Call, name: str) -> None:
    found = _known(call, name)
    if found.hubspot_defined:
        raise invalid(f"Property {name} is HubSpot defined and cannot be archived")
    del call.portal.properties[call.object][name]
    archived = replace(found, archived_at=iso(call.portal.now()))
    call.portal.archived_properties[call.object][name] = archived


ROUTES: tuple[Route, ...] = (
    Route("POST", "properties", "{object}/batch/read", _batch_read_properties),
    Route("POST", "properties", "{object}/batch/create", _batch_create_properties),
    Route("POST", "properties", "{object}/batch/archive", _batch_archive_properties),
    Route("GET", "properties", "{object}", _list_properties),
    Route("POST", "properties", "{object}", _create_property),
    Route("GET", "properties", "{object}/{name}", _read_property),
    Route("PATCH", "properties", "{object}/{name}", _change_property),
    Route("DELETE", "properties", "{object}/{name}", _archive_property),
)
"""Method, family of paths, path, handler."""
