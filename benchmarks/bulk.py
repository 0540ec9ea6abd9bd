"""One finished bulk query of all contacts: its pages of CSV, rendered before anything is timed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from benchmarks.forms import SALESFORCE_COLUMNS, raw
from benchmarks.people import Json, persons

__all__ = ["JOB", "BulkResult"]

JOB = "750000000000BNCEA2"
_LOCATOR = "MT"
_SELECTED = re.compile(r"(?!SELECT\b)\b\w+")


class BulkResult:
    """The answers about one job at a time, with the columns that it asked for."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._page = lru_cache(maxsize=None)(self._rendered)
        self._columns: tuple[str, ...] = SALESFORCE_COLUMNS

    def made(self, soql: str) -> bytes:
        """Return the job of a query, finished at once, and its pages rendered."""
        self._columns = tuple(_SELECTED.findall(soql.partition(" FROM ")[0]))
        for at in range(0, self._count, 50_000):
            self._page(self._columns, at, 50_000)
        return self.about()

    def about(self) -> bytes:
        """Return the finished job."""
        told = '{"id":"%s","state":"JobComplete","operation":"queryAll","object":"Contact",'
        return (told % JOB + f'"numberRecordsProcessed":{self._count}}}').encode()

    def pages(self, query: Mapping[str, str]) -> bytes:
        """Return links to all pages."""
        size = int(query.get("maxRecords", "50000"))
        root = f"/services/data/v66.0/jobs/query/{JOB}/results"
        links = ",".join(
            f'{{"resultUrl":"{root}?locator={_LOCATOR}{at}&maxRecords={size}"}}'
            for at in range(0, self._count, size)
        )
        return f'{{"resultPages":[{links}],"done":true}}'.encode()

    def page(self, query: Mapping[str, str]) -> tuple[bytes, str]:
        """Return a page and its headers."""
        size = int(query.get("maxRecords", "50000"))
        at = int(query.get("locator", f"{_LOCATOR}0").removeprefix(_LOCATOR))
        behind = f"{_LOCATOR}{at + size}" if at + size < self._count else "null"
        rows = min(size, self._count - at)
        headers = f"Sforce-Locator: {behind}\r\nSforce-NumberOfRecords: {rows}\r\n"
        return self._page(self._columns, at, size), headers

    def _rendered(self, columns: tuple[str, ...], at: int, size: int) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for who in islice(persons(self._count), at, at + size):
            values = raw(who)
            writer.writerow([_cell(values[name]) for name in columns])
        return text.getvalue().encode()


def _cell(value: Json) -> str:
    """Return a cell as Bulk writes it: no zone letters of JSON, no float of a whole number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).removesuffix("+0000") + "Z" if str(value).endswith("+0000") else str(value)
