"""The replication calls: which rows of an object changed, and which went, within a window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.rest_read import existing_object
from kam_sandbox.salesforce.values import stamp

__all__ = ["add_changes"]

_UPDATED_DAYS, _DELETED_DAYS = 30, 15
"""How far back the two logs reach (getUpdated, getDeleted)."""


def add_changes(routes: Routes) -> None:
    """Add the pages ``updated`` and ``deleted``."""
    name = r"sobjects/(?P<name>\w+)"
    routes.add("GET", f"{name}/updated", _updated)
    routes.add("GET", f"{name}/deleted", _deleted)


def _updated(org: Org, request: Request, name: str) -> Answer:
    object_ = existing_object(org, name)
    start, end = _window(org, request.query, _UPDATED_DAYS)
    rows = org.records.all(object_.name)
    ids = [row.id for row in rows if start <= row.modified_at < end]
    return Answer(content={"ids": ids, "latestDateCovered": _rest(end)})


def _deleted(org: Org, request: Request, name: str) -> Answer:
    """Answer with every row that went, also past the bin: relation rows, and hard deletes."""
    object_ = existing_object(org, name)
    start, end = _window(org, request.query, _DELETED_DAYS)
    found = [
        {"id": row.id, "deletedDate": _rest(row.deleted_at)}
        for row in org.records.all(object_.name, deleted=True)
        if row.deleted_at is not None and start <= row.deleted_at < end
    ]
    earliest = org.world.clock.now() - timedelta(days=_DELETED_DAYS)
    content = {"deletedRecords": found, "earliestDateAvailable": _rest(earliest)}
    return Answer(content=content | {"latestDateCovered": _rest(end)})


def _window(org: Org, query: Mapping[str, str], reach_days: int) -> tuple[datetime, datetime]:
    """Return the window of ``updated`` and ``deleted``; seconds are ignored."""
    try:
        bounds = [
            datetime.fromisoformat(query[name].replace(" ", "+")) for name in ("start", "end")
        ]
        start, end = (bound.replace(second=0, microsecond=0) for bound in bounds)
        too_early = start < org.world.clock.now() - timedelta(days=reach_days)
    except (KeyError, TypeError, ValueError) as error:
        message = "start and end must be ISO 8601 date-times with a time zone"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message) from error
    if start >= end:
        raise ApiError(400, "INVALID_REPLICATION_DATE", "startDate must be before endDate")
    if too_early:
        message = f"startDate cannot be more than {reach_days} days ago"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message)
    return start, end


def _rest(at: datetime) -> str:
    return stamp(at)[:-1] + "+0000"
