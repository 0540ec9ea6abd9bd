"""Exports: one after the other, thirty in a day, each a file that can be fetched for a while.

Source: the vendor's exports guide (one at a time, thirty in a rolling day, addresses that end
after five minutes, files above 2 MB zipped). How many rows a file holds is recalled from the
knowledge base, what a refused thirty-first export looks like is our guess.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from kam_sandbox.hubspot.errors import ApiError
from kam_sandbox.hubspot.portal import Portal

__all__ = ["ExportBook", "Job", "Wanted"]

_A_DAY = 30
_URL_S = 300
_FIRST_ID = 478_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be exported, and how."""

    name: str
    object: str
    properties: Sequence[str]
    associated: Sequence[str] = ()
    names: bool = False
    """Internal property names in the header."""
    values: bool = False
    """Internal option values and owner ids in the cells."""
    titles: bool = False
    """The names of associated records beside their ids."""
    all_associated: bool = False
    """More than 1,000 associated records in a row."""
    search: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Job:
    """One export."""

    id: str
    wanted: Wanted
    requested: datetime
    starts: datetime
    ends: datetime
    file: tuple[str, bytes] | None = None
    """Name and content, once it is complete."""
    rows: int = 0

    def status(self, now: datetime) -> str:
        """Return ``PENDING``, ``PROCESSING`` or ``COMPLETE``."""
        return "PENDING" if now < self.starts else "PROCESSING" if now < self.ends else "COMPLETE"


@dataclass(slots=True)
class ExportBook:
    """The exports of a portal and the addresses of their files."""

    portal: Portal
    jobs: dict[str, Job] = field(default_factory=dict)
    _ids: count[int] = field(default_factory=lambda: count(_FIRST_ID))
    _addresses: dict[str, tuple[Job, datetime]] = field(default_factory=dict)

    def start(self, wanted: Wanted) -> Job:
        """Queue an export behind the others.

        Raises:
            ApiError: 429, thirty were started within a day.
        """
        now = self.portal.now()
        day = now - timedelta(hours=24)
        if sum(job.requested > day for job in self.jobs.values()) >= _A_DAY:
            message = f"You have reached your limit of {_A_DAY} exports in 24 hours."
            extra = {"errorType": "RATE_LIMIT", "policyName": "DAILY"}
            raise ApiError(429, "RATE_LIMITS", message, extra=extra)
        starts = max([now, *(job.ends for job in self.jobs.values())])
        lasts = timedelta(seconds=self.portal.settings.export_s)
        id_ = str(next(self._ids))
        job = Job(id=id_, wanted=wanted, requested=now, starts=starts, ends=starts + lasts)
        self.jobs[id_] = job
        return job

    def address(self, job: Job) -> str:
        """Return a new address of a complete export's file, good for five minutes."""
        key = str(uuid.uuid4())
        self._addresses[key] = (job, self.portal.now() + timedelta(seconds=_URL_S))
        return key

    def fetch(self, key: str) -> Job | None:
        """Return the export behind an address, or None when it ended or never was."""
        job, ends = self._addresses.get(key, (None, None))
        return job if ends is not None and self.portal.now() < ends else None
