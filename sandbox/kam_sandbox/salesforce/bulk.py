"""Bulk 2.0: the jobs, and the pages that queries and loads share.

Jobs are worked off at once, on the call that would have queued them; what a client
sees in between is kept: a first look finds the job still in progress.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from kam_sandbox.salesforce.bulk_csv import Dialect
from kam_sandbox.salesforce.bulk_ingest import Ingest
from kam_sandbox.salesforce.bulk_job import Job
from kam_sandbox.salesforce.bulk_query import BulkQueries
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import KEY_PREFIXES, sf_id
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.values import stamp

__all__ = ["BulkJobs"]

_KEPT = timedelta(days=7)
"""How long a job and its results are kept (Bulk API 2.0 limits)."""
_ENDED = {"JobComplete", "Aborted", "Failed"}

Work = Callable[[Org, Request, Job], Answer]


@dataclass(slots=True)
class BulkJobs:
    """All bulk jobs of an org."""

    jobs: dict[str, Job] = field(default_factory=dict)

    def add_to(self, routes: Routes) -> None:
        """Add the bulk pages."""
        id_ = r"/(?P<id_>750\w+)"
        queries, ingest = BulkQueries(self.new_job), Ingest(self.new_job)
        routes.add("POST", "jobs/query", queries.create)
        routes.add("POST", "jobs/ingest", ingest.create)
        for kind in ("query", "ingest"):
            routes.add("GET", f"jobs/{kind}", self._list)
            routes.add("GET", f"jobs/{kind}{id_}", self._with_job(self._look))
            routes.add("PATCH", f"jobs/{kind}{id_}", self._with_job(_changer(ingest)))
            routes.add("DELETE", f"jobs/{kind}{id_}", self._with_job(self._remove))
        routes.add("GET", f"jobs/query{id_}/results", self._with_job(queries.results))
        routes.add("GET", f"jobs/query{id_}/resultPages", self._with_job(queries.pages))
        routes.add("PUT", f"jobs/ingest{id_}/batches", self._with_job(ingest.upload))
        for name, work in ingest.outcomes().items():
            routes.add("GET", f"jobs/ingest{id_}/{name}", self._with_job(work))

    def new_job(
        self, org: Org, request: Request, object_: ObjectDef, kind: str, operation: str
    ) -> Job:
        """Open a job, and let a scheduled fault take hold of it."""
        fault = org.world.faults.take_kind(
            "bulk_failed", "salesforce", request.method, request.target
        )
        job = Job(
            id=sf_id(KEY_PREFIXES["Job"], len(self.jobs) + 1),
            kind=kind,
            operation=operation,
            object=object_,
            version=request.version,
            user=request.user,
            created=stamp(org.world.clock.now())[:-1] + "+0000",
            dialect=Dialect.of(request.document()),
            state="Open",
            born=org.world.clock.now(),
            doom=None if fault is None else fault.body or {},
        )
        self.jobs[job.id] = job
        return job

    def _with_job(self, work: Work) -> Callable[..., Answer]:
        def answer(org: Org, request: Request, id_: str) -> Answer:
            return work(org, request, self._find(org, request, id_))

        return answer

    def _find(self, org: Org, request: Request, id_: str) -> Job:
        job = self.jobs.get(id_) or next((j for j in self.jobs.values() if j.id[:15] == id_), None)
        gone = job is None or f"/jobs/{job.kind}/" not in request.path
        if job is None or gone or org.world.clock.now() - job.born > _KEPT:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return job

    def _list(self, _org: Org, request: Request) -> Answer:
        kind = request.path.rstrip("/").rpartition("/")[2]
        rows = [job.info() for job in self.jobs.values() if job.kind == kind]
        return Answer(content={"done": True, "records": rows, "nextRecordsUrl": None})

    def _look(self, _org: Org, _request: Request, job: Job) -> Answer:
        if job.state == "UploadComplete":
            job.state = "InProgress"
        elif job.state == "InProgress":
            job.end()
        return Answer(content=job.detail())

    def _remove(self, _org: Org, _request: Request, job: Job) -> Answer:
        if job.state not in _ENDED:
            raise ApiError(400, "INVALIDJOBSTATE", "Only ended jobs can be deleted")
        job.born -= 2 * _KEPT  # its number is not given again
        return Answer(status=204)


def _changer(ingest: Ingest) -> Work:
    def change(org: Org, request: Request, job: Job) -> Answer:
        state = request.document().get("state")
        if state == "Aborted" and job.state not in _ENDED:
            job.state = "Aborted"
            ingest.abort(job)
        elif state == "UploadComplete" and job.kind == "ingest" and job.state == "Open":
            job.state = "UploadComplete"
            ingest.work(org, request, job)
        else:
            message = f"Aborting or closing a job that is {job.state} is not possible"
            raise ApiError(400, "INVALIDJOBSTATE", message)
        return Answer(content=job.info())

    return change
