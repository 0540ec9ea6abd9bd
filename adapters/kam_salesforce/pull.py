"""Reading: a backfill by id, then windows by (timestamp, id), all through queryAll."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.window import Fetched, walk
from kam_salesforce import query
from kam_salesforce.backfill import Backfill
from kam_salesforce.bulk_query import UsedJobs
from kam_salesforce.client import Client, chunks
from kam_salesforce.deleted import fetch_deleted
from kam_salesforce.plan import Describe, Plan, make_plan, rows_of
from kam_salesforce.windows import Windows

__all__ = ["pull", "read"]

PAGE_SIZE = 2000
"""Salesforce's largest page; LIMITed, so that no query locator outlives a page."""
READ_SIZE = 2000
"""Most ids of one collections retrieve."""


def pull(
    client: Client, request: PullRequest, *, describe: Describe, used: UsedJobs
) -> Iterator[Page]:
    """Yield the pages of a stream; see the port.

    One call per 2,000 rows, plus relations; a large backfill goes through Bulk 2.0.
    """
    client.now(ask=True)
    used.drop(but=request.cursor.ref if request.cursor else "")
    plan = make_plan(request.source, describe)
    size = min(request.page_size or PAGE_SIZE, PAGE_SIZE)
    windows = Windows(client, plan, size=size)
    with closing(Backfill(client, plan, request, size=size, used=used)) as backfill:

        def fetch(cursor: Cursor) -> Fetched:
            if plan.empty:
                return Fetched(rows=[], last=True, notes=plan.notes)
            if request.stream is Stream.ARCHIVED:  # the changes tell what is in the bin
                return fetch_deleted(client, plan, cursor)
            if cursor.since is None:
                return backfill.fetch(cursor)
            return windows.fetch(cursor)

        yield from walk(request, now=client.now, fetch=fetch)


def read(
    client: Client, source: PullSource, refs: Sequence[str], *, describe: Describe
) -> dict[str, PulledRow]:
    """Return present rows by the ref asked for; a merged one answers with its survivor."""
    plan = make_plan(source, describe)
    good = [ref for ref in dict.fromkeys(refs) if query.check_ref(ref)]
    found = _present(client, plan, good)
    gone = [ref for ref in good if ref not in found]
    if gone and "MasterRecordId" in plan.columns:
        winners = _winners(client, source.object, gone)
        rows = _present(client, plan, sorted(set(winners.values())))
        found |= {ref: rows[winner] for ref, winner in winners.items() if winner in rows}
    return found


def _present(client: Client, plan: Plan, refs: Sequence[str]) -> dict[str, PulledRow]:
    found: dict[str, PulledRow] = {}
    for part in chunks(refs, READ_SIZE):
        body = {"ids": list(part), "fields": list(plan.columns)}
        answer = client.call(f"composite/sobjects/{plan.source.object}", method="POST", body=body)
        records = [r for r in answer or () if r is not None and r.get("IsDeleted") is not True]
        by_id = {row.ref[:15]: row for row in rows_of(client, plan, records)}
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
