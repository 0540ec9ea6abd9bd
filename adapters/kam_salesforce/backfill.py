"""Everything there is: by id through REST, or as one bulk job where that is cheaper."""

from __future__ import annotations

from contextlib import suppress

from kam_connector.errors import CrmUnavailable, RecordError
from kam_connector.model.pull import Cursor, PulledRow, PullRequest
from kam_connector.model.window import Fetched
from kam_salesforce import query
from kam_salesforce.bulk_place import MAX_ATTEMPTS, Place
from kam_salesforce.bulk_query import ROWS, BulkQuery, UsedJobs
from kam_salesforce.client import Client
from kam_salesforce.plan import Plan
from kam_salesforce.rest_query import RestQuery
from kam_salesforce.rows import rows_of, rows_of_cells

__all__ = ["Backfill"]


class Backfill:
    """The backfill of one pull; close it."""

    def __init__(
        self, client: Client, plan: Plan, request: PullRequest, *, size: int, used: UsedJobs
    ) -> None:
        self._client = client
        self._plan = plan
        columns = plan.living_columns
        self._rest = RestQuery(client, plan, size=size)
        self._bulk = BulkQuery(
            client,
            query.select(columns, plan.source.object, plan.living),
            columns,
            rows=request.page_size or ROWS,
            used=used,
            everything=plan.has_deleted,
        )

    def fetch(self, cursor: Cursor) -> Fetched:
        """Return the page behind a place of the backfill."""
        place = Place.of(cursor.ref)
        if place.untouched and self._is_for_bulk(place):
            begun = self._bulk.begin(place)
            if begun is not None:
                return self._page([], begun)
        if place.job:
            lines = self._bulk.take(place)
            rows = rows_of_cells(self._client, self._plan, lines.found)
            return self._page(rows, lines.place, last=lines.last)
        records = self._rest.take(place)
        rows = rows_of(self._client, self._plan, records.found)
        return self._page(rows, records.place, last=records.last)

    def close(self) -> None:
        """Give back files and threads."""
        self._rest.close()
        self._bulk.close()

    def _is_for_bulk(self, place: Place) -> bool:
        """Tell whether a job is worth its wait (one call)."""
        if place.attempt >= MAX_ATTEMPTS or self._plan.only_rest:
            return False
        least, object_ = self._client.settings.bulk_read_from, self._plan.source.object
        return not least or _record_count(self._client, object_) >= least

    def _page(self, rows: list[PulledRow], place: Place, *, last: bool = False) -> Fetched:
        return Fetched(rows=rows, ref=str(place), last=last, notes=self._plan.notes)


def _record_count(client: Client, object_: str) -> int:
    """Return about how many records there are; 0 where the org does not count them."""
    try:
        answer = client.call("limits/recordCount", params={"sObjects": object_})
    except RecordError:
        return 0
    with suppress(CrmUnavailable), client.reading():  # REST reads any number
        return max((int(one["count"]) for one in answer["sObjects"]), default=0)
    return 0
