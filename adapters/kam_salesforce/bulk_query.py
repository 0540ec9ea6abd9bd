"""A backfill through Bulk 2.0: one query job, read page by page, resumed where it stood."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TypeAlias

from kam_connector.errors import CrmUnavailable, RecordError, SignInError
from kam_salesforce.bulk_jobs import ENDED, BulkJobs
from kam_salesforce.bulk_pages import ResultPage, ResultPages, broken
from kam_salesforce.bulk_place import Place, Taken
from kam_salesforce.client import Client

__all__ = ["ROWS", "BulkQuery", "UsedJobs"]

ROWS = 5_000
"""Rows that are staged together. Our choice: larger transactions are no faster, and memory
stays flat."""
RESULT_PAGE = 10
"""Staged pages in one result page: 50,000 rows a call."""
_ONE_WAIT_S = 10.0
"""Our choice: an empty page after ten seconds keeps the caller's lease of a minute alive."""
_LONGEST_WAIT_S = 7_200.0
"""Our choice: a job that has not ended after two hours is given up for REST."""
_LOCATOR_LOST = "KAM-3108"
Cells: TypeAlias = list[str]
_NO_RIGHT = frozenset({"KAM-3003", "KAM-3020"})


class UsedJobs:
    """Query jobs whose rows are staged: deleted when the next stream begins.

    Not at once: the last page is staged after it was handed over, and until then a crash
    resumes from the job.
    """

    def __init__(self, client: Client) -> None:
        self._jobs = BulkJobs(client, "query")
        self._used: list[str] = []

    def add(self, job: str) -> None:
        """Remember a job to delete."""
        self._used.append(job)

    def drop(self, *, but: str = "") -> None:
        """Delete what is used up, except the job that a cursor names."""
        for job in [job for job in self._used if job not in but]:
            self._used.remove(job)
            self._jobs.drop(job)


class BulkQuery:
    """One source's backfill by Bulk 2.0; close it.

    Args:
        client: The org.
        soql: The query: no order and no limit, which would keep Salesforce from splitting
            it by primary key.
        columns: What it selects, in order.
        rows: Rows to hand over at a time.
        used: Where finished jobs go.
        everything: Read what is archived too; deleted rows are the query's own matter.
    """

    def __init__(
        self,
        client: Client,
        soql: str,
        columns: Sequence[str],
        *,
        rows: int,
        used: UsedJobs,
        everything: bool = True,
    ) -> None:
        self._jobs = BulkJobs(client, "query")
        self._soql = soql
        self._columns = columns
        self._rows = rows
        self._used = used
        self._operation = "queryAll" if everything else "query"
        self._parts: Generator[Taken[Cells], None, None] | None = None
        self._at: Place | None = None
        self._total: int | None = None
        self._waited_s = 0.0

    def begin(self, place: Place) -> Place | None:
        """Make a job and return its place; None if Bulk does not want this query.

        An object or field that the Bulk API does not know, no right to it, or no job left
        today: REST reads the same rows, or says better what is wrong.
        """
        try:
            job = self._jobs.create(operation=self._operation, query=self._soql)
        except RecordError:
            return None
        except SignInError as error:
            if error.code not in _NO_RIGHT:
                raise
            return None
        return Place(attempt=place.attempt, job=job)

    def take(self, place: Place) -> Taken[Cells]:
        """Return the next rows behind a place; none yet, if the job is not ready.

        Raises:
            RetryableError: The org does not answer; the place stays good.
        """
        try:
            if self._parts is None or self._at != place:
                self.close()
                if not self._ready(place):
                    return Taken(found=[], place=place)
                self._parts = self._read(place)
            taken = next(self._parts, None)
            if taken is None:
                raise broken("no last page")
        except RecordError:  # no such job, or not what it should be
            return self._lost(place)
        except CrmUnavailable as error:
            if error.code != _LOCATOR_LOST:
                raise
            return self._lost(place)
        self._at = taken.place
        if taken.last:
            self.close()
            self._used.add(place.job)
        return taken

    def close(self) -> None:
        """Give back files and threads; the job stays, for whoever resumes."""
        if self._parts is not None:
            self._parts.close()
        self._parts = self._at = None

    def _ready(self, place: Place) -> bool:
        """Tell whether the result is there; waits a few seconds for it."""
        said = self._jobs.wait(place.job, most_s=_ONE_WAIT_S, again=bool(self._waited_s))
        state = said["state"]
        if state == "JobComplete":
            self._total = said.get("numberRecordsProcessed")
            if not isinstance(self._total, int):  # without it an end could not be told
                raise broken("no number of rows")
            return True
        self._waited_s += _ONE_WAIT_S
        if state in ENDED or self._waited_s >= _LONGEST_WAIT_S:
            raise RecordError("the bulk job came to nothing", code="KAM-3200")
        return False

    def _lost(self, place: Place) -> Taken[Cells]:
        """Begin anew: with another job, or by REST."""
        self.close()
        self._used.add(place.job)
        return Taken(found=[], place=place.anew())

    def _read(self, place: Place) -> Generator[Taken[Cells], None, None]:
        size = self._rows * RESULT_PAGE
        with (
            closing(ResultPages(self._jobs, place.job, locator=place.locator, size=size)) as all_,
            closing(iter(all_)) as pages,
        ):
            for page in pages:
                with closing(self._page(page, place)) as parts:
                    for taken in parts:
                        place = taken.place
                        yield taken
                        if taken.last:
                            return

    def _page(self, page: ResultPage, place: Place) -> Generator[Taken[Cells], None, None]:
        """Yield one result page in parts; its last part only when the count was right."""
        with closing(page.parts(self._columns, size=self._rows, skip=place.skip)) as parts:
            for cells, more in parts:
                place = place.moved(len(cells))
                if not more:
                    place = replace(place, locator=page.next_locator, skip=0)
                last = not more and not page.next_locator
                if place.rows > (self._total or 0) or (last and place.rows != self._total):
                    raise broken(f"{place.rows} rows, of {self._total} in all")
                yield Taken(found=cells, place=place, last=last)
