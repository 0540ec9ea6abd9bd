"""What changed, a window at a time; a window that takes too long is read in smaller ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kam_connector.errors import CrmUnavailable
from kam_connector.model.pull import Cursor
from kam_connector.model.window import Fetched, parse_instant
from kam_salesforce import query
from kam_salesforce.client import Client
from kam_salesforce.plan import Plan
from kam_salesforce.rows import rows_of

__all__ = ["LEAST_ROWS", "TOO_LONG", "Windows"]

TOO_LONG = "KAM-3109"
LEAST_ROWS = 125
"""Our choice: a page of 2,000 halved four times; where that takes two minutes, none helps."""
_LEAST = timedelta(seconds=1)
"""SystemModstamp counts seconds: a smaller window is the same rows again."""


class Windows:
    """The windows of one pull, each as long as the org can answer in its two minutes."""

    def __init__(self, client: Client, plan: Plan, *, size: int) -> None:
        self._client = client
        self._plan = plan
        self._size = size
        self._span: timedelta | None = None
        """None: as long as wanted."""

    def fetch(self, cursor: Cursor) -> Fetched:
        """Return a page of what changed behind a cursor.

        Raises:
            CrmUnavailable: Even the changes of one second, by id, take too long.
        """
        if self._plan.stamp is None:
            return self._everything(cursor)
        start, until = cursor.at or cursor.since, cursor.until
        if start is None or until is None:
            raise ValueError("a window has two ends")
        by_id = False
        while True:
            end = until if self._span is None else min(until, start + self._span)
            try:
                records = self._read(start, end, cursor.ref, by_id=by_id)
                break
            except CrmUnavailable as error:
                if error.code != TOO_LONG or (by_id and self._size <= LEAST_ROWS):
                    raise
                self._size //= 2 if by_id else 1
                by_id = end - start <= _LEAST
                self._span = max(_LEAST, _whole((end - start) / 2))
        page = self._page(records, end, last=end == until)
        if self._span is not None and not page.rows:
            self._span *= 2  # a quiet time may be crossed in longer steps
        return page

    def _everything(self, cursor: Cursor) -> Fetched:
        """Return a page of an object without timestamps: all of it, by id, each time."""
        plan = self._plan
        where = [*plan.conditions, *([query.behind(cursor.ref)] if cursor.ref else [])]
        soql = query.select(plan.columns, plan.source.object, where, order=["Id"], limit=self._size)
        records = self._client.query(soql, deleted=plan.has_deleted)
        rows = rows_of(self._client, plan, records)
        last = len(records) < self._size
        return Fetched(rows=rows, ref=rows[-1].ref if rows else "", last=last, notes=plan.notes)

    def _page(self, records: list[dict[str, Any]], end: datetime, *, last: bool) -> Fetched:
        rows = rows_of(self._client, self._plan, records)
        if len(records) < self._size:
            return Fetched(rows=rows, at=end, last=last, notes=self._plan.notes)
        with self._client.reading():
            at, ref = parse_instant(rows[-1].modified_at), rows[-1].ref
        return Fetched(rows=rows, at=at, ref=ref, last=False, notes=self._plan.notes)

    def _read(
        self, start: datetime, end: datetime, ref: str, *, by_id: bool
    ) -> list[dict[str, Any]]:
        """Read a page from a row on; the rows of one second by id alone, without a sort."""
        stamp = self._plan.stamp or self._plan.source.cursor_field
        where = [*self._plan.conditions, query.until(stamp, end)]
        if by_id:
            where += [query.behind("", stamp=stamp, moment=start)]
            where += [query.behind(ref)] if ref else []
        else:
            where += [query.behind(ref, stamp=stamp, moment=start)]
        order = ["Id"] if by_id else [stamp, "Id"]
        columns, object_ = self._plan.columns, self._plan.source.object
        soql = query.select(columns, object_, where, order=order, limit=self._size)
        return self._client.query(soql, deleted=self._plan.has_deleted)


def _whole(span: timedelta) -> timedelta:
    return timedelta(seconds=int(span.total_seconds()))
