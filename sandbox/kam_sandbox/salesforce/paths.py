"""Field paths (``Owner.Name``) resolved against the schema and read from records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.date_ranges import DATE_FUNCTIONS
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef, parse_fields
from kam_sandbox.salesforce.values import getter

__all__ = ["Step", "column", "parent_step", "resolve"]

_MAX_LEVELS = 5
"""Child-to-parent levels in one path (Relationship Query Limitations)."""

_NAME_OBJECT = ObjectDef(
    name="Name",
    label="Name",
    label_plural="Names",
    prefix=None,
    fields=parse_fields(
        """
        Id id
        Name string(255) h
        Type picklist(40)
        FirstName string(40)
        LastName string(80)
        Email email(128)
        Phone phone(40)
        Title string(128)
        IsActive boolean
        Username string(80)
        """
    ),
)
"""What may be asked of a polymorphic parent without TYPEOF (the Name object)."""

_NO_COLUMN = (
    "No such column '{}' on entity '{}'. If you are attempting to use a custom field, be sure to "
    "append the '__c' after the custom field name. Please reference your WSDL or the describe call "
    "for the appropriate names."
)
_NO_RELATION = (
    "Didn't understand relationship '{}' in field path. If you are attempting to use a custom "
    "relationship, be sure to append the '__r' after the custom relationship name. Please "
    "reference your WSDL or the describe call for the appropriate names."
)

Step = Callable[[Record], Record | None]


def column(object_: ObjectDef, name: str) -> FieldDef:
    """Return a field of an object.

    Raises:
        ApiError: INVALID_FIELD, with the message that names it.
    """
    field = object_.field(name)
    if field is None:
        raise ApiError(400, "INVALID_FIELD", _NO_COLUMN.format(name, object_.name))
    return field


def parent_step(org: Org, object_: ObjectDef, relationship: str) -> tuple[str, ObjectDef, Step]:
    """Return a relationship's proper name, its target and the step to the parent record.

    Raises:
        ApiError: INVALID_FIELD when the object has no such relationship.
    """
    lookup = object_.by_relationship.get(relationship.lower())
    if lookup is None or lookup.relationship is None:
        raise ApiError(400, "INVALID_FIELD", _NO_RELATION.format(relationship))
    read = getter(org.world, object_, lookup)
    targets = lookup.targets

    def step(record: Record) -> Record | None:
        id_ = read(record)
        if not id_:
            return None
        found = (org.parent(target, id_) for target in targets)
        return next((parent for parent in found if parent is not None), None)

    target = _NAME_OBJECT if lookup.polymorphic else _target(org, targets[0], relationship)
    return lookup.relationship, target, step


def _target(org: Org, name: str, relationship: str) -> ObjectDef:
    if name not in org.object_names():
        raise ApiError(400, "INVALID_FIELD", _NO_RELATION.format(relationship))
    return org.object(name)


def reader(org: Org, object_: ObjectDef, field: FieldDef) -> Callable[[Record], Any]:
    """Return the function that reads *field*, also from a polymorphic parent."""
    if object_ is not _NAME_OBJECT:
        return getter(org.world, object_, field)
    if field.name == "Type":
        return lambda record: record.object

    def read(record: Record) -> Any:
        actual = org.object(record.object)
        known = actual.name_field if field.name == "Name" else actual.field(field.name)
        return getter(org.world, actual, known)(record) if known else None

    return read


def resolve(org: Org, object_: ObjectDef, path: str) -> tuple[Callable[[Record], Any], FieldDef]:
    """Return the reader and the definition of the field at the end of *path*.

    Raises:
        ApiError: INVALID_FIELD.
    """
    function, parenthesis, inner = path.partition("(")
    if parenthesis:
        return _calendar(org, object_, function, inner.removesuffix(")"))
    *relationships, name = path.split(".")
    if relationships and relationships[0].lower() == object_.name.lower():
        relationships = relationships[1:]
    if len(relationships) > _MAX_LEVELS:
        raise ApiError(400, "INVALID_FIELD", "SOQL relationships may have at most 5 levels")
    steps: list[Step] = []
    for relationship in relationships:
        _, object_, step = parent_step(org, object_, relationship)
        steps.append(step)
    field = column(object_, name)
    read = reader(org, object_, field)
    if not steps:
        return read, field

    def walk(record: Record) -> Any:
        at: Record | None = record
        for step in steps:
            at = step(at) if at is not None else None
        return read(at) if at is not None else None

    return walk, field


def _calendar(
    org: Org, object_: ObjectDef, function: str, path: str
) -> tuple[Callable[[Record], Any], FieldDef]:
    """Return the reader of a date function of the field at the end of *path*."""
    work = DATE_FUNCTIONS.get(function)
    if work is None:
        message = f"Grouped or aggregate expression is not allowed here: {function}"
        raise ApiError(400, "MALFORMED_QUERY", message)
    read, field = resolve(org, object_, path)
    if field.type not in ("date", "datetime"):
        message = f"field {field.name} does not support function {function}"
        raise ApiError(400, "INVALID_FIELD", message)

    def value(record: Record) -> Any:
        text = read(record)
        return work(text) if text else None

    kind = "date" if function == "DAY_ONLY" else "int"
    return value, FieldDef(name=f"{function}({field.name})", type=kind, digits=9)
