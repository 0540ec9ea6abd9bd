"""Records that went past the bin: queryAll is silent about them, getDeleted is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kam_connector.errors import RecordError
from kam_connector.model.pull import Cursor, PulledRow
from kam_connector.model.window import Fetched, instant
from kam_salesforce import query
from kam_salesforce.canonical import as_instant
from kam_salesforce.client import Client, chunks
from kam_salesforce.plan import Plan

__all__ = ["fetch_deleted"]

_REACH = timedelta(days=29)
"""Salesforce tells of the last thirty days; a day less, for the time the answer takes."""
_MINUTE = timedelta(minutes=1)
_IN_SIZE = 300
"""300 quoted ids stay below 9,000 characters; Salesforce ends a URI at 16,384."""


def fetch_deleted(client: Client, plan: Plan, cursor: Cursor) -> Fetched:
    """Return what went past the bin in a window: hard deletes, and relation rows.

    One call, and one per 300 deleted records that asks which of them are in the bin: those
    come with the changes. A backfill has nothing to forget.
    """
    if cursor.since is None or cursor.until is None or not plan.has_deleted:
        return Fetched(rows=[], last=True)
    start = max(cursor.since, cursor.until - _REACH)
    gone = _told(client, plan.source.object, start, cursor.until)
    for part in chunks(sorted(gone), _IN_SIZE):
        soql = query.select(["Id"], plan.source.object, [query.is_in("Id", part)])
        for row in client.query(soql, deleted=True):
            gone.pop(str(row["Id"]), None)
    rows = [
        PulledRow(ref=ref, modified_at=at, values={}, deleted=True)
        for ref, at in sorted(gone.items())
    ]
    notes = () if start == cursor.since else (_too_long(plan),)
    return Fetched(rows=rows, last=True, notes=notes)


def _told(client: Client, object_: str, start: datetime, end: datetime) -> dict[str, str]:
    """Return ids and dates; nothing where the org does not keep track of the object.

    The page counts in whole minutes: the window is widened to them.
    """
    first = start.replace(second=0, microsecond=0)
    last = end.replace(second=0, microsecond=0) + _MINUTE
    params = {"start": instant(first), "end": instant(last)}
    try:
        answer = client.call(f"sobjects/{query.field(object_)}/deleted", params=params)
    except RecordError:
        return {}
    rows = answer.get("deletedRecords") if isinstance(answer, Mapping) else None
    dated = {str(row["id"]): as_instant(row["deletedDate"]) for row in rows or ()}
    return {ref: at for ref, at in dated.items() if query.check_ref(ref)}


def _too_long(plan: Plan) -> str:
    return (
        f"{plan.source.object}: hard deletes of more than {_REACH.days} days ago are not told by "
        "Salesforce; a sweep finds them"
    )
