"""Creating our fields: the Tooling API makes them, a permission set lets our user use them.

A field made over the API is visible to nobody, administrators included, until field-level
security says so. Nothing here changes or deletes a field that exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kam_connector.errors import RecordError, SignInError
from kam_connector.model.kind import OF_PLANS, Kind
from kam_connector.model.provision import (
    FieldOutcome,
    FieldSpec,
    FieldState,
    ProvisionReport,
    difference,
)
from kam_connector.model.schema import FieldSchema, FieldType
from kam_salesforce import access, query
from kam_salesforce.client import Client
from kam_salesforce.describe import describe

__all__ = ["custom_field", "field_name", "provision"]

OBJECTS: Mapping[Kind, str] = {
    Kind.ACCOUNT: "Account",
    Kind.CONTACT: "Contact",
    Kind.OPPORTUNITY: "Opportunity",
    Kind.TASK: "Task",
    Kind.PLAN: "AccountPlan",
    Kind.OBJECTIVE: "AccountPlanObjective",
    Kind.MEASURE: "AccountPlanObjectiveMeasure",
}
_HOMES = {"Task": "Activity"}
"""Tasks and events share their custom fields, which belong to a third object."""
_METADATA: Mapping[FieldType, str] = {
    FieldType.TEXT: "Text",
    FieldType.LONG_TEXT: "LongTextArea",
    FieldType.INTEGER: "Number",
    FieldType.PERCENT: "Percent",
    FieldType.BOOLEAN: "Checkbox",
    FieldType.DATE: "Date",
    FieldType.URL: "Url",
}
_TYPES = {wire: type_ for type_, wire in _METADATA.items()}
_THERE = "DUPLICATE_DEVELOPER_NAME"
"""Somebody made it meanwhile, or our first request did and its answer was lost."""
_NO_RIGHT = (
    "our user may not create fields: it needs Customize Application and View Setup",
    "sign in as an administrator for this one command, or deploy crm/salesforce",
)


def provision(client: Client, fields: Sequence[FieldSpec], *, dry_run: bool) -> ProvisionReport:
    """Create what is missing and grant what is hidden; see the port."""
    schemas = _schemas(client, fields)
    outcomes = _look(client, [f for f in fields if OBJECTS[f.kind] in schemas], schemas)
    notes = _lacking(fields, schemas)
    if not dry_run:
        outcomes = [_made(client, one) for one in outcomes]
        wanted = [one.where for one in outcomes if one.state in _NEW]
        if wanted:
            refused, granted = access.grant(client, wanted)
            outcomes = _verified(client, outcomes, refused)
            notes = (*granted, *notes)
    return ProvisionReport(dry_run=dry_run, outcomes=tuple(outcomes), notes=notes)


def field_name(spec: FieldSpec) -> str:
    """Return our field's API name."""
    return f"{spec.name}__c"


def custom_field(spec: FieldSpec) -> dict[str, Any]:
    """Return the field's metadata, as the Tooling API and a deployed file have it."""
    type_ = _METADATA[spec.type]
    metadata: dict[str, Any] = {
        "type": type_,
        "label": spec.label,
        "description": spec.description,
        "inlineHelpText": spec.help,
        "externalId": spec.unique,
    }
    if type_ not in ("LongTextArea", "Checkbox"):
        metadata["required"] = False
    match type_:
        case "Text":
            metadata |= {"length": spec.length, "unique": spec.unique}
            metadata |= {"caseSensitive": True} if spec.unique else {}
        case "LongTextArea":
            metadata |= {"length": spec.length, "visibleLines": 3}
        case "Number":
            metadata |= {"precision": spec.digits, "scale": 0, "unique": False}
        case "Percent":
            metadata |= {"precision": spec.digits, "scale": 0}
        case "Checkbox":
            metadata |= {"defaultValue": "false"}
    return metadata


_NEW = (FieldState.CREATED, FieldState.GRANTED)


_Schemas = Mapping[str, Mapping[str, FieldSchema]]
"""Fields by lower-case name, by object."""


def _schemas(client: Client, fields: Sequence[FieldSpec]) -> _Schemas:
    """Return what each object has: a describe each.

    One that the org may lack is left out; an org without plans has none of their parts.
    """
    optional = {one.kind: one.optional for one in fields}
    seen: dict[str, dict[str, FieldSchema]] = {}
    lacking: set[Kind] = set()
    for kind, may_lack in optional.items():
        if kind in OF_PLANS and Kind.PLAN in lacking:
            continue
        try:
            seen[OBJECTS[kind]] = _visible(client, OBJECTS[kind])
        except RecordError as error:
            if not may_lack or error.code != "KAM-3210":
                raise
            lacking.add(kind)
    return seen


def _lacking(fields: Sequence[FieldSpec], schemas: _Schemas) -> tuple[str, ...]:
    """Say once which objects the org lacks: fields of theirs are not asked for."""
    objects = dict.fromkeys(OBJECTS[one.kind] for one in fields)
    absent = ", ".join(object_ for object_ in objects if object_ not in schemas)
    why = "This org has no {}: Account Plans are turned off, and need no field of ours."
    return (why.format(absent),) if absent else ()


def _look(client: Client, fields: Sequence[FieldSpec], seen: _Schemas) -> list[FieldOutcome]:
    """Return what would be done: one query, if fields are missing, beside the describes."""
    missing = [f for f in fields if field_name(f).casefold() not in seen[OBJECTS[f.kind]]]
    hidden = _hidden(client, missing) if missing else {}
    outcomes = []
    for spec in fields:
        live = seen[OBJECTS[spec.kind]].get(field_name(spec).casefold())
        if live is not None:
            outcomes.append(_judged(spec, live, usable=live.updateable))
        elif _full_name(spec).casefold() in hidden:
            id_ = hidden[_full_name(spec).casefold()]
            outcomes.append(_judged(spec, _read(client, spec, id_), usable=False))
        else:
            outcomes.append(_outcome(spec, FieldState.CREATED))
    return outcomes


def _visible(client: Client, object_: str) -> dict[str, FieldSchema]:
    return {name.casefold(): field for name, field in describe(client, object_).fields.items()}


def _hidden(client: Client, specs: Sequence[FieldSpec]) -> dict[str, str]:
    """Return the ids of fields that exist but are not visible to us, by full name."""
    where = [
        query.is_in("DeveloperName", sorted({spec.name for spec in specs})),
        query.is_in("TableEnumOrId", sorted({_home(spec) for spec in specs})),
        query.is_no_value("NamespacePrefix"),
    ]
    soql = query.select(("Id", "DeveloperName", "TableEnumOrId"), "CustomField", where)
    try:
        answer = client.call("tooling/query", params={"q": soql})
    except RecordError as error:
        if error.code != "KAM-3210":
            raise
        message, hint = _NO_RIGHT  # the table of fields does not exist for such a user
        raise SignInError(message, code="KAM-3003", hint=hint, crm=client.name) from error
    return {
        f"{row['TableEnumOrId']}.{row['DeveloperName']}__c".casefold(): str(row["Id"])
        for row in answer["records"]
    }


def _read(client: Client, spec: FieldSpec, id_: str) -> FieldSchema:
    """Return an existing field that no describe shows us, from its metadata."""
    raw = client.call(f"tooling/sobjects/CustomField/{id_}")["Metadata"]
    precision, scale = raw.get("precision"), raw.get("scale") or 0
    return FieldSchema(
        name=field_name(spec),
        label=str(raw.get("label") or spec.label),
        type=_TYPES.get(str(raw.get("type")), FieldType.OTHER),
        length=int(raw["length"]) if raw.get("length") else None,
        digits=int(precision) - int(scale) if precision else None,
        unique=bool(raw.get("unique")),
        external_id=bool(raw.get("externalId")),
    )


def _judged(spec: FieldSpec, live: FieldSchema, *, usable: bool) -> FieldOutcome:
    short = difference(spec, live)
    if short is not None:
        found = _outcome(spec, FieldState.DIFFERENT)
        return replace(found, code="KAM-3240", message=short.message, fix=short.fix)
    return _outcome(spec, FieldState.EXISTING if usable else FieldState.GRANTED)


def _made(client: Client, planned: FieldOutcome) -> FieldOutcome:
    """Create the field if it is to be created; a key that may not be unique becomes plain."""
    if planned.state is not FieldState.CREATED:
        return planned
    try:
        _create(client, planned.spec)
    except SignInError as error:
        if error.code != "KAM-3003":
            raise
        return _refused(planned, "KAM-3003", *_NO_RIGHT)
    except RecordError as error:
        if _THERE in error.message:
            return planned
        if planned.spec.unique:
            plain = replace(planned, spec=replace(planned.spec, unique=False))
            made = _made(client, plain)
            remark = "" if made.message else "not unique: records are found before they are made"
            return replace(made, spec=planned.spec, message=made.message or remark)
        return _refused(planned, "KAM-3241", error.message, "create it by hand in Setup")
    return planned


def _create(client: Client, spec: FieldSpec) -> None:
    body = {"FullName": _full_name(spec), "Metadata": custom_field(spec)}
    client.call("tooling/sobjects/CustomField", method="POST", body=body)


def _verified(
    client: Client, outcomes: list[FieldOutcome], refused: Mapping[str, str]
) -> list[FieldOutcome]:
    """Look again: a field that our user still may not write is told, with why."""
    seen = {o: _visible(client, o) for o in {OBJECTS[one.spec.kind] for one in outcomes}}
    verified = []
    for one in outcomes:
        live = seen[OBJECTS[one.spec.kind]].get(field_name(one.spec).casefold())
        if one.state not in _NEW or (live is not None and live.updateable):
            verified.append(one)
            continue
        why = refused.get(one.where, "field-level security hides it")
        message = f"it exists, but our user may not use it: {why}"
        fix = f"assign the permission set {access.LABEL} to our user, with this field editable"
        verified.append(_refused(one, "KAM-3242", message, fix))
    return verified


def _outcome(spec: FieldSpec, state: FieldState) -> FieldOutcome:
    where = f"{OBJECTS[spec.kind]}.{field_name(spec)}"
    return FieldOutcome(spec=spec, where=where, state=state)


def _refused(one: FieldOutcome, code: str, message: str, fix: str) -> FieldOutcome:
    return replace(one, state=FieldState.REFUSED, code=code, message=message, fix=fix)


def _home(spec: FieldSpec) -> str:
    return _HOMES.get(OBJECTS[spec.kind], OBJECTS[spec.kind])


def _full_name(spec: FieldSpec) -> str:
    return f"{_home(spec)}.{field_name(spec)}"
