"""Everything there is, by listing: pages in the order of ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_connector.model.pull import Cursor
from kam_connector.model.window import Fetched
from kam_hubspot import query
from kam_hubspot.client import LINKS_SIZE, Client, next_after
from kam_hubspot.plan import Plan
from kam_hubspot.present import completed
from kam_hubspot.rows import rows_of

__all__ = ["LIST_SIZE", "fetch_listed"]

LIST_SIZE = 100
"""Largest page of a listing."""


def fetch_listed(client: Client, plan: Plan, cursor: Cursor, *, size: int | None) -> Fetched:
    """Return up to ten pages of the listing at once: their associations are one call."""
    records: list[Mapping[str, Any]] = []
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
    rows = rows_of(client, plan, completed(client, plan, records))
    return Fetched(rows=rows, ref=query.place(after or ""), last=after is None, notes=plan.notes)
