"""Bulk 2.0 ingest jobs: one upload, written row by row, and what became of each row."""

from __future__ import annotations

from collections.abc import Callable

from kam_sandbox.salesforce.bulk_csv import check_ending, csv_answer, read_csv, write_csv
from kam_sandbox.salesforce.bulk_job import Job
from kam_sandbox.salesforce.bulk_load import Loaded, load
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.writes import Writer

__all__ = ["Ingest"]

_OPERATIONS = {"insert", "update", "upsert", "delete", "hardDelete"}


class Ingest:
    """The pages of ingest jobs.

    Args:
        new_job: Opens a job.
    """

    def __init__(self, new_job: Callable[..., Job]) -> None:
        self._new_job = new_job

    def create(self, org: Org, request: Request) -> Answer:
        """Answer ``POST /jobs/ingest``."""
        document = request.document()
        operation = document.get("operation")
        if not isinstance(operation, str) or operation not in _OPERATIONS:
            raise ApiError(400, "INVALIDJOB", f"Unknown operation {operation}")
        if document.get("contentType", "CSV") != "CSV":
            raise ApiError(400, "INVALIDJOB", "InvalidJob : Unsupported content type")
        object_ = org.object(str(document.get("object")))
        if not (object_.createable or object_.updateable):
            message = f"Entity '{object_.name}' is not supported by the Bulk API."
            raise ApiError(400, "INVALIDENTITY", message)
        key = document.get("externalIdFieldName")
        known = object_.field(key) if isinstance(key, str) else None
        if operation == "upsert" and (known is None or not (known.external_id or known.id_lookup)):
            message = f"InvalidJob : Invalid external ID field for {object_.name}: {key}"
            raise ApiError(400, "INVALIDJOB", message)
        job = self._new_job(org, request, object_, "ingest", operation)
        job.key = known.name if known is not None else None
        return Answer(content=job.info())

    def upload(self, org: Org, request: Request, job: Job) -> Answer:
        """Take the one upload of a job."""
        if job.state != "Open" or job.upload is not None:
            raise ApiError(400, "INVALIDJOBSTATE", "Found multiple contents for job")
        if not request.headers.get("content-type", "").startswith("text/csv"):
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "Content type must be text/csv")
        if len(request.body) > org.world.bulk_max_upload:
            message = f"The upload exceeds {org.world.bulk_max_upload} bytes"
            raise ApiError(413, "REQUEST_TOO_LARGE", message)
        job.upload = request.body
        return Answer(status=201)

    def work(self, org: Org, request: Request, job: Job) -> None:
        """Write the rows; whatever is wrong with the file as a whole leaves all unprocessed."""
        header, rows, job.error = _read(job)
        if job.error is None:
            job.error = _misfit(job.object, header, job.operation)
        if job.error is not None:
            job.loaded = Loaded(header=header, left=rows)
            return
        stops_after = len(rows) if job.doom is None else int(job.doom.get("rows", 0))
        job.loaded = load(
            lambda: Writer(org, request),
            job.object,
            header,
            rows[:stops_after],
            operation=job.operation,
            key=job.key,
        )
        job.loaded.left = rows[stops_after:]

    def abort(self, job: Job) -> None:
        """Leave the rows of a job that was not closed unprocessed."""
        if job.kind == "ingest" and job.loaded is None:
            header, rows, _ = _read(job)
            job.loaded = Loaded(header=header, left=rows)

    def outcomes(self) -> dict[str, Callable[[Org, Request, Job], Answer]]:
        """Return the result pages by name."""
        return {
            "successfulResults": lambda _org, request, job: _told(
                request, job, ["sf__Id", "sf__Created"], _loaded(job).good
            ),
            "failedResults": lambda _org, request, job: _told(
                request, job, ["sf__Id", "sf__Error"], _loaded(job).bad
            ),
            "unprocessedrecords": lambda _org, request, job: _told(
                request, job, [], _loaded(job).left
            ),
        }


def _read(job: Job) -> tuple[list[str], list[list[str]], str | None]:
    """Return header, rows and what is wrong with the file, if something is."""
    try:
        text = (job.upload or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [], "InvalidBatch : Failed to parse CSV: the file is not UTF-8"
    try:
        header, rows = read_csv(text, job.dialect)
    except ValueError as error:
        return [], [], f"InvalidBatch : Failed to parse CSV: {error}"
    return header, rows, check_ending(text, job.dialect)


def _misfit(object_: ObjectDef, header: list[str], operation: str) -> str | None:
    if not header:
        return "InvalidBatch : Failed to parse CSV header. Header is missing"
    if len({name.lower() for name in header}) < len(header):
        return "InvalidBatch : Duplicate column in the header"
    if operation in ("delete", "hardDelete") and header != ["Id"]:
        return f"InvalidBatch : Batch failed: {operation} takes the column Id alone"
    unknown = [name for name in header if not _is_column(object_, name)]
    return f"InvalidBatch : Field name not found : {unknown[0]}" if unknown else None


def _is_column(object_: ObjectDef, name: str) -> bool:
    relationship, dot, _ = name.partition(".")
    if dot:
        return relationship.rpartition(":")[2].lower() in object_.by_relationship
    return object_.field(name) is not None


def _loaded(job: Job) -> Loaded:
    if job.state not in ("JobComplete", "Aborted", "Failed"):
        message = f"Job status is {job.state}: results are not available"
        raise ApiError(400, "INVALIDJOBSTATE", message)
    return job.loaded or Loaded()


def _told(request: Request, job: Job, added: list[str], rows: list[list[str]]) -> Answer:
    header = [*added, *_loaded(job).header]
    return csv_answer(request, write_csv(header, rows, job.dialect), {})
