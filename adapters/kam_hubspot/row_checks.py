"""What HubSpot would refuse by the property's own description: told before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from kam_connector.model.batching import refused
from kam_connector.model.change import Change, PushResult
from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_hubspot import query
from kam_hubspot.never import is_never_written

__all__ = ["refusal"]

Describe = Callable[[str], ObjectSchema]

_REQUIRED: Mapping[str, tuple[str, ...]] = {"tasks": ("hs_timestamp",)}
"""What a new record must say (vendor's guides of the objects); definitions do not tell, and
what an administrator asks for beside it only the answer does."""
_NUMBERS = frozenset(
    {FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT},
)


class _Complaint(NamedTuple):
    code: str
    text: str


def refusal(change: Change, describe: Describe) -> PushResult | None:
    """Return why a change need not be sent at all, naming its property; None if it may go."""
    misplaced = _misplaced(change)
    if misplaced is not None:
        return misplaced
    known = describe(change.object).fields
    key = (change.key_field,) if change.key_field else ()
    for name in dict.fromkeys((*change.values, *change.confirmed, *key)):
        if name not in known:
            told = f"{change.object} has no property {name}"
            return refused(change, "KAM-3215", told, fields=(name,))
    for name in _REQUIRED.get(change.object, ()) if change.ref is None else ():
        if name in known and change.values.get(name) is None:
            return refused(change, "KAM-3201", f"{name} is required", fields=(name,))
    for name, value in change.values.items():
        if complaint := _complaint(known[name], value):
            return refused(change, *complaint, fields=(name,))
    return None


def _misplaced(change: Change) -> PushResult | None:
    """Return why a change has no place to go to, or goes to one that is never written."""
    if change.ref is not None and not query.check_ref(change.ref):
        return refused(change, "KAM-3214", "this is no record id")
    if change.ref is None and not (change.key_field and change.key):
        return refused(change, "KAM-3214", "neither a record id nor a key")
    for name in change.values:
        if is_never_written(change.object, name):
            return refused(change, "KAM-5109", f"{name} is never written", fields=(name,))
    return None


def _complaint(spec: FieldSchema, value: JsonValue) -> _Complaint | None:
    """Return what is wrong with one value; None empties the property."""
    if not spec.updateable:
        return _Complaint("KAM-3205", f"{spec.name} may not be written")
    if value is None:
        return None
    if spec.length and len(str(value)) > spec.length:
        told = f"{spec.name} takes {spec.length} characters, not {len(str(value))}"
        return _Complaint("KAM-3202", told)
    if spec.restricted and spec.options and _strange(spec, value):
        return _Complaint("KAM-3203", f"{spec.name} takes {_some(spec.options)}")
    if wanted := _wrong_form(spec, value):
        return _Complaint("KAM-3204", f"{spec.name} takes {wanted}")
    return None


def _strange(spec: FieldSchema, value: JsonValue) -> bool:
    """Tell whether a value is no option: HubSpot compares values, not labels, case and all."""
    if spec.type is FieldType.BOOLEAN:
        return False
    items = value if isinstance(value, list) else str(value).split(";")
    if spec.type is not FieldType.MULTI_PICKLIST:
        items = [value]
    return any(str(item) not in spec.options for item in items if item != "")


def _wrong_form(spec: FieldSchema, value: JsonValue) -> str:
    """Return what form of value a property takes, if this is another."""
    if spec.type in _NUMBERS and not _is_number(value):
        return "a number"
    if spec.type is FieldType.BOOLEAN and str(value).lower() not in ("true", "false"):
        return "true or false"
    if spec.type is FieldType.DATE and not _is_day(str(value)):
        return "a day, or its midnight in UTC"
    if spec.type is FieldType.DATETIME and not _is_moment(str(value)):
        return "a moment"
    return ""


def _is_number(value: JsonValue) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
        return len(text) == 10 or text[10:] in ("T00:00:00Z", "T00:00:00.000Z")
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return text.isdigit() or datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _some(options: Iterable[str]) -> str:
    """Return the first few options, for a message."""
    first = list(options)
    return ", ".join(first[:8]) + (f" and {len(first) - 8} more" if len(first) > 8 else " only")
