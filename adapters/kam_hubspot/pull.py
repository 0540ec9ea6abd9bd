"""Reading: a backfill by listing, then search windows by id; archived records by listing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kam_connector.errors import ConfigError, SignInError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.window import Fetched, instant, walk
from kam_hubspot import query
from kam_hubspot.canonical import RowReader, as_instant
from kam_hubspot.client import LINKS_SIZE, Client, chunks, next_after
from kam_hubspot.describe import OWNERS
from kam_hubspot.people import VIRTUAL, extra_fields, people_of

__all__ = ["pull", "read"]

LIST_SIZE = 100
SEARCH_SIZE = 200
READ_SIZE = 100
"""Largest pages of a listing, a search and a batch read."""
_WIDE = 2000
"""Our choice: longer lists of names go into a batch read. A search body may have 3,000
characters, and a listing's URL fails from about 8,000."""
_MERGED = "hs_merged_object_ids"

Describe = Callable[[str], ObjectSchema]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one source is read in this portal."""

    source: PullSource
    columns: tuple[str, ...]
    reader: RowReader
    empty: bool
    """The property that every row must have does not exist here."""
    without: str | None
    notes: tuple[str, ...]

    @property
    def wide(self) -> bool:
        """Too many properties for a URL or a search body."""
        return sum(len(name) + 3 for name in self.columns) > _WIDE


def pull(client: Client, request: PullRequest, *, describe: Describe) -> Iterator[Page]:
    """Yield the pages of a stream; see the port. One call per page, plus associations."""
    try:
        client.now(ask=True)
        yield from walk(request, now=client.now, fetch=_fetcher(client, request, describe))
    except SignInError as error:
        if request.source.kind is not Kind.ACTIVITY or error.code != "KAM-3003":
            raise
        note = f"{request.source.object} are not readable with this token: a scope is missing"
        cursor = request.cursor or Cursor()
        yield Page(rows=[], next_cursor=cursor, complete=True, notes=(note,))


def read(
    client: Client, source: PullSource, refs: Sequence[str], *, describe: Describe
) -> dict[str, PulledRow]:
    """Return present rows by the ref asked for; a merged one answers with its survivor."""
    plan = _plan(source, describe)
    good = [ref for ref in dict.fromkeys(refs) if query.check_ref(ref)]
    if source.object == OWNERS:
        rows = {row.ref: row for row in _owners(client, plan)}
        return {ref: rows[ref] for ref in good if ref in rows}
    found: dict[str, PulledRow] = {}
    for row in _rows(client, plan, _by_ref(client, plan, good)):
        found[row.ref] = row
        for old in row.absorbed:
            found.setdefault(old, row)
    return {ref: found[ref] for ref in good if ref in found}


def _fetcher(
    client: Client, request: PullRequest, describe: Describe
) -> Callable[[Cursor], Fetched]:
    plan = _plan(request.source, describe)

    def fetch(cursor: Cursor) -> Fetched:
        if plan.empty:
            return Fetched(rows=[], last=True, notes=plan.notes)
        if request.source.object == OWNERS:
            rows = [] if request.stream is Stream.ARCHIVED else _owners(client, plan)
            return Fetched(rows=rows, last=True, notes=plan.notes)
        if request.stream is Stream.ARCHIVED:
            return _archived(client, plan, cursor, request.page_size)
        if cursor.since is None:
            return _listed(client, plan, cursor, request.page_size)
        return _searched(client, plan, cursor, request.page_size)

    return fetch


def _plan(source: PullSource, describe: Describe) -> Plan:
    schema = describe(source.object)
    known = schema.fields
    missing = [name for name in source.fields if name not in known]
    for name in missing:
        if name not in source.optional:
            raise ConfigError(
                f"{source.object} has no property {name}", code="KAM-1050", field=name
            )
    if unknown := [name for name in source.virtual if name not in VIRTUAL]:
        raise ConfigError(
            f"{source.object} has no virtual field {unknown[0]}",
            code="KAM-1050",
            hint="known: " + ", ".join(VIRTUAL),
            field=unknown[0],
        )
    wanted = [known[name] for name in source.fields if name in known]
    state = (source.cursor_field, _MERGED, source.only_with, source.without)
    extra = [name for name in state if name is not None and name in known]
    columns = (*(f.name for f in wanted), *extra, *extra_fields(schema, source.virtual))
    return Plan(
        source=source,
        columns=tuple(dict.fromkeys(columns)),
        reader=RowReader(wanted),
        empty=source.only_with is not None and source.only_with not in known,
        without=source.without if source.without in known else None,
        notes=tuple(f"{source.object}.{name} does not exist in this portal" for name in missing),
    )


def _listed(client: Client, plan: Plan, cursor: Cursor, size: int | None) -> Fetched:
    """Return up to ten pages of the listing at once: their associations are one call."""
    records: list[Record] = []
    after = query.after_of(cursor.ref)
    while True:
        page = client.page(
            plan.source.object,
            after=after,
            limit=min(size or LIST_SIZE, LIST_SIZE),
            properties=() if plan.wide else plan.columns,
        )
        records += page["results"]
        after = next_after(page)
        if after is None or len(records) >= (size or LINKS_SIZE):
            break
    rows = _rows(client, plan, _completed(client, plan, records))
    return Fetched(rows=rows, ref=query.place(after or ""), last=after is None, notes=plan.notes)


def _searched(client: Client, plan: Plan, cursor: Cursor, size: int | None) -> Fetched:
    since = cursor.since or client.now()
    until = cursor.until or since
    limit = min(size or SEARCH_SIZE, SEARCH_SIZE)
    body = query.window(
        plan.source.cursor_field,
        since,
        until,
        after=query.after_of(cursor.ref),
        limit=limit,
        properties=[plan.source.cursor_field] if plan.wide else plan.columns,
        only_with=plan.source.only_with,
        without=plan.without,
    )
    found: list[Record] = client.search(plan.source.object, body)["results"]
    rows = _rows(client, plan, _completed(client, plan, found))
    inside = [row for row in rows if instant(since) <= row.modified_at < instant(until)]
    last = query.place(str(found[-1]["id"])) if found else ""
    return Fetched(rows=inside, ref=last, last=len(found) < limit, notes=plan.notes)


def _archived(client: Client, plan: Plan, cursor: Cursor, size: int | None) -> Fetched:
    """Return what was archived inside the window; the listing itself knows no time."""
    page = client.page(
        plan.source.object,
        after=query.after_of(cursor.ref),
        limit=min(size or LIST_SIZE, LIST_SIZE),
        properties=() if plan.wide else plan.columns,
        archived=True,
    )
    after = next_after(page)
    since = instant(cursor.since) if cursor.since else ""
    until = instant(cursor.until) if cursor.until else "9"
    rows = [
        PulledRow(
            ref=str(record["id"]),
            modified_at=as_instant(record["archivedAt"]),
            values=plan.reader.values(record["properties"]),
            deleted=True,
        )
        for record in page["results"]
        if since <= as_instant(record["archivedAt"]) < until and _wanted(plan, record["properties"])
    ]
    return Fetched(rows=rows, ref=query.place(after or ""), last=after is None, notes=plan.notes)


def _owners(client: Client, plan: Plan) -> list[PulledRow]:
    """Return all owners at every pull: who leaves does not move a timestamp."""
    return [
        PulledRow(
            ref=str(owner["id"]),
            modified_at=as_instant(owner["updatedAt"]),
            values=plan.reader.values(owner),
        )
        for owner in client.owners()
    ]


def _completed(client: Client, plan: Plan, records: Sequence[Record]) -> Sequence[Record]:
    """Return records with all properties, in the given order."""
    if not plan.wide:
        return records
    found = {str(r["id"]): r for r in _by_ref(client, plan, [str(r["id"]) for r in records])}
    return [found[str(r["id"])] for r in records if str(r["id"]) in found]


def _by_ref(client: Client, plan: Plan, refs: Sequence[str]) -> list[Record]:
    records: list[Record] = []
    for part in chunks(refs, READ_SIZE):
        body = {"inputs": [{"id": ref} for ref in part], "properties": list(plan.columns)}
        records += client.batch(plan.source.object, "read", body)["results"]
    return records


def _rows(client: Client, plan: Plan, records: Sequence[Record]) -> list[PulledRow]:
    source, stamp = plan.source, plan.source.cursor_field
    kept = [r for r in records if _wanted(plan, r["properties"])]
    rows = []
    for record in kept:
        properties = record["properties"]
        rows.append(
            PulledRow(
                ref=str(record["id"]),
                modified_at=as_instant(properties.get(stamp) or record["updatedAt"]),
                values=plan.reader.values(properties),
                absorbed=tuple((properties.get(_MERGED) or "").split(";"))
                if properties.get(_MERGED)
                else (),
            )
        )
    if not rows or not (source.virtual or source.associations):
        return rows
    virtual = people_of(client, source, {str(r["id"]): r["properties"] for r in kept})
    return [row._replace(values={**row.values, **virtual[row.ref]}) for row in rows]


def _wanted(plan: Plan, properties: Record) -> bool:
    if plan.source.only_with and not properties.get(plan.source.only_with):
        return False
    return not (plan.without and properties.get(plan.without))
