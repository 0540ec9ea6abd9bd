"""WHERE: conditions compiled to functions of a record, with SOQL's own rules of comparison."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.date_ranges import day_range
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import whole_id
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.paths import resolve
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.salesforce.soql_tree import Comparison, Condition, Junction, Literal, Query
from kam_sandbox.salesforce.values import instant

__all__ = ["ORDERED", "compile_where"]

Test = Callable[[Record], bool]
Select = Callable[[Query], Iterable[Any]]

ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""The comparisons that put values in an order."""
_NUMERIC_TEXT = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")
_WANTED = {
    "boolean": "boolean",
    "currency": "number",
    "date": "date",
    "datetime": "datetime",
    "double": "number",
    "int": "number",
    "percent": "number",
}
"""The kind of literal a field type takes; every other type takes strings."""

_MAX_STRING = 4_000
"""Characters of one literal in WHERE (SOQL and SOSL Limits)."""


def compile_where(org: Org, object_: ObjectDef, where: Condition, select: Select) -> Test:
    """Return the test of a WHERE clause.

    Args:
        org: For schema, parents and the day's date.
        object_: What FROM names.
        where: The clause.
        select: Runs a semi-join's sub-query and gives its values.

    Raises:
        ApiError: INVALID_FIELD and its kin.
    """
    if isinstance(where, Junction):
        tests = [compile_where(org, object_, part, select) for part in where.parts]
        if where.operator == "NOT":
            inner = tests[0]
            return lambda record: not inner(record)
        if where.operator == "AND":
            return lambda record: all(test(record) for test in tests)
        return lambda record: any(test(record) for test in tests)
    return _compile_comparison(org, object_, where, select)


def _compile_comparison(
    org: Org, object_: ObjectDef, comparison: Comparison, select: Select
) -> Test:
    read, field = resolve(org, object_, comparison.field)
    _check_filter(field, comparison)
    key = _key(field)
    value = comparison.value
    if isinstance(value, Query):
        _check_join(org, object_, comparison, field)
        return _membership(read, key, comparison.operator, {key(item) for item in select(value)})
    if isinstance(value, tuple):
        if comparison.operator in ("INCLUDES", "EXCLUDES"):
            return _includes(read, field, comparison.operator, value)
        members = {_plain(field, literal) for literal in value}
        return _membership(read, key, comparison.operator, members)
    if value.kind == "named":
        return _in_range(read, field, comparison.operator, _range(org, field, str(value.value)))
    wanted = _plain(field, value)
    if comparison.operator == "LIKE":
        return _like(read, field, wanted)
    return _compared(read, key, comparison.operator, wanted)


def _check_filter(field: FieldDef, comparison: Comparison) -> None:
    message = ""
    if not field.filterable:
        message = f"field '{field.name}' can not be filtered in a query call"
    elif field.type == "address":
        message = "Address fields can only be filtered using Distance expressions"
    if message:
        raise ApiError(400, "INVALID_FIELD", message)
    if field.type == "boolean" and comparison.operator not in ("=", "!=", "IN", "NOT IN"):
        message = "invalid operator on boolean field"
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", message)


def _compared(
    read: Callable[[Record], Any], key: Callable[[Any], Any], operator_: str, wanted: Any
) -> Test:
    if operator_ == "=":
        return lambda record: bool(key(read(record)) == wanted)
    if operator_ == "!=":
        return lambda record: bool(key(read(record)) != wanted)
    compare = ORDERED[operator_]
    if wanted is None:
        return lambda _record: False

    def ordered(record: Record) -> bool:
        found = key(read(record))
        return found is not None and compare(found, wanted)

    return ordered


def _membership(
    read: Callable[[Record], Any], key: Callable[[Any], Any], operator_: str, members: set[Any]
) -> Test:
    if operator_ == "IN":
        return lambda record: key(read(record)) in members
    return lambda record: key(read(record)) not in members


def _key(field: FieldDef) -> Callable[[Any], Any]:
    """Return how a stored value compares: text without regard to case, empty text as null."""
    if field.type in ("id", "reference", "date", "datetime", "boolean"):
        return _as_is
    return _number if _WANTED.get(field.type) == "number" else _folded


def _as_is(value: Any) -> Any:
    return None if value == "" else value


def _number(value: Any) -> Any:
    """Return a text as a number; what a field held before it became one is none."""
    if not isinstance(value, str):
        return value
    return Decimal(value) if _NUMERIC_TEXT.fullmatch(value) else None


def _folded(value: Any) -> Any:
    return value.lower() or None if isinstance(value, str) else value


def _plain(field: FieldDef, literal: Literal) -> Any:
    """Return a literal as it compares with values of *field*, or refuse its kind."""
    if literal.kind == "null":
        return None
    wanted = _WANTED.get(field.type, "string")
    if literal.kind != wanted:
        raise _wrong_kind(field, wanted)
    if wanted == "number":
        return Decimal(literal.value)
    if wanted in ("date", "datetime"):
        return _day_or_instant(field, wanted, literal.value)
    if wanted != "string":
        return literal.value
    if len(literal.value) > _MAX_STRING:
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", "string literal is too long")
    if field.type in ("id", "reference"):
        return _id(literal.value)
    return literal.value.lower() or None


def _check_join(org: Org, object_: ObjectDef, comparison: Comparison, field: FieldDef) -> None:
    """Refuse a sub-query that does not give one id of what the outer field points at."""
    inner = comparison.value
    if not isinstance(inner, Query) or len(inner.fields) != 1 or inner.aggregates:
        raise ApiError(400, "MALFORMED_QUERY", "a semi join sub-select selects one field")
    target = org.object(inner.object)
    _, given = resolve(org, target, inner.fields[0])
    ours = {object_.name} if comparison.field.lower() == "id" else set(field.targets)
    theirs = {target.name} if given.type == "id" else set(given.targets)
    if not ours & theirs and not (field.type == "id" and "." in comparison.field):
        message = (
            f"The selected field '{given.name}' in the subquery and the left operand field in the "
            f"where expression in the outer query '{field.name}' should point to the same object "
            "type"
        )
        raise ApiError(400, "MALFORMED_QUERY", message)


def _day_or_instant(field: FieldDef, kind: str, text: str) -> str:
    try:
        return instant(text) if kind == "datetime" else date.fromisoformat(text).isoformat()
    except (ValueError, OverflowError) as error:  # 30 February
        raise _wrong_kind(field, kind) from error


def _wrong_kind(field: FieldDef, wanted: str) -> ApiError:
    kind = {"datetime": "dateTime", "number": "double"}.get(wanted, wanted)
    quoted = "" if wanted == "string" else "not "
    return ApiError(
        400,
        "INVALID_FIELD",
        f"value of filter criterion for field '{field.name}' must be of type {kind} and should "
        f"{quoted}be enclosed in quotes",
    )


def _id(text: str) -> str | None:
    if not text:
        return None
    if whole := whole_id(text):
        return whole
    raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}")


def _like(read: Callable[[Record], Any], field: FieldDef, wanted: Any) -> Test:
    if _WANTED.get(field.type, "string") != "string" or field.type in ("id", "reference"):
        message = f"invalid operator on {field.type} field"
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", message)
    parts = (
        ".*" if char == "%" else "." if char == "_" else re.escape(char) for char in wanted or ""
    )
    pattern = re.compile("".join(parts), re.IGNORECASE | re.DOTALL)

    def like(record: Record) -> bool:
        found = read(record)
        return isinstance(found, str) and pattern.fullmatch(found) is not None

    return like


def _includes(
    read: Callable[[Record], Any], field: FieldDef, operator_: str, value: tuple[Literal, ...]
) -> Test:
    """Test a multi-select list: any literal of whose ``;``-joined values all are chosen."""
    if field.type != "multipicklist":
        message = "includes or excludes operator only valid on multipicklist field"
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", message)
    wanted = [set(str(_plain(field, literal)).split(";")) for literal in value]

    def test(record: Record) -> bool:
        chosen = set((read(record) or "").lower().split(";"))
        return any(group <= chosen for group in wanted) == (operator_ == "INCLUDES")

    return test


def _range(org: Org, field: FieldDef, name: str) -> tuple[str, str]:
    """Return the half-open range of days of a date literal such as ``LAST_N_DAYS:30``."""
    if field.type not in ("date", "datetime"):
        raise _wrong_kind(field, _WANTED.get(field.type, "string"))
    bounds = day_range(name, org.world.clock.now().date())
    if bounds is None:
        raise ApiError(400, "MALFORMED_QUERY", f"unexpected token: '{name}'")
    first, after = (day.isoformat() for day in bounds)
    if field.type == "date":
        return first, after
    return f"{first}T00:00:00.000Z", f"{after}T00:00:00.000Z"


def _in_range(
    read: Callable[[Record], Any], field: FieldDef, operator_: str, bounds: tuple[str, str]
) -> Test:
    first, after = bounds
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda value: first <= value < after,
        "!=": lambda value: not first <= value < after,
        "<": lambda value: value < first,
        "<=": lambda value: value < after,
        ">": lambda value: value >= after,
        ">=": lambda value: value >= first,
    }
    test = tests.get(operator_)
    if test is None:
        message = f"invalid operator on {field.type} field"
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", message)

    def in_range(record: Record) -> bool:
        value = read(record)
        return bool(value) and test(value)

    return in_range
