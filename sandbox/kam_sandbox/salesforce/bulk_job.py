"""One bulk job, and what the API tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kam_sandbox.salesforce.bulk_csv import Dialect
from kam_sandbox.salesforce.bulk_load import Loaded
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.select import Cursor

__all__ = ["Job"]


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
    key: str | None = None
    error: str | None = None
    cursor: Cursor | None = None
    columns: list[str] = field(default_factory=list)
    upload: bytes | None = None
    loaded: Loaded | None = None
    looks: int = 0

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
            return content | {"numberRecordsProcessed": done, "isPkChunkingSupported": True}
        loaded = self.loaded or Loaded()
        return content | {
            "numberRecordsProcessed": len(loaded.good) + len(loaded.bad),
            "numberRecordsFailed": len(loaded.bad),
            "apexProcessingTime": 0,
            "apiActiveProcessingTime": 0,
        }
