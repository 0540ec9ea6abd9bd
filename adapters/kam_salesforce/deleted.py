"""What queryAll is silent about: records past the bin, and what happens beside a record.

getDeleted tells ids of rows that went past the bin. Who took part in an activity stands in
relation rows, whose coming and going need not move the activity's own timestamp.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.pull import Cursor, PulledRow
from kam_connector.model.window import Fetched, instant, parse_instant
from kam_salesforce import query
from kam_salesforce.canonical import as_instant
from kam_salesforce.client import Client, chunks
from kam_salesforce.people import RELATIONS, Relation
from kam_salesforce.plan import PEOPLE, Plan
from kam_salesforce.present import present

__all__ = ["NO_LOG", "fetch_deleted"]

NO_LOG = "KAM-3218"
_REACH = timedelta(days=14)
"""The log of deletions reaches back fifteen days; a day less, for the time the answer takes."""
_MINUTE = timedelta(minutes=1)
_LEAST = timedelta(hours=1)
"""Our choice: an hour with more deletions than one answer takes (600,000) is left to the sweep."""
_IN_SIZE = 300
"""300 quoted ids stay below 9,000 characters; Salesforce ends a URI at 16,384."""


def fetch_deleted(client: Client, plan: Plan, cursor: Cursor, *, size: int) -> Fetched:
    """Return what went past the bin in a window, then activities whose people changed.

    One call each for the object and its relations, and one per 300 deleted records that asks
    which of them are in the bin: those come with the changes. A backfill has nothing to forget.
    """
    if cursor.since is None or cursor.until is None:
        return Fetched(rows=[], last=True)
    start = max(cursor.since, cursor.until - _REACH)
    relation = RELATIONS.get(plan.source.object) if PEOPLE in plan.source.virtual else None
    beside = _changed_beside(client, plan, relation, cursor, size=size)
    if cursor.at is not None:
        return beside
    log = _Log(client, start, cursor.until, gap=start > cursor.since)
    gone = log.told(plan.source.object) if plan.has_deleted else {}
    links = log.told(relation.object) if relation is not None and not relation.binned else {}
    for part in chunks(sorted(gone), _IN_SIZE):
        soql = query.select(["Id"], plan.source.object, [query.is_in("Id", part)])
        for row in client.query(soql, deleted=True):
            gone.pop(str(row["Id"]), None)
    rows = [PulledRow(ref, at, {}, True) for ref, at in sorted(gone.items())]
    gap = log.gap and (plan.has_deleted or relation is not None)
    return replace(
        beside,
        rows=[*rows, *beside.rows],
        lost_links=frozenset(links),
        gap=gap,
        notes=(_told_less(plan),) if gap else (),
    )


class _Log:
    """Salesforce's log of deletions over one window."""

    def __init__(self, client: Client, start: datetime, end: datetime, *, gap: bool) -> None:
        self._client = client
        # The page counts in whole minutes: the window is widened to them.
        self._start = start.replace(second=0, microsecond=0)
        self._end = end.replace(second=0, microsecond=0) + _MINUTE
        self.gap = gap
        """Not all of the wanted time is covered."""

    def told(self, object_: str) -> dict[str, str]:
        """Return ids and dates; nothing where the org does not keep track of the object."""
        pages = list(self._pages(object_, self._start, self._end))
        with self._client.reading():
            dated = {
                str(row["id"]): as_instant(row["deletedDate"])
                for page in pages
                for row in page["deletedRecords"]
            }
        return {ref: at for ref, at in dated.items() if query.check_ref(ref)}

    def _pages(self, object_: str, start: datetime, end: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield answers; a window that the log refuses is asked for in halves."""
        params = {"start": instant(start), "end": instant(end)}
        path = f"sobjects/{query.field(object_)}/deleted"
        try:
            answer = self._client.call(path, params=params)
        except RecordError as error:
            if error.code != NO_LOG:
                return
            if end - start <= _LEAST:
                self.gap = True
                return
            middle = start + (end - start) / 2
            middle = middle.replace(second=0, microsecond=0)
            yield from self._pages(object_, start, middle)
            yield from self._pages(object_, middle, end)
            return
        with self._client.reading():
            earliest = answer.get("earliestDateAvailable")
            self.gap |= earliest is not None and parse_instant(as_instant(earliest)) > start
        yield answer


def _changed_beside(
    client: Client, plan: Plan, relation: Relation | None, cursor: Cursor, *, size: int
) -> Fetched:
    """Return a page of activities whose relation rows changed when they themselves did not."""
    stamp = "SystemModstamp"
    since, until = cursor.since, cursor.until
    if relation is None or since is None or until is None or not _is_there(plan, relation, stamp):
        return Fetched(rows=[], last=True)
    where = [
        query.behind(cursor.ref, stamp=stamp, moment=cursor.at or since),
        query.until(stamp, until),
        query.until(f"{relation.path}.{stamp}", since),
    ]
    soql = query.select(
        ("Id", stamp, relation.parent), relation.object, where, order=[stamp, "Id"], limit=size
    )
    found = client.query(soql, deleted=True)
    refs = dict.fromkeys(str(row[relation.parent]) for row in found)
    rows = list(present(client, plan, list(refs)).values())
    if len(found) < size:
        return Fetched(rows=rows, last=True)
    with client.reading():
        at, ref = parse_instant(as_instant(found[-1][stamp])), str(found[-1]["Id"])
    return Fetched(rows=rows, at=at, ref=ref, last=False)


def _is_there(plan: Plan, relation: Relation, stamp: str) -> bool:
    try:
        return stamp in plan.describe(relation.object).fields
    except RecordError:
        return False


def _told_less(plan: Plan) -> str:
    return (
        f"{plan.source.object}: Salesforce no longer tells all that was deleted since the last "
        "run; every id is compared instead"
    )
