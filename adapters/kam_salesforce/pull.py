"""Reading: a backfill by id, then windows by (timestamp, id), all through queryAll."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from kam_connector.errors import ConfigError, RecordError
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.schema import FieldType, ObjectSchema
from kam_connector.model.window import Fetched, parse_instant, walk
from kam_salesforce import query
from kam_salesforce.bulk_place import MAX_ATTEMPTS, Place
from kam_salesforce.bulk_query import ROWS, BulkQuery, UsedJobs
from kam_salesforce.canonical import RowReader, as_instant
from kam_salesforce.client import Client, chunks
from kam_salesforce.people import VIRTUAL, extra_fields, people_of

__all__ = ["pull", "read"]

PAGE_SIZE = 2000
"""Salesforce's largest page; LIMITed, so that no query locator outlives a page."""
READ_SIZE = 2000
"""Most ids of one collections retrieve."""
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
    pick: Callable[[Sequence[str]], tuple[str, ...]]
    """Takes the source's fields out of a row of cells in the order of the columns."""
    describe: Describe
    notes: tuple[str, ...]


def pull(
    client: Client, request: PullRequest, *, describe: Describe, used: UsedJobs
) -> Iterator[Page]:
    """Yield the pages of a stream; see the port.

    One call per 2,000 rows, plus relations; a large backfill goes through Bulk 2.0.
    """
    client.now(ask=True)
    used.drop(but=request.cursor.ref if request.cursor else "")
    plan = _plan(request.source, describe)
    size = min(request.page_size or PAGE_SIZE, PAGE_SIZE)
    with closing(_Backfill(client, plan, request, used=used)) as backfill:

        def fetch(cursor: Cursor) -> Fetched:
            if plan.empty or request.stream is Stream.ARCHIVED:  # queryAll shows what is deleted
                return Fetched(rows=[], last=True, notes=plan.notes)
            if cursor.since is None:
                return backfill.fetch(cursor)
            return _window(client, plan, cursor, size)

        yield from walk(request, now=client.now, fetch=fetch)


def read(
    client: Client, source: PullSource, refs: Sequence[str], *, describe: Describe
) -> dict[str, PulledRow]:
    """Return present rows by the ref asked for; a merged one answers with its survivor."""
    plan = _plan(source, describe)
    good = [ref for ref in dict.fromkeys(refs) if query.check_ref(ref)]
    found = _present(client, plan, good)
    gone = [ref for ref in good if ref not in found]
    if gone and "MasterRecordId" in plan.columns:
        winners = _winners(client, source.object, gone)
        rows = _present(client, plan, sorted(set(winners.values())))
        found |= {ref: rows[winner] for ref, winner in winners.items() if winner in rows}
    return found


def _plan(source: PullSource, describe: Describe) -> Plan:
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
        conditions.append(f"{query.field(source.only_with)} != null")
    if source.without is not None and source.without in known:
        conditions.append(f"{query.field(source.without)} = null")
    return Plan(
        source=source,
        columns=columns,
        reader=RowReader(wanted),
        conditions=tuple(conditions),
        empty=source.only_with is not None and source.only_with not in known,
        has_deleted="IsDeleted" in known,
        only_rest=any(field.type is FieldType.OTHER for field in wanted),
        pick=_picker([columns.index(field.name) for field in wanted]),
        describe=describe,
        notes=tuple(f"{source.object}.{name} does not exist in this org" for name in missing),
    )


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Return how several cells are taken at once: at the speed of C."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)


class _Backfill:
    """Everything there is: by id through REST, or as one bulk job where that is cheaper."""

    def __init__(self, client: Client, plan: Plan, request: PullRequest, *, used: UsedJobs) -> None:
        self._client = client
        self._plan = plan
        self._size = min(request.page_size or PAGE_SIZE, PAGE_SIZE)
        rows = request.page_size or ROWS
        soql = query.select(plan.columns, plan.source.object, _living(plan))
        self._bulk = BulkQuery(client, soql, plan.columns, rows=rows, used=used)

    def fetch(self, cursor: Cursor) -> Fetched:
        """Return the page behind a place of the backfill."""
        place = Place.of(cursor.ref)
        if place.untouched and self._is_for_bulk(place):
            begun = self._bulk.begin(place)
            if begun is not None:
                return self._page([], begun)
        if not place.job:
            return self._by_id(place)
        taken = self._bulk.take(place)
        rows = _rows_of_cells(self._client, self._plan, taken.cells)
        return self._page(rows, taken.place, last=taken.last)

    def close(self) -> None:
        """Give back files and threads."""
        self._bulk.close()

    def _is_for_bulk(self, place: Place) -> bool:
        """Tell whether a job is worth its wait (one call)."""
        if place.attempt >= MAX_ATTEMPTS or self._plan.only_rest:
            return False
        least, object_ = self._client.settings.bulk_read_from, self._plan.source.object
        return not least or _record_count(self._client, object_) >= least

    def _by_id(self, place: Place) -> Fetched:
        where = _living(self._plan)
        if place.last_id:
            where.append(f"Id > {query.quoted(place.last_id)}")
        object_ = self._plan.source.object
        soql = query.select(self._plan.columns, object_, where, order=["Id"], limit=self._size)
        records = self._client.query(soql, deleted=True)
        rows = _rows(self._client, self._plan, records)
        reached = replace(place, last_id=rows[-1].ref) if rows else place
        return self._page(rows, reached, last=len(records) < self._size)

    def _page(self, rows: list[PulledRow], place: Place, *, last: bool = False) -> Fetched:
        return Fetched(rows=rows, ref=str(place), last=last, notes=self._plan.notes)


def _window(client: Client, plan: Plan, cursor: Cursor, size: int) -> Fetched:
    """Return what changed behind a cursor, a page of it."""
    records = client.query(_soql(plan, cursor, size), deleted=True)
    rows = _rows(client, plan, records)
    return Fetched(
        rows=rows,
        at=parse_instant(rows[-1].modified_at) if rows else None,
        ref=rows[-1].ref if rows else "",
        last=len(records) < size,
        notes=plan.notes,
    )


def _soql(plan: Plan, cursor: Cursor, size: int) -> str:
    stamp = query.field(plan.source.cursor_field)
    where = list(plan.conditions)
    since = cursor.since or datetime.min.replace(tzinfo=UTC)
    if cursor.at is None:
        where.append(f"{stamp} >= {query.at(since)}")
    else:
        here = query.at(cursor.at)
        tie = f"({stamp} = {here} AND Id > {query.quoted(cursor.ref)})"
        where.append(f"({tie} OR {stamp} > {here})")
    where.append(f"{stamp} < {query.at(cursor.until or since)}")
    order = [plan.source.cursor_field, "Id"]
    return query.select(plan.columns, plan.source.object, where, order=order, limit=size)


def _living(plan: Plan) -> list[str]:
    """Return the conditions of a backfill: archived activities count, deleted rows do not."""
    return [*plan.conditions, *(["IsDeleted = false"] if plan.has_deleted else [])]


def _record_count(client: Client, object_: str) -> int:
    """Return about how many records there are; 0 where the org does not count them."""
    try:
        answer = client.call("limits/recordCount", params={"sObjects": object_})
    except RecordError:
        return 0
    counts = answer.get("sObjects") if isinstance(answer, Mapping) else None
    return max((int(one["count"]) for one in counts or ()), default=0)


def _rows(client: Client, plan: Plan, records: Sequence[Mapping[str, Any]]) -> list[PulledRow]:
    source, stamp = plan.source, plan.source.cursor_field
    take = plan.reader.values
    rows = [
        PulledRow(
            ref=str(record["Id"]),
            modified_at=as_instant(record[stamp]),
            values=take(record),
            deleted=record.get("IsDeleted") is True,
            merged_into=record.get("MasterRecordId"),
        )
        for record in records
    ]
    return _with_people(client, plan, records, rows) if VIRTUAL in source.virtual else rows


def _rows_of_cells(client: Client, plan: Plan, lines: Sequence[Sequence[str]]) -> list[PulledRow]:
    """Return the same rows as ``_rows``, from the cells of a bulk result."""
    stamp = plan.columns.index(plan.source.cursor_field)
    pick, take = plan.pick, plan.reader.texts
    rows = [
        PulledRow(ref=cells[0], modified_at=as_instant(cells[stamp]), values=take(pick(cells)))
        for cells in lines
    ]
    if VIRTUAL not in plan.source.virtual or not rows:
        return rows
    records = [dict(zip(plan.columns, cells, strict=True)) for cells in lines]
    return _with_people(client, plan, records, rows)


def _with_people(
    client: Client, plan: Plan, records: Sequence[Mapping[str, Any]], rows: list[PulledRow]
) -> list[PulledRow]:
    people = people_of(client, plan.source.object, records, describe=plan.describe)
    return [row._replace(values={**row.values, VIRTUAL: people[row.ref]}) for row in rows]


def _present(client: Client, plan: Plan, refs: Sequence[str]) -> dict[str, PulledRow]:
    found: dict[str, PulledRow] = {}
    for part in chunks(refs, READ_SIZE):
        body = {"ids": list(part), "fields": list(plan.columns)}
        answer = client.call(f"composite/sobjects/{plan.source.object}", method="POST", body=body)
        records = [r for r in answer or () if r is not None and r.get("IsDeleted") is not True]
        by_id = {row.ref[:15]: row for row in _rows(client, plan, records)}
        found |= {ref: by_id[ref[:15]] for ref in part if ref[:15] in by_id}
    return found


def _winners(client: Client, object_: str, refs: Sequence[str]) -> dict[str, str]:
    """Follow merges to the end; a chain that comes back to itself ends there."""
    winners = {ref: ref for ref in refs}
    for _ in range(10):  # our choice: deeper chains of merges are not met in practice
        asked = sorted({winner for winner in winners.values() if winner})
        masters: dict[str, str] = {}
        for part in chunks(asked, 300):
            soql = query.select(("Id", "MasterRecordId"), object_, [query.is_in("Id", part)])
            rows = client.query(soql, deleted=True)
            masters |= {r["Id"]: r["MasterRecordId"] for r in rows if r["MasterRecordId"]}
        moved = {ref: masters[w] for ref, w in winners.items() if w in masters}
        if not moved:
            break
        winners |= moved
    return {ref: winner for ref, winner in winners.items() if winner != ref}
