"""Bulk 2.0 query jobs: what they refuse, and their results page by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kam_sandbox.salesforce.bulk_csv import csv_answer, query_csv
from kam_sandbox.salesforce.bulk_job import Job
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.paths import resolve
from kam_sandbox.salesforce.request import Answer, Request
from kam_sandbox.salesforce.select import Cursor, run
from kam_sandbox.salesforce.soql import parse
from kam_sandbox.salesforce.soql_tree import Query

__all__ = ["BulkQueries"]

_PAGE = 50_000
"""Rows of a result page when the client names no maxRecords (our choice)."""
_PAGES_LISTED = 5
_NOT_BULK = {"CaseStatus", "ContractStatus", "OpportunityStage", "TaskPriority", "TaskStatus"}
"""Objects that the Bulk API does not read (as Airbyte's connector found them)."""


class BulkQueries:
    """The pages of query jobs.

    Args:
        new_job: Opens a job.
    """

    def __init__(self, new_job: Callable[..., Job]) -> None:
        self._new_job = new_job

    def create(self, org: Org, request: Request) -> Answer:
        """Answer ``POST /jobs/query``."""
        document = request.document()
        operation, soql = document.get("operation"), document.get("query")
        if operation not in ("query", "queryAll") or not isinstance(soql, str):
            raise ApiError(400, "INVALIDJOB", "operation and query are required")
        if document.get("contentType", "CSV") != "CSV":
            raise ApiError(400, "INVALIDJOB", "InvalidJob : Unsupported content type")
        _check_clauses(parse(soql))
        cursor = run(org, soql, everything=operation == "queryAll", version=request.version)
        _check_fields(org, cursor)
        job = self._new_job(org, request, cursor.object, "query", operation)
        job.cursor, job.columns, job.state = cursor, cursor.query.fields, "UploadComplete"
        return Answer(content=job.info())

    def results(self, org: Org, request: Request, job: Job) -> Answer:
        """Answer one page of results."""
        take, where = org.world.faults.take_kind, (request.method, request.target)
        if take("results_expired", "salesforce", *where) is not None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        cursor = _finished(job)
        start, size = _position(request)
        expired = take("locator_expired", "salesforce", *where)
        if expired is not None or start > len(cursor.records):
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        rows = cursor.records[start : start + size]
        sent = rows[:-1] if take("short_result", "salesforce", *where) else rows
        text = query_csv(org, job.object, job.columns, sent, job.dialect)
        more = start + size < len(cursor.records)
        headers = {
            "Sforce-Locator": _locator(start + size) if more else "null",
            "Sforce-NumberOfRecords": str(len(rows)),
        }
        return csv_answer(request, text, headers)

    def pages(self, org: Org, request: Request, job: Job) -> Answer:
        """Answer with the addresses of the next pages, at most five."""
        total = len(_finished(job).records)
        start, size = _position(request)
        root = f"/services/data/v{job.version}/jobs/query/{job.id}"
        starts = list(range(start, max(total, start + 1), size))
        pages = [
            {"resultUrl": f"{root}/results?locator={_locator(at)}&maxRecords={size}"}
            for at in starts[:_PAGES_LISTED]
        ]
        where = (request.method, request.target)
        if org.world.faults.take_kind("foreign_link", "salesforce", *where) is not None:
            pages[0]["resultUrl"] = f"https://elsewhere.example{pages[0]['resultUrl']}"
        done = len(starts) <= _PAGES_LISTED
        content: dict[str, Any] = {"resultPages": pages, "done": done}
        if not done:
            after = _locator(starts[_PAGES_LISTED])
            content["nextRecordsUrl"] = f"{root}/resultPages?locator={after}&maxRecords={size}"
        return Answer(content=content)


def _check_clauses(query: Query) -> None:
    """Refuse what only REST takes; LIMIT and ORDER BY are taken, without PK chunking."""
    beyond = query.aggregates or query.group or query.count or query.types or query.children
    if beyond or query.offset:
        raise ApiError(400, "API_ERROR", "This query is not supported by the Bulk API")


def _check_fields(org: Org, cursor: Cursor) -> None:
    if cursor.object.name in _NOT_BULK:
        message = f"Entity '{cursor.object.name}' is not supported by the Bulk API."
        raise ApiError(400, "INVALIDENTITY", message)
    for path in cursor.query.fields:
        if resolve(org, cursor.object, path)[1].type == "address":
            message = "Selecting compound data not supported in Bulk Query"
            raise ApiError(400, "FEATURENOTENABLED", message)


def _finished(job: Job) -> Cursor:
    if job.state != "JobComplete" or job.cursor is None:
        message = f"The job is {job.state}: results are not available"
        raise ApiError(400, "INVALIDJOBSTATE", message)
    return job.cursor


def _locator(start: int) -> str:
    """Return an opaque page marker; Salesforce's are short base-64 words."""
    return f"MTo{start:x}"


def _position(request: Request) -> tuple[int, int]:
    size = request.query.get("maxRecords", "")
    locator = request.query.get("locator", "")
    if not locator:
        start = 0
    elif re.fullmatch(r"MTo[0-9a-f]+", locator):
        start = int(locator[3:], 16)
    else:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return start, max(1, int(size)) if size.isdigit() else _PAGE
