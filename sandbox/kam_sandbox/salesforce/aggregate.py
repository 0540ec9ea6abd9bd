"""Aggregate queries: groups of records, and one row told of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.filters import ORDERED
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.paths import resolve
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.salesforce.soql import AGGREGATES
from kam_sandbox.salesforce.soql_tree import Comparison, Condition, Junction, Literal, Query
from kam_sandbox.salesforce.values import json_value

__all__ = ["aggregate_rows"]

Members = Sequence[Record]
Measure = Callable[[Members], Any]


def aggregate_rows(
    org: Org, object_: ObjectDef, query: Query, records: Sequence[Record]
) -> list[dict[str, Any]]:
    """Return the rows of an aggregate query.

    Raises:
        ApiError: MALFORMED_QUERY when a plain field is not grouped, INVALID_FIELD.
    """
    measures = _Measures(org, object_, query)
    keys = [resolve(org, object_, name) for name in query.group]
    _check(query, [field for _, field in keys])
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(tuple(read(record) for read, _ in keys), []).append(record)
    if not query.group:
        groups.setdefault((), [])
    shown = [
        (query.aliases.get(name, name.rpartition(".")[2]), measures.of(name))
        for name in query.fields
    ]
    shown += [(i.alias, measures.of(f"{i.function}({i.field})")) for i in query.aggregates]
    found: list[Members] = list(groups.values())
    if query.having is not None:
        test = measures.test(query.having)
        found = [members for members in found if test(members)]
    for sort in reversed(query.order):
        found = _sorted(found, measures.plain(sort.field), sort.descending, sort.nulls_last)
    return [
        {"attributes": {"type": "AggregateResult"}}
        | {name: measure(members) for name, measure in shown}
        for members in found
    ]


def _check(query: Query, grouped: Sequence[FieldDef]) -> None:
    """Refuse groups of what does not group, and one name for two columns."""
    for field in grouped:
        if not field.groupable:
            message = f"field '{field.name}' can not be grouped in a query call"
            raise ApiError(400, "MALFORMED_QUERY", message)
    if query.count:
        raise ApiError(400, "MALFORMED_QUERY", "unexpected token: COUNT() must stand alone")
    names = [*query.aliases.values(), *(i.alias for i in query.aggregates)]
    names += [name for name in query.fields if name not in query.aliases]
    twice = [name for name, times in Counter(map(str.lower, names)).items() if times > 1]
    if twice:
        raise ApiError(400, "MALFORMED_QUERY", f"duplicate alias: {twice[0]}")


class _Measures:
    """What can be said of a group: its own fields, and aggregates of its members."""

    def __init__(self, org: Org, object_: ObjectDef, query: Query) -> None:
        self._org = org
        self._object = object_
        self._grouped = {name.lower() for name in query.group}

    def of(self, operand: str) -> Measure:
        """Return the measure as an answer shows it."""
        return self._measure(operand, show=True)

    def plain(self, operand: str) -> Measure:
        """Return the measure as it compares."""
        return self._measure(operand, show=False)

    def _measure(self, operand: str, *, show: bool) -> Measure:
        function, parenthesis, inner = operand.partition("(")
        if parenthesis and function in AGGREGATES:
            return self._aggregate(function, inner.removesuffix(")"), show=show)
        if operand.lower() not in self._grouped:
            message = f"Field must be grouped or aggregated: {operand}"
            raise ApiError(400, "MALFORMED_QUERY", message)
        read, field = resolve(self._org, self._object, operand)
        return lambda members: _shown(field, read(members[0]), show=show)

    def _aggregate(self, function: str, path: str, *, show: bool) -> Measure:
        if not path:
            return len
        read, field = resolve(self._org, self._object, path)
        if function in ("SUM", "AVG") and not (field.numeric or field.type == "int"):
            raise _unsupported(field, function)
        if function in ("MIN", "MAX") and not field.aggregatable:
            raise _unsupported(field, function)

        def measure(members: Members) -> Any:
            values = [value for value in map(read, members) if value is not None]
            match function:
                case "COUNT":
                    return len(values)
                case "COUNT_DISTINCT":
                    return len(set(values))
                case "MAX":
                    return _shown(field, max(values, default=None), show=show)
                case "MIN":
                    return _shown(field, min(values, default=None), show=show)
            if not values:
                return None
            total = sum((Decimal(str(value)) for value in values), Decimal())
            return float(total if function == "SUM" else total / len(values))

        return measure

    def test(self, condition: Condition) -> Callable[[Members], bool]:
        """Return the test of a HAVING clause."""
        if isinstance(condition, Junction):
            tests = [self.test(part) for part in condition.parts]
            if condition.operator == "NOT":
                return lambda members: not tests[0](members)
            join = all if condition.operator == "AND" else any
            return lambda members: join(test(members) for test in tests)
        return self._comparison(condition)

    def _comparison(self, condition: Comparison) -> Callable[[Members], bool]:
        measure, operator = self.plain(condition.field), condition.operator
        if isinstance(condition.value, Query):
            raise ApiError(400, "MALFORMED_QUERY", "HAVING takes no sub-query")
        if isinstance(condition.value, tuple):
            wanted = {_plain(literal) for literal in condition.value}
            return lambda members: (_folded(measure(members)) in wanted) == (operator == "IN")
        value = _plain(condition.value)
        if operator in ("=", "!="):
            return lambda members: (_folded(measure(members)) == value) == (operator == "=")
        compare = ORDERED.get(operator)
        if compare is None:
            raise ApiError(400, "MALFORMED_QUERY", f"HAVING takes no {operator}")

        def test(members: Members) -> bool:
            found = _folded(measure(members))
            return found is not None and value is not None and compare(found, value)

        return test


def _unsupported(field: FieldDef, function: str) -> ApiError:
    message = f"field {field.name} does not support aggregate operator {function}"
    return ApiError(400, "MALFORMED_QUERY", message)


def _plain(literal: Literal) -> Any:
    if literal.kind == "number":
        return Decimal(literal.value)
    return _folded(literal.value)


def _folded(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    return value.lower() if isinstance(value, str) else value


def _sorted(
    groups: list[Members], measure: Measure, descending: bool, nulls_last: bool
) -> list[Members]:
    keyed = [(_folded(measure(members)), members) for members in groups]
    blank = [members for key, members in keyed if key is None]
    filled = [pair for pair in keyed if pair[0] is not None]
    filled.sort(key=lambda pair: pair[0], reverse=descending)
    ordered = [members for _, members in filled]
    return ordered + blank if nulls_last else blank + ordered


def _shown(field: FieldDef, value: Any, *, show: bool) -> Any:
    convert = json_value(field) if show else None
    return value if convert is None else convert(value)
