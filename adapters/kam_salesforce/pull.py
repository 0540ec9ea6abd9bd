"""Reading: a backfill by id, then windows by (timestamp, id), all through queryAll."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.window import Fetched, walk
from kam_salesforce import query
from kam_salesforce.backfill import Backfill
from kam_salesforce.bulk_query import UsedJobs
from kam_salesforce.client import Client
from kam_salesforce.deleted import fetch_deleted
from kam_salesforce.plan import Describe, make_plan
from kam_salesforce.present import present, winners
from kam_salesforce.windows import Windows

__all__ = ["pull", "read"]

PAGE_SIZE = 2000
"""Salesforce's largest page; LIMITed, so that no query locator outlives a page."""


def pull(
    client: Client, request: PullRequest, *, describe: Describe, used: UsedJobs
) -> Iterator[Page]:
    """Yield the pages of a stream; see the port.

    One call per 2,000 rows, plus relations; a large backfill goes through Bulk 2.0.
    """
    client.now(ask=request.fresh_clock)
    used.drop(but=request.cursor.ref if request.cursor else "")
    plan = make_plan(request.source, describe)
    size = min(request.page_size or PAGE_SIZE, PAGE_SIZE)
    windows = Windows(client, plan, size=size)
    with closing(Backfill(client, plan, request, size=size, used=used)) as backfill:

        def fetch(cursor: Cursor) -> Fetched:
            if plan.empty:
                return Fetched(rows=[], last=True, notes=plan.notes)
            if request.stream is Stream.ARCHIVED:  # the changes tell what is in the bin
                return fetch_deleted(client, plan, cursor, size=size)
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
    found = present(client, plan, good)
    gone = [ref for ref in good if ref not in found]
    if gone and "MasterRecordId" in plan.columns:
        merged = winners(client, source.object, gone)
        rows = present(client, plan, sorted(set(merged.values())))
        found |= {ref: rows[winner] for ref, winner in merged.items() if winner in rows}
    return found
