"""Bulk 2.0: query jobs and ingest jobs.

Jobs are worked off at once, on the call that would have queued them; what a client
sees in between is kept: a first look finds the job still in progress.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from typing import Any

from kam_sandbox.salesforce.bulk_csv import Dialect, query_csv, read_csv, write_csv
from kam_sandbox.salesforce.bulk_job import Job
from kam_sandbox.salesforce.bulk_load import Loaded, load
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import KEY_PREFIXES, sf_id
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.select import run
from kam_sandbox.salesforce.values import stamp
from kam_sandbox.salesforce.writes import Writer

__all__ = ["BulkJobs"]

_PAGE = 50_000
"""Rows of a result page when the client names no maxRecords (our choice)."""
_PAGES_LISTED = 5
_MAX_UPLOAD = 150_000_000
"""Bytes of one upload (Bulk API 2.0 limits)."""
_NOT_BULK = {"TaskStatus", "OpportunityStage"}
"""Objects that the Bulk API does not read (known from Airbyte's list for TaskStatus)."""
_BEYOND_BULK = re.compile(
    r"\b(GROUP\s+BY|OFFSET|TYPEOF)\b|\b(AVG|COUNT|COUNT_DISTINCT|MAX|MIN|SUM)\s*\("
    r"|\(\s*SELECT\b.*\)\s*FROM",
    re.IGNORECASE,
)
"""Clauses that bulk queries do not take."""
_OPERATIONS = {"insert", "update", "upsert", "delete", "hardDelete"}
_ENDED = {"JobComplete", "Aborted", "Failed"}


@dataclass(slots=True)
class BulkJobs:
    """All bulk jobs of an org."""

    jobs: dict[str, Job] = field(default_factory=dict)

    def add_to(self, routes: Routes) -> None:
        """Add the bulk pages."""
        id_ = r"/(?P<id_>750\w+)"
        routes.add("POST", "jobs/query", self._create_query)
        routes.add("POST", "jobs/ingest", self._create_ingest)
        for kind in ("query", "ingest"):
            routes.add("GET", f"jobs/{kind}", self._list)
            routes.add("GET", f"jobs/{kind}{id_}", self._look)
            routes.add("PATCH", f"jobs/{kind}{id_}", self._change)
            routes.add("DELETE", f"jobs/{kind}{id_}", self._remove)
        routes.add("GET", f"jobs/query{id_}/results", self._results)
        routes.add("GET", f"jobs/query{id_}/resultPages", self._pages)
        routes.add("PUT", f"jobs/ingest{id_}/batches", self._upload)
        for name in ("successfulResults", "failedResults", "unprocessedrecords"):
            routes.add("GET", f"jobs/ingest{id_}/(?P<which>{name})", self._outcome)

    def _create_query(self, org: Org, request: Request) -> Answer:
        document = request.document()
        operation, soql = document.get("operation"), document.get("query")
        if operation not in ("query", "queryAll") or not isinstance(soql, str):
            raise ApiError(400, "INVALIDJOB", "operation and query are required")
        if _BEYOND_BULK.search(soql):
            raise ApiError(400, "API_ERROR", "This query is not supported by the Bulk API")
        cursor = run(org, soql, everything=operation == "queryAll", version=request.version)
        if cursor.object.name in _NOT_BULK:
            message = f"Entity '{cursor.object.name}' is not supported by the Bulk API."
            raise ApiError(400, "INVALIDENTITY", message)
        for name in cursor.query.fields:
            known = cursor.object.field(name)
            if known is not None and known.type == "address":
                message = "Selecting compound data not supported in Bulk Query"
                raise ApiError(400, "FEATURENOTENABLED", message)
        job = self._job(org, request, cursor.object, document, kind="query")
        job.cursor, job.columns, job.state = cursor, cursor.query.fields, "UploadComplete"
        return Answer(content=job.info())

    def _create_ingest(self, org: Org, request: Request) -> Answer:
        document = request.document()
        operation = document.get("operation")
        if operation not in _OPERATIONS:
            raise ApiError(400, "INVALIDJOB", f"Unknown operation {operation}")
        object_ = org.object(str(document.get("object")))
        key = document.get("externalIdFieldName")
        known = object_.field(key) if isinstance(key, str) else None
        if operation == "upsert" and (known is None or not (known.external_id or known.id_lookup)):
            message = f"InvalidJob : Invalid external ID field for {object_.name}: {key}"
            raise ApiError(400, "INVALIDJOB", message)
        job = self._job(org, request, object_, document, kind="ingest")
        job.key = known.name if known is not None else None
        return Answer(content=job.info())

    def _job(
        self,
        org: Org,
        request: Request,
        object_: ObjectDef,
        document: dict[str, Any],
        *,
        kind: str,
    ) -> Job:
        job = Job(
            id=sf_id(KEY_PREFIXES["Job"], len(self.jobs) + 1),
            kind=kind,
            operation=document["operation"],
            object=object_,
            version=request.version,
            user=request.user,
            created=stamp(org.world.clock.now())[:-1] + "+0000",
            dialect=Dialect.of(document),
            state="Open",
        )
        self.jobs[job.id] = job
        return job

    def _find(self, request: Request, id_: str) -> Job:
        job = self.jobs.get(id_) or self.jobs.get(id_[:15])
        if job is None or f"/jobs/{job.kind}/" not in request.path:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return job

    def _list(self, _org: Org, request: Request) -> Answer:
        kind = request.path.rstrip("/").rpartition("/")[2]
        rows = [job.info() for job in self.jobs.values() if job.kind == kind]
        return Answer(content={"done": True, "records": rows, "nextRecordsUrl": None})

    def _look(self, _org: Org, request: Request, id_: str) -> Answer:
        job = self._find(request, id_)
        if job.state == "UploadComplete":
            job.state = "InProgress"
        elif job.state == "InProgress":
            job.state = "Failed" if job.error else "JobComplete"
        return Answer(content=job.detail())

    def _change(self, org: Org, request: Request, id_: str) -> Answer:
        job = self._find(request, id_)
        state = request.document().get("state")
        if state == "Aborted" and job.state not in _ENDED:
            job.state = "Aborted"
        elif state == "UploadComplete" and job.kind == "ingest" and job.state == "Open":
            job.state = "UploadComplete"
            self._work(org, request, job)
        else:
            message = f"Aborting or closing a job that is {job.state} is not possible"
            raise ApiError(400, "INVALIDJOBSTATE", message)
        return Answer(content=job.info())

    def _work(self, org: Org, request: Request, job: Job) -> None:
        text = (job.upload or b"").decode("utf-8-sig")
        header, rows = read_csv(text, job.dialect)
        unknown = [name for name in header if not _is_column(job.object, name)]
        if unknown:
            job.error = f"InvalidBatch : Field name not found : {unknown[0]}"
            job.loaded = Loaded(header=header, left=rows)
            return
        job.loaded = load(
            lambda: Writer(org, request),
            job.object,
            header,
            rows,
            operation=job.operation,
            key=job.key,
        )

    def _remove(self, _org: Org, request: Request, id_: str) -> Answer:
        job = self._find(request, id_)
        if job.state not in _ENDED:
            raise ApiError(400, "INVALIDJOBSTATE", "Only ended jobs can be deleted")
        del self.jobs[job.id]
        return Answer(status=204)

    def _upload(self, _org: Org, request: Request, id_: str) -> Answer:
        job = self._find(request, id_)
        if job.state != "Open" or job.upload is not None:
            raise ApiError(400, "INVALIDJOBSTATE", "Found multiple contents for job")
        if len(request.body) > _MAX_UPLOAD:
            raise ApiError(413, "REQUEST_TOO_LARGE", "The upload exceeds 150 MB")
        job.upload = request.body
        return Answer(status=201)

    def _results(self, org: Org, request: Request, id_: str) -> Answer:
        job = self._find(request, id_)
        if job.state != "JobComplete" or job.cursor is None:
            message = f"The job is {job.state}: results are not available"
            raise ApiError(400, "INVALIDJOBSTATE", message)
        expired = org.world.faults.take_kind(
            "locator_expired", "salesforce", request.method, request.target
        )
        start, size = _position(request)
        if expired is not None or start > len(job.cursor.records):
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        rows = job.cursor.records[start : start + size]
        text = query_csv(org, job.object, job.columns, rows, job.dialect)
        more = start + size < len(job.cursor.records)
        headers = {
            "Sforce-Locator": _locator(start + size) if more else "null",
            "Sforce-NumberOfRecords": str(len(rows)),
        }
        return _csv(request, text, headers)

    def _pages(self, _org: Org, request: Request, id_: str) -> Answer:
        job = self._find(request, id_)
        start, size = _position(request)
        total = len(job.cursor.records) if job.cursor else 0
        root = f"/services/data/v{job.version}/jobs/query/{job.id}"
        starts = list(range(start, max(total, start + 1), size))
        pages = [
            {"resultUrl": f"{root}/results?locator={_locator(at)}&maxRecords={size}"}
            for at in starts[:_PAGES_LISTED]
        ]
        done = len(starts) <= _PAGES_LISTED
        content: dict[str, Any] = {"resultPages": pages, "done": done}
        if not done:
            after = _locator(starts[_PAGES_LISTED])
            content["nextRecordsUrl"] = f"{root}/resultPages?locator={after}&maxRecords={size}"
        return Answer(content=content)

    def _outcome(self, _org: Org, request: Request, id_: str, which: str) -> Answer:
        job = self._find(request, id_)
        loaded = job.loaded or Loaded()
        match which.lower():
            case "successfulresults":
                header, rows = ["sf__Id", "sf__Created"], loaded.good
            case "failedresults":
                header, rows = ["sf__Id", "sf__Error"], loaded.bad
            case _:
                header, rows = [], loaded.left
        return _csv(request, write_csv([*header, *loaded.header], rows, job.dialect), {})


def _is_column(object_: ObjectDef, name: str) -> bool:
    relationship, dot, _ = name.partition(".")
    if dot:
        return relationship.rpartition(":")[2].lower() in object_.by_relationship
    return object_.field(name) is not None


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


def _csv(request: Request, text: str, headers: dict[str, str]) -> Answer:
    body = text.encode()
    headers = headers | {"Content-Type": "text/csv"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Answer(raw=body, headers=headers)
