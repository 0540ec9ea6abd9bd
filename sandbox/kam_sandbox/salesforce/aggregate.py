"""Aggregate queries: groups of records, and one row told of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.paths import resolve
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.salesforce.soql_tree import Aggregate, Query
from kam_sandbox.salesforce.values import json_value

__all__ = ["aggregate_rows"]


def aggregate_rows(
    org: Org, object_: ObjectDef, query: Query, records: Sequence[Record]
) -> list[dict[str, Any]]:
    """Return the rows of an aggregate query.

    Raises:
        ApiError: MALFORMED_QUERY when a plain field is not grouped, INVALID_FIELD.
    """
    grouped = {name.lower() for name in query.group}
    loose = [name for name in query.fields if name.lower() not in grouped]
    if loose:
        message = f"Field must be grouped or aggregated: {loose[0]}"
        raise ApiError(400, "MALFORMED_QUERY", message)
    keys = [resolve(org, object_, name) for name in query.group]
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(tuple(read(record) for read, _ in keys), []).append(record)
    if not query.group:
        groups.setdefault((), [])
    measures = [(item, _measure(org, object_, item)) for item in query.aggregates]
    rows = []
    for key, members in groups.items():
        row: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for (_, field), value in zip(keys, key, strict=True):
            row[field.name] = _shown(field, value)
        row |= {item.alias: measure(members) for item, measure in measures}
        rows.append(row)
    return rows


def _measure(org: Org, object_: ObjectDef, item: Aggregate) -> Callable[[Iterable[Record]], Any]:
    read, field = resolve(org, object_, item.field)
    if item.function in ("SUM", "AVG") and not (field.numeric or field.type == "int"):
        message = f"field {field.name} does not support aggregate operator {item.function}"
        raise ApiError(400, "MALFORMED_QUERY", message)

    def measure(members: Iterable[Record]) -> Any:
        values = [value for value in map(read, members) if value is not None]
        match item.function:
            case "COUNT":
                return len(values)
            case "COUNT_DISTINCT":
                return len(set(values))
            case "MAX":
                return _shown(field, max(values, default=None))
            case "MIN":
                return _shown(field, min(values, default=None))
        if not values:
            return None
        total = sum((Decimal(str(value)) for value in values), Decimal())
        return float(total if item.function == "SUM" else total / len(values))

    return measure


def _shown(field: FieldDef, value: Any) -> Any:
    convert = json_value(field)
    return value if convert is None else convert(value)
