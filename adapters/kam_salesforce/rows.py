"""Salesforce's records as rows: the same from a JSON answer and from a bulk result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.model.kind import JsonValue
from kam_connector.model.pull import PulledRow
from kam_salesforce.canonical import as_instant
from kam_salesforce.client import Client
from kam_salesforce.people import people_of
from kam_salesforce.plan import PEOPLE, RECORD_TYPE, Plan

__all__ = ["rows_of", "rows_of_cells"]

_NO_TIME = "1970-01-01T00:00:00.000Z"
"""Stands where an object has no timestamp: equal at every reading, so that values decide."""


def rows_of(client: Client, plan: Plan, records: Sequence[Mapping[str, Any]]) -> list[PulledRow]:
    """Return records of a JSON answer as rows."""
    stamp = plan.stamp
    with client.reading():
        rows = [
            PulledRow(
                str(record["Id"]),
                _NO_TIME if stamp is None else as_instant(record[stamp]),
                values,
                record.get("IsDeleted") is True,
                record.get("MasterRecordId"),
            )
            for record, values in zip(records, plan.reader.page(records), strict=True)
        ]
    return _with_virtual(client, plan, records, rows)


def rows_of_cells(client: Client, plan: Plan, lines: Sequence[Sequence[str]]) -> list[PulledRow]:
    """Return the same rows as ``rows_of``, from the cells of a bulk result."""
    if not lines:
        return []
    columns = list(zip(*lines, strict=True))
    refs, count = columns[0], len(lines)
    if plan.stamp is None:
        stamps = [_NO_TIME] * count
    else:
        stamps = list(map(as_instant, columns[plan.columns.index(plan.stamp)]))
    values = plan.reader.columns([columns[place] for place in plan.places]) or [{}] * count
    rows = list(map(PulledRow, refs, stamps, values))
    if not plan.source.virtual:
        return rows
    records = [dict(zip(plan.living_columns, cells, strict=True)) for cells in lines]
    return _with_virtual(client, plan, records, rows)


def _with_virtual(
    client: Client, plan: Plan, records: Sequence[Mapping[str, Any]], rows: list[PulledRow]
) -> list[PulledRow]:
    if not plan.source.virtual or not rows:
        return rows
    made: list[dict[str, JsonValue]] = [{} for _ in rows]
    if PEOPLE in plan.source.virtual:
        people = people_of(client, plan.source.object, records, describe=plan.describe)
        for row, values in zip(rows, made, strict=True):
            values[PEOPLE] = people[row.ref]
    if RECORD_TYPE in plan.source.virtual:
        for record, values in zip(records, made, strict=True):
            values[RECORD_TYPE] = plan.record_types.get(record.get("RecordTypeId") or "")
    pairs = zip(rows, made, strict=True)
    return [row._replace(values={**row.values, **values}) for row, values in pairs]
