"""Exports over the API: start, ask, fetch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import ApiError, invalid, not_found
from kam_sandbox.hubspot.export_files import write_file
from kam_sandbox.hubspot.exports import Job, Wanted
from kam_sandbox.hubspot.naming import object_name
from kam_sandbox.hubspot.searching import matching, questions, sort_records
from kam_sandbox.hubspot.values import iso

__all__ = ["ROUTES"]

_SCOPE = "crm.export"
_FORMATS = ("CSV", "XLSX", "XLS")
_LANGUAGES = frozenset("EN DE ES FR JA NL PT_BR IT PL SV FI ZH_TW DA_DK NO".split())  # noqa: SIM905
_REQUIRED = (
    "exportType",
    "exportName",
    "format",
    "objectType",
    "objectProperties",
    "language",
    "exportInternalValuesOptions",
)
"""What the vendor's Python client will not send a request without."""
_FILTERS = 3
_STATES = {"PENDING": "ENQUEUED", "PROCESSING": "PROCESSING", "COMPLETE": "DONE"}
_GONE = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'


def _start(call: Call) -> Answer:
    """Queue an export."""
    call.need(_SCOPE)
    job = call.exports.start(_wanted(call))
    return 202, {
        "id": job.id,
        "links": {"status": f"{call.origin}{call.path}/tasks/{job.id}/status"},
    }


def _status(call: Call) -> Answer:
    """Answer how far an export is; a complete one with a new address every time."""
    call.need(_SCOPE)
    job, now = _job(call), call.portal.now()
    status = job.status(now)
    answer: dict[str, Any] = {"status": status, "requestedAt": iso(job.requested)}
    if status == "PENDING":
        return 200, answer
    answer["startedAt"] = iso(job.starts)
    if status == "PROCESSING":
        return 200, answer
    name, _ = _written(call, job)
    key = call.exports.address(job)
    result = f"{call.origin}/exports-download/{key}/{name}"
    return 200, answer | {"completedAt": iso(job.ends), "numErrors": 0, "result": result}


def _details(call: Call) -> Answer:
    """Answer what an export is about, and how many records it holds."""
    call.need(_SCOPE)
    job = _job(call)
    status = job.status(call.portal.now())
    if status == "COMPLETE":
        _written(call, job)
    return 200, {
        "id": job.id,
        "exportName": job.wanted.name,
        "exportType": "VIEW",
        "exportState": _STATES[status],
        "objectType": job.wanted.object,
        "objectProperties": list(job.wanted.properties),
        "recordCount": job.rows,
        "createdAt": iso(job.requested),
        "updatedAt": iso(min(job.ends, call.portal.now())),
    }


def _download(call: Call) -> Answer:
    """Answer the file; its address needs no token and ends after five minutes."""
    job = call.exports.fetch(call.params["key"])
    if job is None:
        call.reply["Content-Type"] = "application/xml"
        return 403, _GONE
    name, content = _written(call, job)
    is_zip = name.endswith(".zip")
    call.reply["Content-Type"] = "application/zip" if is_zip else "text/csv;charset=utf-8"
    call.reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return 200, content


def _written(call: Call, job: Job) -> tuple[str, bytes]:
    if job.file is None:
        wanted = job.wanted
        records = matching(call.portal, wanted.object, wanted.search)
        sort_records(call.portal, wanted.object, wanted.search, records)
        name, content, job.rows = write_file(call.portal, wanted, records)
        job.file = (name, content)
    return job.file


def _job(call: Call) -> Job:
    found = call.exports.jobs.get(call.params["id"])
    if found is None:
        raise not_found(f"No export with id {call.params['id']}")
    return found


def _wanted(call: Call) -> Wanted:
    body = call.document()
    absent = [key for key in _REQUIRED if body.get(key) is None]
    if absent:
        raise invalid(f"Invalid input JSON: required fields were not set: {absent}", fields=absent)
    _check_choices(body)
    object_ = object_name(str(body["objectType"]))
    properties = [str(one) for one in body["objectProperties"]]
    known = call.portal.definitions(object_)
    unknown = [name for name in properties if name not in known]
    if unknown:
        raise invalid(f"Properties do not exist: {unknown}", properties=unknown)
    associated = body.get("associatedObjectType") or []
    listed = [associated] if isinstance(associated, str) else associated
    internal = body["exportInternalValuesOptions"]
    return Wanted(
        name=str(body["exportName"]),
        object=object_,
        properties=properties,
        associated=[object_name(str(one)) for one in listed],
        names="NAMES" in internal,
        values="VALUES" in internal,
        titles=bool(body.get("includePrimaryDisplayPropertyForAssociatedObjects")),
        all_associated=bool(body.get("overrideAssociatedObjectsPerDefinitionPerRowLimit")),
        search=_search(call, object_, body.get("publicCrmSearchRequest") or {}),
    )


def _check_choices(body: Mapping[str, Any]) -> None:
    if body["exportType"] not in ("VIEW", "LIST") or body["format"] not in _FORMATS:
        raise invalid(f"exportType must be VIEW or LIST, format one of {list(_FORMATS)}")
    if body["exportType"] == "LIST":
        raise not_found(f"List {body.get('listId')} does not exist")
    if body["format"] != "CSV":
        raise ApiError(501, "NOT_IMPLEMENTED", "The sandbox writes CSV only")
    if body["language"] not in _LANGUAGES:
        raise invalid(f"language must be one of {sorted(_LANGUAGES)}")
    internal = body["exportInternalValuesOptions"]
    if not isinstance(internal, list) or set(internal) - {"NAMES", "VALUES"}:
        raise invalid("exportInternalValuesOptions takes NAMES and VALUES")
    if not isinstance(body["objectProperties"], list) or not body["objectProperties"]:
        raise invalid("objectProperties must name at least one property")


def _search(call: Call, object_: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the view's filters as a search would have them, checked before the export starts."""
    filters = wanted.get("filters") or []
    if len(filters) > _FILTERS:
        raise invalid(f"No more than {_FILTERS} filters are allowed in an export")
    search = {"query": wanted.get("query") or "", "sorts": wanted.get("sorts") or []}
    if filters:
        search["filterGroups"] = [{"filters": filters}]
    sort_records(call.portal, object_, search, [])
    questions(call.portal, object_, search)
    return search


_TASK = "async/tasks/{id}/status"

ROUTES: tuple[Route, ...] = (
    Route("POST", "exports", "async", _start),
    Route("GET", "exports", _TASK, _status),
    Route("GET", "exports", "{id}", _details),
    Route("GET", "export_files", "{key}/{name}", _download, open=True),
)
"""Method, family of paths, path, handler."""
