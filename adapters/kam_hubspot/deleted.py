"""What was archived: listed apart, since search never shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_connector.model.pull import Cursor, PulledRow
from kam_connector.model.window import Fetched, instant
from kam_hubspot import query
from kam_hubspot.answers import following, reading, records_of
from kam_hubspot.backfill import LIST_SIZE
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client
from kam_hubspot.plan import Plan

__all__ = ["fetch_deleted"]


def fetch_deleted(client: Client, plan: Plan, cursor: Cursor, *, size: int | None) -> Fetched:
    """Return what was archived inside the window; the listing itself knows no time.

    It holds what was archived in the last 90 days, which is read again each time.
    """
    after = query.after_of(cursor.ref)
    page = client.page(
        plan.source.object,
        after=after,
        limit=min(size or LIST_SIZE, LIST_SIZE),
        properties=plan.state,
        archived=True,
    )
    records = records_of(page, crm=client.name)
    after = following(page, after=after, crm=client.name)
    with reading(client.name):
        gone = [_gone(record) for record in records if plan.wants(record["properties"])]
    since = instant(cursor.since) if cursor.since else ""
    until = instant(cursor.until) if cursor.until else "9"
    rows = [row for row in gone if since <= row.modified_at < until]
    return Fetched(rows=rows, ref=query.place(after or ""), last=after is None, notes=plan.notes)


def _gone(record: Mapping[str, Any]) -> PulledRow:
    """Return a tombstone: it needs no values."""
    at = as_instant(record.get("archivedAt") or record["updatedAt"])
    return PulledRow(ref=str(record["id"]), modified_at=at, values={}, deleted=True)
