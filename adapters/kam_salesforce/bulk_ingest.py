"""Writing many records of one object as a Bulk 2.0 job: a result for each of them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

from kam_connector.errors import KamError, RecordError, StoppedError
from kam_connector.model.change import Change, PushResult, PushState
from kam_salesforce.bulk_jobs import ENDED, BulkJobs
from kam_salesforce.bulk_rows import NULL, Upload, result_rows, uploads
from kam_salesforce.client import Client
from kam_salesforce.errors import judge_row

__all__ = ["LARGEST", "ingest", "takes"]

LARGEST = 50_000
"""Changes of one push. Our choice: five of Salesforce's own batches of 10,000 rows; what a
crash leaves unsure is read and compared within 25 calls."""
_WAIT_S = 540.0
"""Our choice: nine minutes. What is not known by then is read and compared by the next pass;
the caller's lease lasts for ten."""
_ERROR = re.compile(r"(?P<code>\w+):(?P<text>.*):(?P<fields>[^:]*?)\s*--\s*", re.DOTALL)


def takes(change: Change) -> bool:
    """Tell whether a change can be told in CSV: a text that reads as null cannot."""
    return NULL not in change.values.values()


def ingest(client: Client, changes: Sequence[Change]) -> list[PushResult]:
    """Write changes of one object, none of a record twice; return a result for each.

    All have a ref (update), or all have the same key field (upsert). About ten calls for
    each 90 MB.

    Raises:
        RecordError: Bulk does not take the job as a whole; nothing was written.
        RetryableError: Nothing is known; the same changes may be sent again.
    """
    key_field = None if changes[0].ref is not None else changes[0].key_field
    results: list[PushResult] = []
    for upload in uploads(changes, key_column=key_field or "Id"):
        with closing(upload):
            results += _Job(client, upload, key_field=key_field).run()
    return results


class _Job:
    """One upload on its way."""

    def __init__(self, client: Client, upload: Upload, *, key_field: str | None) -> None:
        self._jobs = BulkJobs(client, "ingest")
        self._upload = upload
        self._key_field = key_field
        self._results: dict[str, PushResult] = {}
        self._waiting = {(c.key if c.ref is None else c.ref) or "": c for c in upload.changes}

    def run(self) -> list[PushResult]:
        with self._job() as job:
            said = self._wait(job)
            if said["state"] == "JobComplete":
                self._take(job, "successfulResults")
                self._take(job, "failedResults")
            elif said["state"] not in ENDED:
                with suppress(KamError):  # late rows must not meet newer values
                    self._jobs.set_state(job, "Aborted")
            elif said["state"] == "Failed" and not said.get("numberRecordsProcessed"):
                raise RecordError("the bulk job came to nothing", code="KAM-3200")
        return [self._results.get(c.id) or _unknown(c) for c in self._upload.changes]

    def _wait(self, job: str) -> Mapping[str, Any]:
        """Wait for the job's end; stop it when somebody stops all writing meanwhile."""
        try:
            return self._jobs.wait(job, most_s=_WAIT_S)
        except StoppedError:
            with suppress(KamError):
                self._jobs.set_state(job, "Aborted")
            raise

    @contextmanager
    def _job(self) -> Iterator[str]:
        """Make a job, fill it and close it; delete it afterwards, or stop it."""
        facts = {"object": self._upload.changes[0].object, "contentType": "CSV", "lineEnding": "LF"}
        if self._key_field is not None:
            facts |= {"operation": "upsert", "externalIdFieldName": self._key_field}
        else:
            facts |= {"operation": "update"}
        job = self._jobs.create(**facts)
        try:
            self._jobs.upload(job, self._upload)
            self._jobs.set_state(job, "UploadComplete")
        except KamError:
            with suppress(KamError):
                self._jobs.set_state(job, "Aborted")
            self._jobs.drop(job)
            raise
        try:
            yield job
        finally:
            self._jobs.drop(job)

    def _take(self, job: str, what: str) -> None:
        """Join a result to the changes by our key column; the rest stays unknown."""
        with tempfile.TemporaryFile(prefix="kam-ingest-") as file:
            self._jobs.fetch(job, what, file)
            with suppress(RecordError):  # what cannot be read tells nothing of its rows
                for row in result_rows(file):
                    change = self._waiting.pop(row.get(self._key_field or "Id") or "", None)
                    if change is not None:
                        self._results[change.id] = _result(change, row)


def _result(change: Change, row: Mapping[str, str]) -> PushResult:
    if "sf__Error" not in row:
        return PushResult(
            change_id=change.id,
            state=PushState.DONE,
            ref=change.ref or row.get("sf__Id") or None,
            created=row.get("sf__Created", "").lower() == "true" and change.ref is None,
        )
    found = _ERROR.fullmatch(row["sf__Error"] or "")
    code = found["code"] if found else (row["sf__Error"] or "").partition(":")[0]
    fields = re.findall(r"[A-Za-z]\w*", found["fields"]) if found else []
    text = found["text"] if found else ""
    return judge_row(change, [{"statusCode": code, "message": text, "fields": fields}])


def _unknown(change: Change) -> PushResult:
    """Return that a row was not processed, or not within our patience."""
    return PushResult(
        change_id=change.id,
        state=PushState.RETRY,
        ref=change.ref,
        code="KAM-3102",
        message="the bulk job did not tell what became of the record",
    )
