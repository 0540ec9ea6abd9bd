"""What Salesforce would refuse by the record's own description: told before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kam_connector.model.batching import refused
from kam_connector.model.change import Change, PushResult
from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_salesforce import query
from kam_salesforce.never import is_never_written

__all__ = ["refusal"]

_TEXTS = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.URL, FieldType.PHONE}
)


class _Complaint(NamedTuple):
    code: str
    text: str


def refusal(change: Change, describe: Callable[[str], ObjectSchema]) -> PushResult | None:
    """Return why a change need not be sent at all, naming its fields; None if it may go.

    A field without access for our user is not in the describe, so it counts as unknown.
    """
    misplaced = _misplaced(change)
    if misplaced is not None:
        return misplaced
    known = describe(change.object).fields
    names = dict.fromkeys((*change.values, *([change.key_field] if change.key_field else [])))
    for name in names:
        if name not in known:
            return _refused(change, "KAM-3215", f"{change.object} has no field {name}", name)
    if change.ref is None:
        for spec in known.values():
            if spec.required and spec.name not in names:
                return _refused(change, "KAM-3201", f"{spec.name} is required", spec.name)
    for name, value in change.values.items():
        if complaint := _complaint(known[name], value, is_new=change.ref is None):
            return _refused(change, *complaint, name)
    return None


def _misplaced(change: Change) -> PushResult | None:
    """Return why a change has no place to go to, or goes to one that is never written."""
    if change.ref is not None and not query.check_ref(change.ref):
        return refused(change, "KAM-3214", "this is no record id")
    if change.ref is None and not (change.key_field and change.key):
        return refused(change, "KAM-3214", "neither a record id nor a key")
    for name in change.values:
        if is_never_written(change.object, name):
            return _refused(change, "KAM-5109", f"{name} is never written", name)
    return None


def _refused(change: Change, code: str, text: str, name: str) -> PushResult:
    return refused(change, code, text, fields=(name,))


def _complaint(spec: FieldSchema, value: JsonValue, *, is_new: bool) -> _Complaint | None:
    """Return what is wrong with one value; a created record may be one that exists already."""
    may = spec.updateable or (is_new and spec.createable)
    if not may:
        return _Complaint("KAM-3205", f"{spec.name} may not be written")
    if value is None:
        return _Complaint("KAM-3201", f"{spec.name} is required") if spec.required else None
    if spec.type in _TEXTS and spec.length and len(str(value)) > spec.length:
        told = f"{spec.name} takes {spec.length} characters, not {len(str(value))}"
        return _Complaint("KAM-3202", told)
    if spec.restricted and spec.options and _strange(spec, value):
        return _Complaint("KAM-3203", f"{spec.name} takes {_some(spec.options)}")
    return None


def _strange(spec: FieldSchema, value: JsonValue) -> bool:
    """Tell whether a value is no option; Salesforce compares without regard to case."""
    options = {option.lower() for option in spec.options}
    if spec.type is FieldType.MULTI_PICKLIST:
        items = value if isinstance(value, list) else str(value).split(";")
        return any(str(item).lower() not in options for item in items)
    return str(value).lower() not in options


def _some(options: Iterable[str]) -> str:
    """Return the first few options, for a message."""
    first = list(options)
    return ", ".join(first[:8]) + (f" and {len(first) - 8} more" if len(first) > 8 else " only")
