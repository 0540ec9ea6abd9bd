"""Our fields in a CRM in memory."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import replace

from kam_connector.errors import RecordError
from kam_connector.model.kind import Kind
from kam_connector.model.provision import (
    FieldOutcome,
    FieldSpec,
    FieldState,
    ProvisionReport,
    difference,
)
from kam_connector.model.schema import FieldSchema, ObjectSchema

__all__ = ["OBJECTS", "provision"]

OBJECTS = {
    Kind.ACCOUNT: "accounts",
    Kind.CONTACT: "contacts",
    Kind.OPPORTUNITY: "opportunities",
    Kind.TASK: "tasks",
}
"""Where each kind's fields are; a CRM in memory may have more objects."""


def provision(
    schemas: MutableMapping[str, ObjectSchema],
    fields: Sequence[FieldSpec],
    *,
    dry_run: bool,
    describe: Callable[[str], ObjectSchema],
) -> ProvisionReport:
    """Add the fields that are missing to *schemas*, unless it is a dry run."""
    outcomes = []
    for spec in fields:
        if spec.kind not in OBJECTS:
            continue
        object_, name = OBJECTS[spec.kind], spec.name.lower()
        try:
            known = describe(object_)
        except RecordError:
            known = ObjectSchema(object=object_, fields={})
        live = known.fields.get(name)
        outcomes.append(_judged(spec, f"{object_}.{name}", live))
        if live is None and not dry_run:
            added = {**known.fields, name: _field(spec, name)}
            schemas[object_] = replace(known, fields=added)
    return ProvisionReport(dry_run=dry_run, outcomes=tuple(outcomes))


def _judged(spec: FieldSpec, where: str, live: FieldSchema | None) -> FieldOutcome:
    if live is None:
        return FieldOutcome(spec=spec, where=where, state=FieldState.CREATED)
    short = difference(spec, live)
    if short is None:
        return FieldOutcome(spec=spec, where=where, state=FieldState.EXISTING)
    return FieldOutcome(
        spec=spec,
        where=where,
        state=FieldState.DIFFERENT,
        code="KAM-3240",
        message=short.message,
        fix=short.fix,
    )


def _field(spec: FieldSpec, name: str) -> FieldSchema:
    return FieldSchema(
        name=name,
        label=spec.label,
        type=spec.type,
        length=spec.length,
        digits=spec.digits,
        unique=spec.unique,
        external_id=spec.unique,
    )
