"""Reading: versions, describes, queries, limits, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from kam_sandbox.salesforce.describe import describe, summary
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import KEY_PREFIXES, sf_id
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.select import Cursor, run

__all__ = [
    "FIRST_VERSION",
    "LAST_VERSION",
    "Queries",
    "Resources",
    "existing_object",
    "http_date",
    "unchanged_since",
]

FIRST_VERSION, LAST_VERSION = 31, 68
"""The versions in service at the world's date; 21 to 30 are retired (410)."""

_SEASONS = ("Winter", "Spring", "Summer")
_PAGES = (200, 2_000)
"""Least and greatest page of a query."""
_CURSOR_S = 172_800
"""A query locator lives two days."""


@dataclass(slots=True)
class Queries:
    """Query cursors and the pages cut from them."""

    cursors: dict[str, tuple[Cursor, datetime]] = field(default_factory=dict)

    def query(self, org: Org, request: Request) -> Answer:
        """Answer ``/query?q=``."""
        return self._first(org, request, everything=False)

    def query_all(self, org: Org, request: Request) -> Answer:
        """Answer ``/queryAll?q=``: deleted and archived rows too."""
        return self._first(org, request, everything=True)

    def more(self, org: Org, request: Request, locator: str) -> Answer:
        """Answer ``/query/<locator>``, of either kind of query."""
        id_, _, start = locator.partition("-")
        taken = org.world.faults.take_kind(
            "locator_expired", "salesforce", request.method, request.target
        )
        if taken is not None:
            self.cursors.pop(id_, None)
        cursor, born = self.cursors.get(id_, (None, None))
        now = org.world.clock.now()
        if cursor is None or born is None or (now - born).total_seconds() > _CURSOR_S:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        if not start.isdigit() or int(start) > len(cursor.records):
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(request, id_, cursor, int(start))

    def _first(self, org: Org, request: Request, *, everything: bool) -> Answer:
        soql = request.query.get("q")
        if not soql:
            raise ApiError(400, "MALFORMED_QUERY", "unexpected token: '<EOF>'")
        cursor = run(org, soql, everything=everything, version=request.version)
        _check_time(org, request, len(cursor.records))
        if request.query.get("columns", "").lower() == "true":
            return Answer(content=_columns(cursor))
        if cursor.query.count:
            total = {"totalSize": len(cursor.records), "done": True, "records": []}
            return Answer(content=total)
        if cursor.query.aggregates and len(cursor.records) > _page_size(request.headers):
            message = (
                "Aggregate query does not support queryMore(), use LIMIT to restrict the results "
                "to a single batch"
            )
            raise ApiError(400, "EXCEEDED_ID_LIMIT", message)
        id_ = sf_id(KEY_PREFIXES["QueryLocator"], len(self.cursors) + 1)
        if len(cursor.records) > _page_size(request.headers):
            self.cursors[id_] = (cursor, org.world.clock.now())
        return self._page(request, id_, cursor, 0)

    def _page(self, request: Request, id_: str, cursor: Cursor, start: int) -> Answer:
        end = start + _page_size(request.headers)
        done = end >= len(cursor.records)
        content: dict[str, Any] = {"totalSize": len(cursor.records), "done": done}
        if not done:
            content["nextRecordsUrl"] = f"/services/data/v{request.version}/query/{id_}-{end}"
        content["records"] = [cursor.show(record) for record in cursor.records[start:end]]
        return Answer(content=content)


def _check_time(org: Org, request: Request, found: int) -> None:
    """Let a query that finds too much run into the time limit, if a fault says so."""
    for fault in org.world.faults.standing("query_timeout", "salesforce"):
        most = int((fault.body or {}).get("rows", -1))
        if fault.matches("salesforce", f"{request.method} {request.target}") and found > most:
            fault.times -= 1
            message = "Your query request was running for too long."
            raise ApiError(400, "QUERY_TIMEOUT", message)


def _columns(cursor: Cursor) -> dict[str, Any]:
    """Return what ``?columns=true`` tells of a statement, instead of its rows."""
    names = [path for path in cursor.query.fields if "." not in path]
    known = [cursor.object.field(name) for name in names]
    return {
        "columnMetadata": [
            {
                "aggregate": False,
                "apexType": field.type.capitalize(),
                "booleanType": field.type == "boolean",
                "columnName": field.name,
                "custom": field.custom,
                "displayName": field.name,
                "foreignKeyName": None,
                "insertable": field.createable,
                "joinColumns": [],
                "numberType": field.numeric or field.type == "int",
                "textType": field.length > 0,
                "updatable": field.updateable,
            }
            for field in known
            if field is not None
        ],
        "entityName": cursor.object.name,
        "groupBy": False,
        "idSelected": any(name.lower() == "id" for name in names),
        "keyPrefix": cursor.object.prefix,
    }


def _page_size(headers: Mapping[str, str]) -> int:
    """Return the page size asked for by ``Sforce-Query-Options: batchSize=N``, within bounds."""
    name, _, number = headers.get("sforce-query-options", "").partition("=")
    if name.strip().lower() != "batchsize" or not number.strip().isdigit():
        return _PAGES[1]
    return min(max(int(number), _PAGES[0]), _PAGES[1])


class Resources:
    """The pages that tell what there is."""

    @staticmethod
    def versions() -> Answer:
        """Answer ``/services/data``, which needs no session and costs no call."""
        rows = []
        for number in range(FIRST_VERSION, LAST_VERSION + 1):
            year, season = divmod(number - 26, 3)  # 26.0 was Winter '13
            label = f"{_SEASONS[season]} '{13 + year}"
            row = {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
            rows.append(row)
        return Answer(content=rows)

    @staticmethod
    def map(org: Org, request: Request) -> Answer:
        """Answer ``/services/data/vNN.N``."""
        names = ("composite", "jobs", "limits", "query", "queryAll", "sobjects")
        root = f"/services/data/v{request.version}"
        content = {name: f"{root}/{name}" for name in names}
        content["identity"] = f"http://{request.headers.get('host')}/id/{org.id}/{request.user}"
        return Answer(content=content)

    @staticmethod
    def objects(org: Org, request: Request) -> Answer:
        """Answer ``/sobjects``."""
        rows = [summary(org.object(name), request.version) for name in org.object_names()]
        return Answer(content={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": rows})

    @staticmethod
    def describe(org: Org, request: Request, name: str) -> Answer:
        """Answer ``/sobjects/X/describe``; 304 when the schema has not changed since."""
        object_ = existing_object(org, name)
        drifting = org.world.faults.standing("schema_drift", "salesforce")
        changed = org.world.clock.now() if drifting else org.schema_changed()
        headers = {"Last-Modified": http_date(changed)}
        if unchanged_since(request.headers.get("if-modified-since"), changed):
            return Answer(status=304, headers=headers)
        return Answer(content=describe(org, object_, request.version), headers=headers)

    @staticmethod
    def basic(org: Org, request: Request, name: str) -> Answer:
        """Answer ``GET /sobjects/X``."""
        row = summary(existing_object(org, name), request.version)
        return Answer(content={"objectDescribe": row, "recentItems": []})

    @staticmethod
    def limits(org: Org, _request: Request) -> Answer:
        """Answer ``/limits``."""
        maximum = org.world.daily_api_limit
        daily = {"Max": maximum, "Remaining": max(0, maximum - org.calls)}
        content = {"DailyApiRequests": daily} | {
            name: {"Max": most, "Remaining": most} for name, most in _OTHER_LIMITS.items()
        }
        return Answer(content=content)

    @staticmethod
    def record_count(org: Org, request: Request) -> Answer:
        """Answer ``/limits/recordCount?sObjects=``."""
        wanted = request.query.get("sObjects") or ",".join(org.object_names())
        known = {name.lower(): name for name in org.object_names()}
        names = [known[name.lower()] for name in wanted.split(",") if name.lower() in known]
        rows = [{"count": sum(1 for _ in org.records.all(name)), "name": name} for name in names]
        return Answer(content={"sObjects": rows})


_OTHER_LIMITS = {
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DataStorageMB": 5,
    "FileStorageMB": 20,
}


def http_date(at: datetime) -> str:
    """Return an instant as HTTP headers write it."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def unchanged_since(header: str | None, changed: datetime) -> bool | None:
    """Tell whether *changed* is not after an HTTP date, to the second; None without a date."""
    try:
        return changed.replace(microsecond=0) <= parsedate_to_datetime(header) if header else None
    except (TypeError, ValueError) as error:
        message = f"not an HTTP date: {header}"
        raise ApiError(400, "INVALID_HEADER", message) from error


def existing_object(org: Org, name: str) -> ObjectDef:
    """Return an object that a path names.

    Raises:
        ApiError: NOT_FOUND.
    """
    try:
        return org.object(name)
    except ApiError as error:
        message = "The requested resource does not exist"
        raise ApiError(404, "NOT_FOUND", message) from error
