"""A backfill through REST: pages in the order of ids, each behind the last id of the one before."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any, TypeAlias

from kam_connector.errors import CrmUnavailable
from kam_salesforce import query
from kam_salesforce.ahead import Ahead
from kam_salesforce.bulk_place import Place, Taken
from kam_salesforce.client import Client
from kam_salesforce.plan import Plan
from kam_salesforce.windows import LEAST_ROWS, TOO_LONG

__all__ = ["RestQuery"]

Record: TypeAlias = dict[str, Any]


class RestQuery:
    """One source's backfill by REST; close it."""

    def __init__(self, client: Client, plan: Plan, *, size: int) -> None:
        self._client = client
        self._plan = plan
        self._size = size
        self._pages: Ahead[Taken[Record]] | None = None
        self._at: Place | None = None

    def take(self, place: Place) -> Taken[Record]:
        """Return the records behind a place; the next page is fetched meanwhile."""
        if self._pages is None or self._at != place:
            self.close()
            self._pages = Ahead(self._read(place))
        taken = self._pages.take() or Taken(found=[], place=place, last=True)
        self._at = taken.place
        return taken

    def close(self) -> None:
        """Give back the thread."""
        if self._pages is not None:
            self._pages.close()
        self._pages = self._at = None

    def _read(self, place: Place) -> Generator[Taken[Record], None, None]:
        while True:
            records, last = self._page(place)
            place = replace(place, last_id=records[-1]["Id"]) if records else place
            yield Taken(found=records, place=place, last=last)
            if last:
                return

    def _page(self, place: Place) -> tuple[list[Record], bool]:
        """Return a page, and whether it is the last; half of it, when a whole takes too long."""
        plan = self._plan
        where = [*plan.living, *([query.behind(place.last_id)] if place.last_id else [])]
        columns, object_ = plan.living_columns, plan.source.object
        while True:
            size = self._size
            soql = query.select(columns, object_, where, order=["Id"], limit=size)
            try:
                records = self._client.query(soql, deleted=plan.has_deleted)
            except CrmUnavailable as error:
                if error.code != TOO_LONG or size <= LEAST_ROWS:
                    raise
                self._size = size // 2
            else:
                return records, len(records) < size
