"""What changed, a window at a time: searched by time, paged by id."""

from __future__ import annotations

from kam_connector.model.pull import Cursor
from kam_connector.model.window import Fetched, instant
from kam_hubspot import query
from kam_hubspot.answers import following, in_order, records_of
from kam_hubspot.client import Client
from kam_hubspot.plan import Plan
from kam_hubspot.present import completed
from kam_hubspot.rows import rows_of

__all__ = ["fetch_changed"]

SEARCH_SIZE = 200
"""Largest page of a search."""


def fetch_changed(client: Client, plan: Plan, cursor: Cursor, *, size: int | None) -> Fetched:
    """Return a page of what changed inside a window.

    A row that is outside it belongs to another: newer ones to the next, which is read later.
    """
    since = cursor.since or client.now()
    until = cursor.until or since
    after = query.after_of(cursor.ref)
    body = query.window(
        plan.stamp,
        since,
        until,
        after=after,
        limit=min(size or SEARCH_SIZE, SEARCH_SIZE),
        properties=plan.searched,
        only_with=plan.source.only_with,
        without=plan.without,
    )
    answer = client.search(plan.source.object, body)
    records = records_of(answer, crm=client.name)
    found = in_order(records, after=after, crm=client.name)
    total = answer.get("total")
    more = following(answer, after=None, crm=client.name) is not None
    if isinstance(total, int):
        more = more or total > len(records)
    else:
        more = more or len(records) >= body["limit"]
    if more and not found:
        raise client.not_an_answer()  # nothing, and more to come, could go on for ever
    rows = rows_of(client, plan, completed(client, plan, found, named=plan.searched))
    inside = [row for row in rows if instant(since) <= row.modified_at < instant(until)]
    place = query.place(str(found[-1]["id"])) if found else ""
    return Fetched(rows=inside, ref=place, last=not more, notes=plan.notes)
