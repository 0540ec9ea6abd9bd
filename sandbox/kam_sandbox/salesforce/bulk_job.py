"""One bulk job, and what the API tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kam_sandbox.salesforce.bulk_csv import Dialect
from kam_sandbox.salesforce.bulk_load import Loaded
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.select import Cursor

__all__ = ["Job"]


_OUT_OF_TRIES = "InternalServerError : Retried more than 15 times"
"""A query job gives up after 15 tries (Bulk API 2.0 limits)."""


@dataclass(slots=True, kw_only=True)
class Job:
    """A query or ingest job with everything that belongs to it."""

    id: str
    kind: str
    """``query`` or ``ingest``."""
    operation: str
    object: ObjectDef
    version: str
    user: str
    created: str
    dialect: Dialect
    state: str
    born: datetime
    doom: dict[str, Any] | None = None
    """How a scheduled fault ends the job: ``state``, ``message``, ``rows`` written before."""
    key: str | None = None
    error: str | None = None
    cursor: Cursor | None = None
    columns: list[str] = field(default_factory=list)
    upload: bytes | None = None
    loaded: Loaded | None = None

    def end(self) -> None:
        """Come to the end of the work, good or bad."""
        if self.doom is not None:
            self.state = str(self.doom.get("state", "Failed"))
            self.error = str(self.doom.get("message", _OUT_OF_TRIES))
        else:
            self.state = "Failed" if self.error else "JobComplete"

    def info(self) -> dict[str, Any]:
        """Return what every answer about the job holds."""
        content: dict[str, Any] = {
            "id": self.id,
            "operation": self.operation,
            "object": self.object.name,
            "createdById": self.user,
            "createdDate": self.created,
            "systemModstamp": self.created,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.dialect.line_ending,
            "columnDelimiter": self.dialect.delimiter,
        }
        if self.kind == "ingest":
            content["contentUrl"] = f"services/data/v{self.version}/jobs/ingest/{self.id}/batches"
        if self.key:
            content["externalIdFieldName"] = self.key
        if self.error:
            content["errorMessage"] = self.error
        return content

    def detail(self) -> dict[str, Any]:
        """Return the answer to a look at the job."""
        content = self.info() | {
            "jobType": "V2Query" if self.kind == "query" else "V2Ingest",
            "retries": 0,
            "totalProcessingTime": 0,
        }
        if self.kind == "query":
            done = len(self.cursor.records) if self.cursor and self.state == "JobComplete" else 0
            query = self.cursor.query if self.cursor else None
            chunked = query is not None and query.limit is None and not query.order
            return content | {"numberRecordsProcessed": done, "isPkChunkingSupported": chunked}
        loaded = self.loaded or Loaded()
        return content | {
            "numberRecordsProcessed": len(loaded.good) + len(loaded.bad),
            "numberRecordsFailed": len(loaded.bad),
            "apexProcessingTime": 0,
            "apiActiveProcessingTime": 0,
        }
