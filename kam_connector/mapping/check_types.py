"""Do a rule's type, reference and checks fit the path, and a CRM field?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kam_connector.errors import MappingError
from kam_connector.mapping.rule import Rule
from kam_connector.mapping.values import zone
from kam_connector.model.paths import PathSpec, PathType
from kam_connector.model.schema import FieldType

__all__ = ["fits_field", "is_refused", "type_problems"]

_NUMBERS = frozenset({"int", "number", "percent"})
_READ: Mapping[PathType, frozenset[str]] = {
    PathType.TEXT: frozenset({"text", "bool", "date", "datetime"}) | _NUMBERS,
    PathType.INTEGER: frozenset({"int"}),
    PathType.NUMBER: _NUMBERS,
    PathType.BOOLEAN: frozenset({"bool"}),
    PathType.DATE: frozenset({"date"}),
    PathType.DATETIME: frozenset({"datetime"}),
    PathType.MONEY: frozenset({"money"}),
    PathType.LIST: frozenset({"list"}),
    PathType.PEOPLE: frozenset(),
    PathType.JSON: frozenset({"text"}),
}
"""Types a read rule may state for a path."""
_WRITE: Mapping[PathType, frozenset[str]] = {
    **_READ,
    PathType.TEXT: frozenset({"text", "list"}),
    PathType.INTEGER: _NUMBERS | {"text"},
    PathType.NUMBER: _NUMBERS | {"text"},
    PathType.BOOLEAN: frozenset({"bool", "text"}),
    PathType.DATE: frozenset({"date", "datetime", "text"}),
    PathType.DATETIME: frozenset({"date", "datetime", "text"}),
}
"""Types a write rule may make of a path."""
_ANY_TEXT = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.PICKLIST,
        FieldType.MULTI_PICKLIST,
        FieldType.EMAIL,
        FieldType.URL,
        FieldType.PHONE,
        FieldType.OTHER,
        FieldType.ID,
        FieldType.REFERENCE,
    }
)
_NUMERIC = frozenset(
    {FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT, FieldType.OTHER}
)
_FIELD: Mapping[str, frozenset[FieldType]] = {
    "int": _NUMERIC,
    "number": _NUMERIC,
    "percent": _NUMERIC,
    "money": _NUMERIC,
    "bool": frozenset({FieldType.BOOLEAN, FieldType.OTHER}),
    "date": frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.OTHER}),
    "datetime": frozenset({FieldType.DATETIME, FieldType.DATE, FieldType.OTHER}),
}
"""Field types that hold values of a rule's type; a text rule fits every field when reading."""


def type_problems(rule: Rule, spec: PathSpec, *, reading: bool) -> Iterator[str]:
    """Yield in words what does not fit the path."""
    yield from _ref_problems(rule, spec)
    allowed = (_READ if reading else _WRITE).get(spec.type, frozenset())
    if rule.type and rule.type not in allowed and not (rule.map and not reading):
        fitting = f"; it takes {', '.join(sorted(allowed))}" if allowed else ""
        yield f"the path is of type {spec.type}, not {rule.type}{fitting}"
    if reading and spec.type is PathType.MONEY and not rule.currency:
        yield 'an amount needs its currency: currency = a field, "@..." or an ISO code'
    if reading and spec.type is PathType.PEOPLE and not _is_virtual(rule):
        yield "people come from a virtual field of the adapter, such as @relations"
    if rule.step is not None and spec.type not in (PathType.NUMBER, PathType.INTEGER):
        yield "step is for numbers"
    if rule.tz and rule.tz != "portal":
        try:
            zone(rule.tz)
        except MappingError as error:
            yield error.message


def fits_field(type_: str, live: FieldType, *, reading: bool) -> bool:
    """Return whether a rule of a type can read from, or write to, a live field."""
    if reading and live in _ANY_TEXT:
        return True  # texts are decoded, and refused row by row when they are something else
    if type_ in _FIELD:
        return live in _FIELD[type_]
    return reading or live in _ANY_TEXT


def is_refused(rule: Rule, spec: PathSpec | None, live: FieldType) -> bool:
    """Return whether a CRM is sure to refuse what a rule writes: a word where a number belongs.

    It would refuse the whole record for it. Text fields are taken to hold anything, and a rule
    that translates its values may make them fit.
    """
    if spec is None or rule.source != "from" or rule.ref is not None or live in _ANY_TEXT:
        return False
    if rule.map is not None:
        words = [word for word in (*rule.map.entries.values(), rule.map.fallback) if word]
        return live in _NUMERIC and all(word.strip("+-.0123456789") for word in words)
    return "digits" not in dict(rule.via) and not fits_field(str(spec.type), live, reading=False)


def _ref_problems(rule: Rule, spec: PathSpec) -> Iterator[str]:
    wanted = str(spec.type).removeprefix("ref:") if str(spec.type).startswith("ref:") else ""
    if wanted and rule.ref != wanted:
        yield f'the path points at a record: ref = "{wanted}"'
    if rule.ref is not None and not wanted and spec.type is not PathType.LIST:
        yield f"the path is of type {spec.type}: it takes no ref"


def _is_virtual(rule: Rule) -> bool:
    return rule.source == "from" and rule.inputs[0].startswith("@")
