"""Everything there is: through an export where the admin wants that, or by listing."""

from __future__ import annotations

from dataclasses import replace

from kam_connector.errors import (
    BudgetExhausted,
    CrmUnavailable,
    KamError,
    RateLimited,
    RecordError,
    SignInError,
)
from kam_connector.model.pull import Cursor, PullRequest, Stream
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.window import Fetched
from kam_hubspot.backfill import Listing
from kam_hubspot.client import Client
from kam_hubspot.export_backfill import ExportBackfill
from kam_hubspot.export_place import Place
from kam_hubspot.plan import Plan

__all__ = ["FirstLoad"]

_UNHEARD = frozenset({"KAM-3101", "KAM-3102", "KAM-3104"})
"""The portal did not answer: it is asked again at the next run, and the place stays good."""


class FirstLoad:
    """The backfill of one pull; close it."""

    def __init__(
        self, client: Client, plan: Plan, schema: ObjectSchema, request: PullRequest
    ) -> None:
        self._client = client
        self._plan = plan
        self._listing = Listing(client, plan, size=request.page_size)
        self._export = ExportBackfill(client, plan, schema, size=request.page_size)
        self._least = client.settings.export_from if request.stream is Stream.CHANGES else None

    def fetch(self, cursor: Cursor) -> Fetched:
        """Return the page behind a place of the backfill.

        What changes while an export runs is in the window that follows: it begins where the
        walk stood before the export was asked for.
        """
        place = Place.of(cursor.ref)
        try:
            if place.untouched and self._least is not None:
                total = self._export.total()
                if total >= self._least:
                    return self._page(self._export.begin(total))
            if place.export:
                rows, behind, last = self._export.take(place)
                return replace(self._page(behind), rows=rows, last=last)
        except KamError as error:
            if not _is_no_export(error, place):
                raise
            self._export.close()
            note = f"{self._plan.source.object} are listed, not exported: {error.message}"
            return self._page(place.given_up(), note)
        page = self._listing.fetch(replace(cursor, ref=place.listed))
        return replace(page, ref=str(replace(place, listed=page.ref)))

    def close(self) -> None:
        """Give back the export's file."""
        self._export.close()

    def _page(self, place: Place, *notes: str) -> Fetched:
        return Fetched(rows=[], ref=str(place), last=False, notes=(*self._plan.notes, *notes))


def _is_no_export(error: KamError, place: Place) -> bool:
    """Tell whether the listing can help where an export could not."""
    if isinstance(error, CrmUnavailable):
        return not place.export or error.code not in _UNHEARD
    if isinstance(error, SignInError):
        return error.code == "KAM-3003"
    return isinstance(error, RecordError | RateLimited | BudgetExhausted)
