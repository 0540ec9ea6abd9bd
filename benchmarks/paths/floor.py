"""The floor: decode a page, pick the columns, one executemany per page. Nothing else.

No sign-in, retry, typed error, canonical value, change detection, cursor or mapping: what any
program must spend that puts these pages into SQLite row by row.
"""

from __future__ import annotations

import gzip
import http.client
import sqlite3
from collections.abc import Iterator
from operator import itemgetter
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks.checksum import Contents, contents
from benchmarks.forms import HUBSPOT_TYPES, SALESFORCE_COLUMNS
from benchmarks.task import Job, Task

__all__ = ["hubspot_floor", "salesforce_floor"]

_PROPERTIES = tuple(HUBSPOT_TYPES)


def salesforce_floor(task: Task) -> Job:
    """Read by id, 2,000 rows a query."""
    return _job(task, SALESFORCE_COLUMNS, _salesforce_pages, "sf-raw")


def hubspot_floor(task: Task) -> Job:
    """Read the listing, 100 rows a page."""
    return _job(task, _PROPERTIES, _hubspot_pages, "hs-raw")


def _job(task: Task, columns: tuple[str, ...], pages: Any, form: str) -> Job:
    database = sqlite3.connect(task.folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    rest = ", ".join(columns[1:])
    database.execute(f"CREATE TABLE contact ({columns[0]} TEXT PRIMARY KEY, {rest}) WITHOUT ROWID")
    insert = f"INSERT OR REPLACE INTO contact ({names}) VALUES ({places})"
    pick = itemgetter(*columns)

    def work() -> int:
        count = 0
        for records in pages(task.port):
            database.execute("BEGIN IMMEDIATE")
            database.executemany(insert, map(pick, records))
            database.execute("COMMIT")
            count += len(records)
        return count

    def check() -> dict[str, Contents]:
        rows = database.execute(f"SELECT {names} FROM contact")
        pairs = ((row[0], dict(zip(columns, row, strict=True))) for row in rows)
        return {form: contents((ref, _typed(values)) for ref, values in pairs)}

    return Job(work=work, check=check)


def _salesforce_pages(port: int) -> Iterator[list[dict[str, Any]]]:
    get = _getter(port)
    select = f"SELECT {', '.join(SALESFORCE_COLUMNS)} FROM Contact WHERE IsDeleted = false"
    after = ""
    while True:
        soql = f"{select}{after} ORDER BY Id LIMIT 2000"
        records = get(f"/services/data/v66.0/queryAll/?q={quote(soql)}")["records"]
        if records:
            yield records
        if len(records) < 2000:
            return
        after = f" AND Id > '{records[-1]['Id']}'"


def _hubspot_pages(port: int) -> Iterator[list[dict[str, Any]]]:
    get = _getter(port)
    after = ""
    while True:
        page = get(f"/crm/v3/objects/contacts?limit=100{after}")
        yield [record["properties"] for record in page["results"]]
        if "paging" not in page:
            return
        after = f"&after={page['paging']['next']['after']}"


def _getter(port: int) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def get(path: str) -> Any:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return orjson.loads(body)

    return get


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Give SQLite's 0 and 1 back as the truth they were."""
    truths = {
        name: bool(values[name]) for name in ("IsDeleted", "IsEmailBounced") if name in values
    }
    return values | truths
