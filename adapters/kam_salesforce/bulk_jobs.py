"""Bulk 2.0 jobs: made, looked at with growing patience, fetched into files, deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import IO, Any, Literal

from kam_connector.errors import CrmUnavailable, KamError, RecordError
from kam_salesforce.client import Client

__all__ = ["ENDED", "BulkJobs", "Listed"]

ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
_ID = re.compile(r"750[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")
_FIRST_S = 0.05
_MOST_S = 15.0
_GROWTH = 1.6
"""Our choice: small jobs are done within a quarter of a second, and each look is a counted
call: 50 ms at first, then ever longer up to a quarter of a minute."""
_BROKE_OFF = "KAM-3101"
_TRIES = 3
"""Our choice: a result that breaks off three times is left to the next run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Where some pages of a result are."""

    links: tuple[str, ...]
    more: str
    """Where the next part of the list is; empty behind the last."""


class BulkJobs:
    """The query or the ingest jobs of one org."""

    def __init__(self, client: Client, kind: Literal["query", "ingest"]) -> None:
        self._client = client
        self._path = f"jobs/{kind}"

    def create(self, **facts: Any) -> str:
        """Make a job and return its id.

        Raises:
            RecordError: Bulk refuses the object, a field or another job.
        """
        answer = self._client.call(self._path, method="POST", body=facts)
        job = str(answer.get("id")) if isinstance(answer, Mapping) else ""
        if not _ID.fullmatch(job):
            raise self.unreadable("made a job without an id")
        return job

    def look(self, job: str) -> Mapping[str, Any]:
        """Return what the org says about a job.

        Raises:
            RecordError: There is no such job any more (results are kept for seven days).
        """
        answer = self._client.call(f"{self._path}/{job}")
        if not isinstance(answer, Mapping) or not isinstance(answer.get("state"), str):
            raise self.unreadable("told nothing about a job")
        return answer

    def wait(self, job: str, *, most_s: float, again: bool = False) -> Mapping[str, Any]:
        """Look until the job has ended or the time is up; returns what was said last.

        Args:
            job: The job.
            most_s: Seconds to wait in all.
            again: It was waited for before: look twice only, each look is a counted call.
        """
        waited, pause = 0.0, most_s if again else _FIRST_S
        while True:
            self._client.transport.ask_gate()
            said = self.look(job)
            if said["state"] in ENDED or waited >= most_s:
                return said
            self._client.clock.sleep(pause)
            waited += pause
            pause = min(pause * _GROWTH, _MOST_S)

    def set_state(self, job: str, state: Literal["UploadComplete", "Aborted"]) -> None:
        """Close a job's upload, or stop it: no gate keeps that back."""
        with self._client.transport.gating(None) if state == "Aborted" else nullcontext():
            self._client.call(f"{self._path}/{job}", method="PATCH", body={"state": state})

    def upload(self, job: str, content: Any) -> None:
        """Send the rows, as an iterable of bytes with a length that can be read twice."""
        headers = {"Content-Type": "text/csv; charset=UTF-8"}
        self._client.transport.request(
            "PUT", self._url(f"{job}/batches"), data=content, headers=headers
        )

    def fetch(
        self, job: str, what: str, into: IO[bytes], *, params: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """Write a result into a file, without NULs, and return the answer's headers.

        A result that breaks off is asked for again.
        """
        url, left = self._url(f"{job}/{what}"), _TRIES
        while True:
            left -= 1
            into.seek(0)
            into.truncate()
            try:
                with self._client.transport.download(
                    url, params=params, headers={"Accept": "text/csv"}
                ) as answer:
                    for piece in answer:
                        into.write(piece.replace(b"\0", b""))  # NUL breaks CSV and databases
                    return answer.headers
            except CrmUnavailable as error:
                if error.code != _BROKE_OFF or not left:
                    raise

    def list_pages(self, job: str, params: Mapping[str, str]) -> Listed:
        """Return links to some result pages of a query job.

        Raises:
            RecordError: There is no such list, or none that can be read.
        """
        answer = self._client.call(f"{self._path}/{job}/resultPages", params=params)
        try:
            with self._client.reading():
                links = tuple(str(page["resultUrl"]) for page in answer["resultPages"])
                # the guide's text and its example spell the name differently
                more = answer.get("nextRecordsUrl") or answer.get("nextRecordUrl")
                return Listed(links=links, more="" if answer["done"] else str(more))
        except CrmUnavailable as error:
            raise RecordError(error.message, crm=error.crm, code=error.code) from error

    def drop(self, job: str) -> None:
        """Delete a job, as far as the org lets us: it would vanish by itself in a week."""
        with suppress(KamError):
            self._client.call(f"{self._path}/{job}", method="DELETE")

    def unreadable(self, told: str) -> CrmUnavailable:
        """Return the error of an answer that makes no sense."""
        return CrmUnavailable(f"Salesforce {told}", crm=self._client.name, code="KAM-3103")

    def _url(self, path: str) -> str:
        return f"{self._client.api.base_url}{self._path}/{path}"
