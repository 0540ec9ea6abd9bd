"""What was archived: listed apart, since search never shows it."""

from __future__ import annotations

from kam_connector.model.pull import Cursor, PulledRow
from kam_connector.model.window import Fetched, instant
from kam_hubspot import query
from kam_hubspot.backfill import LIST_SIZE
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client, next_after
from kam_hubspot.plan import Plan

__all__ = ["fetch_deleted"]


def fetch_deleted(client: Client, plan: Plan, cursor: Cursor, *, size: int | None) -> Fetched:
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
        if since <= as_instant(record["archivedAt"]) < until and plan.wants(record["properties"])
    ]
    return Fetched(rows=rows, ref=query.place(after or ""), last=after is None, notes=plan.notes)
