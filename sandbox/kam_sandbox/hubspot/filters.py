"""Search filters: each becomes a question that a record answers with yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from kam_sandbox.hubspot.definitions import Property
from kam_sandbox.hubspot.errors import ApiError, invalid
from kam_sandbox.hubspot.lifecycle import linked
from kam_sandbox.hubspot.naming import object_name
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.validation import moment
from kam_sandbox.hubspot.values import read_value
from kam_sandbox.records import Record

__all__ = ["Question", "question", "sort_value", "tokens"]

Question = Callable[[Record], bool]
_Comparable = Decimal | datetime | str

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": lambda have, want: bool(have == want),
    "NEQ": lambda have, want: bool(have != want),
    "LT": lambda have, want: bool(have < want),
    "LTE": lambda have, want: bool(have <= want),
    "GT": lambda have, want: bool(have > want),
    "GTE": lambda have, want: bool(have >= want),
}
_OPERATORS = [
    *_ORDER,
    "BETWEEN",
    "IN",
    "NOT_IN",
    "HAS_PROPERTY",
    "NOT_HAS_PROPERTY",
    "CONTAINS_TOKEN",
    "NOT_CONTAINS_TOKEN",
]


def question(portal: Portal, object_: str, wanted: Mapping[str, Any]) -> Question:
    """Return the question that one filter asks.

    Raises:
        ApiError: 400, the property, operator or value is not valid.
    """
    operator, name = str(wanted.get("operator")), str(wanted.get("propertyName"))
    if operator not in _OPERATORS:
        raise invalid(
            f'Invalid input JSON: Cannot deserialize value "{operator}", '
            f"not one of the values accepted: {_OPERATORS}"
        )
    if name.startswith("associations."):
        return _association(portal, object_, name, operator, wanted)
    definition = portal.definitions(object_).get(name)
    if definition is None:
        raise _bad_request(f"{name} is not a property of {object_}")

    def have(record: Record) -> str | None:
        return read_value(portal, record, name)

    return _asked(have, definition, operator, wanted)


def sort_value(definition: Property, text: str | None) -> tuple[bool, Any]:
    """Return a key that sorts values by their type, records without one first."""
    if text is None:
        return (False, 0)
    return (True, _comparable(definition, text))


def tokens(text: str) -> list[str]:
    """Return the words of a text as the index keeps them."""
    return [word for word in re.split(r"[^\w*]+", text.lower()) if word]


def _asked(
    have: Callable[[Record], str | None],
    definition: Property,
    operator: str,
    wanted: Mapping[str, Any],
) -> Question:
    match operator:
        case "HAS_PROPERTY" | "NOT_HAS_PROPERTY":
            return lambda record: (have(record) is not None) is (operator == "HAS_PROPERTY")
        case "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN":
            contained = operator == "CONTAINS_TOKEN"
            return _token(have, _value(wanted, "value"), contained=contained)
        case "IN" | "NOT_IN":
            return _member(have, definition, _values(wanted), inside=operator == "IN")
        case "BETWEEN":
            low: Any = _comparable(definition, _value(wanted, "value"))
            high: Any = _comparable(definition, _value(wanted, "highValue"))
            return _compared(have, definition, lambda value: bool(low <= value <= high))
    asked, compare = _comparable(definition, _value(wanted, "value")), _ORDER[operator]
    return _compared(have, definition, lambda value: compare(value, asked))


def _compared(
    have: Callable[[Record], str | None], definition: Property, holds: Callable[[Any], bool]
) -> Question:
    """Return a comparison; a record without a value fits no comparison, not even ``NEQ``."""

    def ask(record: Record) -> bool:
        text = have(record)
        return text is not None and holds(_comparable(definition, text))

    return ask


def _member(
    have: Callable[[Record], str | None],
    definition: Property,
    wanted: list[str],
    *,
    inside: bool,
) -> Question:
    """Return a membership question.

    Texts are indexed in lower case and the wanted ones are not folded: an upper-case
    wanted text finds nothing (vendor's search page). Enumerations keep their case.
    """
    typed = definition.type in ("number", "date", "datetime")
    allowed = {_comparable(definition, one) for one in wanted} if typed else set(wanted)

    def ask(record: Record) -> bool:
        text = have(record)
        if text is None:
            return False
        if definition.multiple:
            return bool(allowed.intersection(text.split(";"))) is inside
        value = text if definition.type == "enumeration" else _comparable(definition, text)
        return (value in allowed) is inside

    return ask


def _token(have: Callable[[Record], str | None], wanted: str, *, contained: bool) -> Question:
    patterns = tokens(wanted)

    def ask(record: Record) -> bool:
        words = tokens(have(record) or "")
        found = all(any(fnmatchcase(word, one) for word in words) for one in patterns)
        return found is contained

    return ask


def _association(
    portal: Portal, object_: str, name: str, operator: str, wanted: Mapping[str, Any]
) -> Question:
    to_object = object_name(name.removeprefix("associations."))
    if operator not in ("EQ", "IN"):
        raise _bad_request(f"{name} takes EQ and IN only")
    asked = {_value(wanted, "value")} if operator == "EQ" else set(_values(wanted))

    def ask(record: Record) -> bool:
        found = linked(portal.world, object_, record.id, to_object)
        return any(to_id in asked for to_id, _ in found)

    return ask


def _comparable(definition: Property, text: str) -> _Comparable:
    if definition.type == "number":
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise _bad_request(f"{text} is not a number") from error
    if definition.type in ("date", "datetime"):
        at = moment(text)
        if at is None:
            raise _bad_request(f"{text} is not a date in milliseconds")
        return at
    return text if definition.type == "enumeration" else text.lower()


def _value(wanted: Mapping[str, Any], key: str) -> str:
    value = wanted.get(key)
    if value is None or isinstance(value, list | dict):
        raise _bad_request(f"operator {wanted.get('operator')} requires '{key}'")
    return "true" if value is True else "false" if value is False else str(value)


def _values(wanted: Mapping[str, Any]) -> list[str]:
    values = wanted.get("values")
    if not isinstance(values, list) or not values:
        raise _bad_request(f"operator {wanted.get('operator')} requires 'values'")
    return [str(value) for value in values]


def _bad_request(reason: str) -> ApiError:
    return ApiError(
        400,
        "VALIDATION_ERROR",
        "There was a problem with the request.",
        errors=[{"message": reason, "code": "INVALID_FILTER"}],
    )
