"""Everything there is: by id through REST, or as one bulk job where that is cheaper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kam_connector.errors import CrmUnavailable, RecordError
from kam_connector.model.pull import Cursor, PulledRow, PullRequest
from kam_connector.model.window import Fetched
from kam_salesforce import query
from kam_salesforce.bulk_place import MAX_ATTEMPTS, Place
from kam_salesforce.bulk_query import ROWS, BulkQuery, UsedJobs
from kam_salesforce.client import Client
from kam_salesforce.plan import Plan
from kam_salesforce.rows import rows_of, rows_of_cells
from kam_salesforce.windows import LEAST_ROWS, TOO_LONG

__all__ = ["Backfill"]


class Backfill:
    """The backfill of one pull; close it."""

    def __init__(
        self, client: Client, plan: Plan, request: PullRequest, *, size: int, used: UsedJobs
    ) -> None:
        self._client = client
        self._plan = plan
        self._size = size
        rows = request.page_size or ROWS
        columns = plan.living_columns
        soql = query.select(columns, plan.source.object, plan.living)
        self._bulk = BulkQuery(
            client, soql, columns, rows=rows, used=used, everything=plan.has_deleted
        )

    def fetch(self, cursor: Cursor) -> Fetched:
        """Return the page behind a place of the backfill."""
        place = Place.of(cursor.ref)
        if place.untouched and self._is_for_bulk(place):
            begun = self._bulk.begin(place)
            if begun is not None:
                return self._page([], begun)
        if not place.job:
            return self._by_id(place)
        taken = self._bulk.take(place)
        rows = rows_of_cells(self._client, self._plan, taken.cells)
        return self._page(rows, taken.place, last=taken.last)

    def close(self) -> None:
        """Give back files and threads."""
        self._bulk.close()

    def _is_for_bulk(self, place: Place) -> bool:
        """Tell whether a job is worth its wait (one call)."""
        if place.attempt >= MAX_ATTEMPTS or self._plan.only_rest:
            return False
        least, object_ = self._client.settings.bulk_read_from, self._plan.source.object
        return not least or _record_count(self._client, object_) >= least

    def _by_id(self, place: Place) -> Fetched:
        """Return the next page by id; half a page, when a whole one takes too long."""
        plan, where = self._plan, self._plan.living
        columns, object_ = plan.living_columns, plan.source.object
        if place.last_id:
            where.append(query.behind(place.last_id))
        while True:
            size = self._size
            soql = query.select(columns, object_, where, order=["Id"], limit=size)
            try:
                records = self._client.query(soql, deleted=plan.has_deleted)
                break
            except CrmUnavailable as error:
                if error.code != TOO_LONG or size <= LEAST_ROWS:
                    raise
                self._size = size // 2
        rows = rows_of(self._client, plan, records)
        reached = replace(place, last_id=rows[-1].ref) if rows else place
        return self._page(rows, reached, last=len(records) < size)

    def _page(self, rows: list[PulledRow], place: Place, *, last: bool = False) -> Fetched:
        return Fetched(rows=rows, ref=str(place), last=last, notes=self._plan.notes)


def _record_count(client: Client, object_: str) -> int:
    """Return about how many records there are; 0 where the org does not count them."""
    try:
        answer = client.call("limits/recordCount", params={"sObjects": object_})
    except RecordError:
        return 0
    counts = answer.get("sObjects") if isinstance(answer, Mapping) else None
    return max((int(one["count"]) for one in counts or ()), default=0)
