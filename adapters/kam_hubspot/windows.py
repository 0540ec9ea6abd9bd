"""What changed, a window at a time: searched by time, paged by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_connector.model.pull import Cursor
from kam_connector.model.window import Fetched, instant
from kam_hubspot import query
from kam_hubspot.client import Client
from kam_hubspot.plan import Plan
from kam_hubspot.present import completed
from kam_hubspot.rows import rows_of

__all__ = ["fetch_changed"]

SEARCH_SIZE = 200
"""Largest page of a search."""


def fetch_changed(client: Client, plan: Plan, cursor: Cursor, *, size: int | None) -> Fetched:
    """Return a page of what changed inside a window."""
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
    found: list[Mapping[str, Any]] = client.search(plan.source.object, body)["results"]
    rows = rows_of(client, plan, completed(client, plan, found))
    inside = [row for row in rows if instant(since) <= row.modified_at < instant(until)]
    last = query.place(str(found[-1]["id"])) if found else ""
    return Fetched(rows=inside, ref=last, last=len(found) < limit, notes=plan.notes)
