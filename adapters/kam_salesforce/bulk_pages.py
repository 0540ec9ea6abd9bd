"""The result of a query job: pages into files, a few ahead, and rows out of them."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO
from urllib.parse import parse_qs, urlsplit

from kam_connector.errors import RecordError
from kam_salesforce.bulk_jobs import BulkJobs

__all__ = ["ResultPage", "ResultPages", "broken", "is_ended"]

AHEAD = 4
"""Result pages fetched side by side: our choice, a fifth of the 25 long calls at once that
an org allows to everybody."""
_WIDEST_CELL = 2**30
_COUNT = re.compile(r"\d{1,15}")
_LINK = re.compile(r"/services/data/v[\d.]+/jobs/query/(?P<job>\w+)/result(?:s|Pages)\?[^\s#]+")


@dataclass(slots=True, kw_only=True)
class ResultPage:
    """One page of a result, on disk."""

    locator: str
    next_locator: str
    """Empty behind the last page."""
    stated: int | None
    """How many rows the org says it holds."""
    file: IO[bytes]

    def parts(
        self, columns: Sequence[str], *, size: int, skip: int = 0
    ) -> Generator[tuple[list[list[str]], bool], None, None]:
        """Yield the cells of *size* rows at a time, and whether more follow; once at least.

        Args:
            columns: The header's names, in order.
            size: Rows to yield at a time.
            skip: Rows to leave out first.

        Raises:
            RecordError: It is not what was asked for, or not as many rows as stated; before
                the last part at the latest.
        """
        csv.field_size_limit(_WIDEST_CELL)  # Python's own limit is 131,072 characters
        if not is_ended(self.file):
            raise broken("a last row cut short")
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding="utf-8", newline="")
        try:
            lines = csv.reader(text, strict=True)
            header = next(lines, None)
            if header is None or _lower(header) != _lower(columns):
                raise broken("other columns than asked for")
            count = sum(1 for _ in islice(lines, skip))
            part = list(islice(lines, size))
            while True:
                if not {len(columns)}.issuperset(map(len, part)):
                    raise broken("a row cut short")
                count += len(part)
                following = list(islice(lines, size))
                if not following and self.stated not in (None, count):
                    raise broken(f"{count} rows where it announced {self.stated}")
                yield part, bool(following)
                if not following:
                    return
                part = following
        except (UnicodeDecodeError, csv.Error) as error:
            raise broken("text that cannot be read") from error
        finally:
            text.detach()


def is_ended(file: IO[bytes]) -> bool:
    """Tell whether a CSV ends in a line's end, as each of Salesforce's does; or is empty."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 1))
    return file.read(1) in (b"", b"\n")


def _lower(names: Sequence[str]) -> list[str]:
    return [name.lower() for name in names]


def _once(locator: str, seen: set[str]) -> str:
    """Return a locator that was not met before: pages that lead back have no end."""
    if locator in seen:
        raise broken("pages that lead in a circle")
    seen.add(locator)
    return locator


def broken(what: str) -> RecordError:
    """Return the error of a result that is not what it should be."""
    return RecordError(f"Salesforce sent a bulk result with {what}", code="KAM-3103")


class ResultPages:
    """The pages of one job's result from a locator on, in order; close it.

    From the beginning the org is asked where all pages are (``resultPages``), and a few are
    fetched side by side; from a locator on, or where the org offers no list, one by one.
    """

    def __init__(self, jobs: BulkJobs, job: str, *, locator: str, size: int) -> None:
        self._jobs = jobs
        self._job = job
        self._size = str(size)
        self._pool = ThreadPoolExecutor(AHEAD, thread_name_prefix="kam-bulk")
        self._ahead: deque[Future[ResultPage]] = deque()
        self._pages = self._side_by_side() if not locator else self._one_by_one(locator)

    def __iter__(self) -> Generator[ResultPage, None, None]:
        """Yield the pages; each file is closed when the next one is asked for."""
        for page in self._pages:
            with page.file:
                yield page

    def close(self) -> None:
        """Stop fetching; what is on disk vanishes."""
        for waiting in self._ahead:
            waiting.cancel()
        self._pool.shutdown(wait=True)
        for waiting in self._ahead:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                waiting.result().file.close()
        self._ahead.clear()

    def _side_by_side(self) -> Iterator[ResultPage]:
        locators = self._listed()
        try:
            first = next(locators, None)
        except RecordError:  # an older API has no such list
            first = None
        if first is None:
            yield from self._one_by_one("")
            return
        for locator in chain([first], locators):
            self._ahead.append(self._pool.submit(self._fetch, locator))
            if len(self._ahead) >= AHEAD:
                yield self._ahead.popleft().result()
        while self._ahead:
            yield self._ahead.popleft().result()

    def _listed(self) -> Iterator[str]:
        params, seen = {"maxRecords": self._size}, set[str]()
        while True:
            answer = self._jobs.list_pages(self._job, params)
            for link in answer.links:
                yield self._query_of(link).get("locator", "")
            if not answer.more:
                return
            _once(answer.more, seen)
            params = dict(self._query_of(answer.more))

    def _query_of(self, link: object) -> Mapping[str, str]:
        """Return the parameters of a link; only they are used, never its host or path."""
        parts = urlsplit(str(link))
        found = _LINK.fullmatch(f"{parts.path}?{parts.query}")
        if found is None or found["job"][:15] != self._job[:15]:
            raise broken("a page of some other job")
        return {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _one_by_one(self, locator: str) -> Iterator[ResultPage]:
        seen = {locator}
        while True:
            page = self._fetch(locator)
            yield page
            if not page.next_locator:
                return
            locator = _once(page.next_locator, seen)
            if page.stated == 0:
                raise broken("an empty page before the last")

    def _fetch(self, locator: str) -> ResultPage:
        params = {"maxRecords": self._size} | ({"locator": locator} if locator else {})
        file = tempfile.TemporaryFile(prefix="kam-bulk-")  # noqa: SIM115  its reader closes it
        try:
            headers = self._jobs.fetch(self._job, "results", file, params=params)
        except BaseException:
            file.close()
            raise
        after = headers.get("Sforce-Locator") or "null"
        stated = headers.get("Sforce-NumberOfRecords", "")
        return ResultPage(
            locator=locator,
            next_locator="" if after == "null" else after,
            stated=int(stated) if _COUNT.fullmatch(stated) else None,
            file=file,
        )
