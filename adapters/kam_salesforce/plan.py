"""How one source is read in this org, and its records as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kam_connector.errors import ConfigError
from kam_connector.model.pull import PulledRow, PullSource
from kam_connector.model.schema import FieldType, ObjectSchema
from kam_salesforce import query
from kam_salesforce.canonical import RowReader, as_instant
from kam_salesforce.client import Client
from kam_salesforce.people import VIRTUAL, extra_fields, people_of

__all__ = ["Describe", "Plan", "make_plan", "rows_of", "rows_of_cells"]

_STATE = ("IsDeleted", "MasterRecordId")

Describe = Callable[[str], ObjectSchema]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one source is read in this org."""

    source: PullSource
    columns: tuple[str, ...]
    reader: RowReader
    conditions: tuple[str, ...]
    empty: bool
    """The field that every row must have does not exist here."""
    has_deleted: bool
    only_rest: bool
    """It reads a compound or other value that Bulk 2.0 refuses or writes differently."""
    places: tuple[int, ...]
    """Where the source's fields stand among the columns."""
    describe: Describe
    notes: tuple[str, ...]

    @property
    def living(self) -> list[str]:
        """Conditions of a backfill: archived activities count, deleted rows do not."""
        alive = [query.is_true("IsDeleted", wanted=False)] if self.has_deleted else []
        return [*self.conditions, *alive]


def make_plan(source: PullSource, describe: Describe) -> Plan:
    """Return how to read a source.

    Raises:
        ConfigError: A field that is not optional does not exist (KAM-1050).
        RecordError: The org has no such object (KAM-3210).
    """
    schema = describe(source.object)
    known = schema.fields
    missing = [name for name in source.fields if name not in known]
    for name in missing:
        if name not in source.optional:
            raise ConfigError(f"{source.object} has no field {name}", code="KAM-1050", field=name)
    if unknown := [name for name in source.virtual if name != VIRTUAL]:
        raise ConfigError(
            f"{source.object} has no virtual field {unknown[0]}",
            code="KAM-1050",
            hint=f"known: {VIRTUAL}",
            field=unknown[0],
        )
    wanted = [known[name] for name in source.fields if name in known]
    extra = extra_fields(schema) if VIRTUAL in source.virtual else ()
    state = tuple(name for name in _STATE if name in known)
    named = ("Id", source.cursor_field, *state, *(f.name for f in wanted), *extra)
    columns = tuple(dict.fromkeys(named))
    conditions = []
    if source.only_with is not None:
        conditions.append(query.has_value(source.only_with))
    if source.without is not None and source.without in known:
        conditions.append(query.is_no_value(source.without))
    return Plan(
        source=source,
        columns=columns,
        reader=RowReader(wanted),
        conditions=tuple(conditions),
        empty=source.only_with is not None and source.only_with not in known,
        has_deleted="IsDeleted" in known,
        only_rest=any(field.type is FieldType.OTHER for field in wanted),
        places=tuple(columns.index(field.name) for field in wanted),
        describe=describe,
        notes=tuple(f"{source.object}.{name} does not exist in this org" for name in missing),
    )


def rows_of(client: Client, plan: Plan, records: Sequence[Mapping[str, Any]]) -> list[PulledRow]:
    """Return records of a JSON answer as rows."""
    source, stamp = plan.source, plan.source.cursor_field
    rows = [
        PulledRow(
            str(record["Id"]),
            as_instant(record[stamp]),
            values,
            record.get("IsDeleted") is True,
            record.get("MasterRecordId"),
        )
        for record, values in zip(records, plan.reader.page(records), strict=True)
    ]
    return _with_people(client, plan, records, rows) if VIRTUAL in source.virtual else rows


def rows_of_cells(client: Client, plan: Plan, lines: Sequence[Sequence[str]]) -> list[PulledRow]:
    """Return the same rows as ``rows_of``, from the cells of a bulk result."""
    if not lines:
        return []
    columns = list(zip(*lines, strict=True))
    refs, stamps = columns[0], columns[plan.columns.index(plan.source.cursor_field)]
    values = plan.reader.columns([columns[place] for place in plan.places]) or [{}] * len(lines)
    rows = list(map(PulledRow, refs, map(as_instant, stamps), values))
    if VIRTUAL not in plan.source.virtual:
        return rows
    records = [dict(zip(plan.columns, cells, strict=True)) for cells in lines]
    return _with_people(client, plan, records, rows)


def _with_people(
    client: Client, plan: Plan, records: Sequence[Mapping[str, Any]], rows: list[PulledRow]
) -> list[PulledRow]:
    people = people_of(client, plan.source.object, records, describe=plan.describe)
    return [row._replace(values={**row.values, VIRTUAL: people[row.ref]}) for row in rows]
