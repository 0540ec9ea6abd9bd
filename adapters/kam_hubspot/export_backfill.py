"""A first load through one export: asked for, waited for, checked whole, then staged in parts."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from kam_connector.errors import CrmUnavailable, SignInError
from kam_connector.model.pull import PulledRow
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.client import Client
from kam_hubspot.export_cells import ID, Cells
from kam_hubspot.export_check import Findings, check_count, check_sample
from kam_hubspot.export_files import ExportFile, download
from kam_hubspot.export_jobs import MOST_ASSOCIATED, ExportJobs, broken
from kam_hubspot.export_links import ExportLinks
from kam_hubspot.export_place import Place
from kam_hubspot.plan import Plan
from kam_hubspot.present import present
from kam_hubspot.rows import rows_of

__all__ = ["ExportBackfill", "Taken"]

ROWS = 5_000
"""Rows that are staged together, as from the other CRM's bulk results."""
_ONE_WAIT_S = 10.0
"""Our choice: an empty page after ten seconds keeps the caller's lease of a minute alive."""
_RECORDS_A_S = 20_000
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 120.0
_PAUSE_SHARE = 0.25
"""Our choice: each look is a counted call. No export writes more in a second; then the next look
comes when a quarter of the time so far has passed once more: of a million records some 35 in
the hour, and a small export is not waited for."""
_LONGEST = timedelta(hours=1)
"""Our choice: half an hour is what listing a million records takes, 10,000 calls after each
other at a sixth of a second; an export that needs twice that gains nothing."""

Taken = tuple[list[PulledRow], Place, bool]
"""Rows, the place behind them, and whether they are the last."""


class ExportBackfill:
    """One source's first load through an export; close it."""

    def __init__(
        self, client: Client, plan: Plan, schema: ObjectSchema, *, size: int | None
    ) -> None:
        self._client = client
        self._plan = plan
        self._schema = schema
        self._size = size or ROWS
        self._jobs = ExportJobs(client)
        self._links = ExportLinks(client, plan.source, schema)
        ids = (ID,) if ID in schema.fields else ()
        self._columns = tuple(dict.fromkeys((*ids, *plan.columns, *self._links.columns)))
        self._parts: Generator[Taken, None, None] | None = None
        self._at: Place | None = None
        self._next_look: datetime | None = None

    def total(self) -> int:
        """Return how many records the search counts (one call)."""
        total = self._client.search(self._plan.source.object, {"limit": 1}).get("total")
        return total if isinstance(total, int) else 0

    def begin(self, total: int) -> Place:
        """Ask for an export and return its place."""
        associated = self._links.objects[:MOST_ASSOCIATED]
        export = self._jobs.start(self._plan.source.object, self._columns, associated)
        return Place(export=export, total=total)

    def take(self, place: Place) -> Taken:
        """Return the next rows behind a place; none yet, if the export is not ready.

        Raises:
            RecordError: The export came to nothing, or its file is not what it should be.
        """
        if self._parts is None or self._at != place:
            self.close()
            url = self._ready(place)
            if not url:
                return [], place, False
            self._parts = self._read(place, url)
        taken = next(self._parts, ([], place, True))
        self._at = taken[1]
        return taken

    def close(self) -> None:
        """Give back the file; the export stays, for whoever resumes."""
        if self._parts is not None:
            self._parts.close()
        self._parts = self._at = None

    def _ready(self, place: Place) -> str:
        """Return the file's address once there is one; waits a few seconds for it."""
        clock = self._client.clock
        if self._next_look is not None and self._next_look > clock.now():
            clock.sleep(min(_ONE_WAIT_S, (self._next_look - clock.now()).total_seconds()))
            if self._next_look > clock.now():
                return ""
        look = self._jobs.look(place.export)
        if look.url:
            return look.url
        waited = self._client.now() - look.asked
        if waited > _LONGEST:
            raise broken("was not ready after an hour")
        pause = max(place.total / _RECORDS_A_S, waited.total_seconds() * _PAUSE_SHARE)
        pause = min(max(pause, _SHORTEST_PAUSE_S), _LONGEST_PAUSE_S)
        self._next_look = clock.now() + timedelta(seconds=pause)
        return ""

    def _read(self, place: Place, url: str) -> Generator[Taken, None, None]:
        with closing(self._fetched(place, url)) as file:
            cells, rows = self._checked(file, place)
            with closing(file.parts(self._size, skip=place.rows)) as parts:
                for part in parts:
                    place = place.moved(len(part))
                    yield self._rows_of(cells, part), place, place.rows >= rows

    def _fetched(self, place: Place, url: str) -> ExportFile:
        try:
            return download(self._client.transport, url)
        except SignInError:  # the address has ended: asking again gives another
            return download(self._client.transport, self._jobs.look(place.export).url)
        except CrmUnavailable as error:  # no later night would find it nearer
            raise broken(f"has a file that cannot be fetched: {error.message}") from error

    def _checked(self, file: ExportFile, place: Place) -> tuple[Cells, int]:
        """Read the whole file once, and return how its cells are read and how many rows it has."""
        found, cells = Findings(place.total), None
        with closing(file.parts(self._size)) as parts:
            for part in parts:
                cells = cells or self._cells(file.header)
                found.add(cells, part)
        sample = found.end()
        stated = self._jobs.count(place.export)
        check_count(found.rows, stated=stated, before=place.total, after=self.total())
        if cells is None:
            raise broken("holds nothing")
        check_sample(
            self._rows_of(cells, sample),
            lambda refs: present(self._client, self._plan, list(refs)),
        )
        return cells, found.rows

    def _cells(self, header: Sequence[str]) -> Cells:
        return Cells(self._schema, self._columns, header, filled=self._plan.stamp)

    def _rows_of(self, cells: Cells, rows: Sequence[Sequence[str]]) -> list[PulledRow]:
        records = cells.records(rows)
        told = {record["id"]: record["properties"] for record in records}
        return rows_of(self._client, self._plan, records, links=self._links.of(cells, rows, told))
