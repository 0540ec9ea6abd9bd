"""Everything there is, by listing: pages in the order of ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.errors import KamError
from kam_connector.model.pull import Cursor
from kam_connector.model.window import Fetched
from kam_hubspot import query
from kam_hubspot.answers import following, records_of
from kam_hubspot.client import Client
from kam_hubspot.links import LINKS_SIZE
from kam_hubspot.plan import Plan
from kam_hubspot.present import completed
from kam_hubspot.rows import rows_of

__all__ = ["LIST_SIZE", "Listing"]

LIST_SIZE = 100
"""Largest page of a listing."""
_PAGES = LINKS_SIZE // LIST_SIZE
"""Pages of one turn: their associations are one call."""
_EMPTY = 100
"""Our choice: so many pages in a row without a record, each with a next one, never end."""


class Listing:
    """The listing of one pull, by as many properties as an address takes."""

    def __init__(self, client: Client, plan: Plan, *, size: int | None) -> None:
        self._client = client
        self._plan = plan
        self._size = size
        self._named: Sequence[str] = plan.listed

    def fetch(self, cursor: Cursor) -> Fetched:
        """Return up to ten pages of the listing at once: their associations are one call."""
        records: list[Mapping[str, Any]] = []
        after = query.after_of(cursor.ref)
        for turn in range(_EMPTY):
            page = self._page(after)
            records += records_of(page, crm=self._client.name)
            after = following(page, after=after, crm=self._client.name)
            enough = turn + 1 >= _PAGES or len(records) >= (self._size or LINKS_SIZE)
            if after is None or (records and enough):
                break
        else:
            raise self._client.not_an_answer()
        whole = completed(self._client, self._plan, records, named=self._named)
        rows = rows_of(self._client, self._plan, whole)
        place = query.place(after or "")
        return Fetched(rows=rows, ref=place, last=after is None, notes=self._plan.notes)

    def _page(self, after: str | None) -> Mapping[str, Any]:
        limit = min(self._size or LIST_SIZE, LIST_SIZE)
        object_ = self._plan.source.object
        try:
            return self._client.page(object_, after=after, limit=limit, properties=self._named)
        except KamError as error:
            if error.http_status != 414 or self._named == self._plan.state:
                raise
            self._named = self._plan.state  # a portal, or a proxy, that takes less
            return self._client.page(object_, after=after, limit=limit, properties=self._named)
