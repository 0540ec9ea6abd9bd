"""sObject Collections: up to 200 rows in a call, one result for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.references import existing, full_id, given_twice
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.rest_rows import external_key
from kam_sandbox.salesforce.select import shower
from kam_sandbox.salesforce.writes import Writer

__all__ = ["add_collections"]

_MAX_ROWS = 200
_MAX_CHUNKS = 10
"""Runs of rows of one type (Create Records Using sObject Collections); the words are Apex's, the
code is our choice."""
_MAX_RETRIEVED = 2_000
"""Rows of a retrieve by POST (Get Multiple Records with Fewer Round-Trips)."""

Work = Callable[[Writer], dict[str, Any]]


def add_collections(routes: Routes) -> None:
    """Add the collection pages."""
    root = "composite/sobjects"
    routes.add("POST", root, _create)
    routes.add("PATCH", root, _update)
    routes.add("DELETE", root, _delete)
    routes.add("GET", rf"{root}/(?P<name>\w+)", _retrieve)
    routes.add("POST", rf"{root}/(?P<name>\w+)", _retrieve)
    routes.add("PATCH", rf"{root}/(?P<name>\w+)/(?P<key>\w+)", _upsert)


def _create(org: Org, request: Request) -> Answer:
    document = request.document()

    def create(row: dict[str, Any]) -> Work:
        return lambda writer: _ok(writer.create(org.object(_type(row)), row).id)

    work = [create(row) for row in _rows(document)]
    return _run(org, request, work, all_or_none=bool(document.get("allOrNone")))


def _update(org: Org, request: Request) -> Answer:
    document = request.document()

    rows = _rows(document)
    often = Counter(id_[:15] for row in rows if isinstance(id_ := _id(row), str))

    def update(row: dict[str, Any]) -> Work:
        def work(writer: Writer) -> dict[str, Any]:
            object_ = org.object(_type(row))
            id_ = _id(row)
            if not isinstance(id_, str):
                message = "Id not specified in an update call"
                raise ApiError(400, "MISSING_ARGUMENT", message, fields=["Id"])
            if often[id_[:15]] > 1:
                raise given_twice("Id", id_)
            record = existing(org, object_, id_)
            values = {name: value for name, value in row.items() if name.lower() != "id"}
            writer.update(object_, record, values)
            return _ok(record.id)

        return work

    work = [update(row) for row in _rows(document)]
    return _run(org, request, work, all_or_none=bool(document.get("allOrNone")))


def _upsert(org: Org, request: Request, name: str, key: str) -> Answer:
    document = request.document()
    object_ = org.object(name)
    field = external_key(object_, key)
    seen: dict[str, int] = {}
    rows = _rows(document)
    for row in rows:
        wanted = str(row.get(field.name)).lower()
        seen[wanted] = seen.get(wanted, 0) + 1

    def upsert(row: dict[str, Any]) -> Work:
        def work(writer: Writer) -> dict[str, Any]:
            if _type(row).lower() != object_.name.lower():
                message = f"Type {_type(row)} does not match the request's {object_.name}"
                raise ApiError(400, "INVALID_TYPE", message)
            value = row.get(field.name)
            if value is None:
                message = f"{field.name} not specified"
                raise ApiError(400, "MISSING_ARGUMENT", message, fields=[field.name])
            if seen[str(value).lower()] > 1:
                raise given_twice(field.name, value)
            values = {given: value for given, value in row.items() if given != field.name}
            record, created = writer.upsert(object_, field, value, values)
            return _ok(record.id) | {"created": created}

        return work

    work = [upsert(row) for row in rows]
    return _run(org, request, work, all_or_none=bool(document.get("allOrNone")))


def _delete(org: Org, request: Request) -> Answer:
    ids = [id_ for id_ in request.query.get("ids", "").split(",") if id_]
    _check_size(ids)
    often = Counter(id_[:15] for id_ in ids)

    def delete(id_: str) -> Work:
        def work(writer: Writer) -> dict[str, Any]:
            if often[id_[:15]] > 1:
                raise given_twice("Id", id_)
            object_ = org.object(org.object_of_id(full_id(id_)) or "")
            record = existing(org, object_, id_)
            writer.delete(object_, record)
            return _ok(record.id)

        return work

    all_or_none = request.query.get("allOrNone", "false").lower() == "true"
    return _run(org, request, [delete(id_) for id_ in ids], all_or_none=all_or_none)


def _retrieve(org: Org, request: Request, name: str) -> Answer:
    object_ = org.object(name)
    if request.method == "GET":
        ids = request.query.get("ids", "").split(",")
        fields = request.query.get("fields", "").split(",")
    else:
        document = request.document()
        ids, fields = document.get("ids", []), document.get("fields", [])
    if not (_is_texts(ids) and _is_texts(fields)):
        raise ApiError(400, "MISSING_ARGUMENT", "ids and fields are lists of text")
    if len(ids) > _MAX_RETRIEVED:
        message = f"record limit of {_MAX_RETRIEVED} exceeded"
        raise ApiError(400, "EXCEEDED_ID_LIMIT", message)
    show = shower(org, object_, fields, version=request.version)
    records = (org.records.get(object_.name, full_id(id_)) for id_ in ids)
    rows = [show(r) if r is not None and r.deleted_at is None else None for r in records]
    return Answer(content=rows)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    rows = document.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ApiError(400, "JSON_PARSER_ERROR", "records must be a list of objects")
    _check_size(rows)
    kinds = [
        row["attributes"].get("type") for row in rows if isinstance(row.get("attributes"), dict)
    ]
    if sum(1 for _ in groupby(kinds)) > _MAX_CHUNKS:
        message = (
            f"Cannot have more than {_MAX_CHUNKS} chunks in a single operation. Please rearrange "
            "the data to reduce chunking."
        )
        raise ApiError(400, "LIMIT_EXCEEDED", message)
    return rows


def _check_size(rows: Sequence[Any]) -> None:
    if len(rows) > _MAX_ROWS:
        message = (
            f"record limit reached. cannot submit more than {_MAX_ROWS} records into this call"
        )
        raise ApiError(400, "EXCEEDED_MAX_SIZE_REQUEST", message)
    if not rows:
        raise ApiError(400, "MISSING_ARGUMENT", "records is required")


def _id(row: dict[str, Any]) -> Any:
    return next((value for name, value in row.items() if name.lower() == "id"), None)


def _type(row: dict[str, Any]) -> str:
    attributes = row.get("attributes")
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(kind, str):
        raise ApiError(400, "INVALID_FIELD", "attributes.type is required", fields=[])
    return kind


def _run(org: Org, request: Request, work: Sequence[Work], *, all_or_none: bool) -> Answer:
    writer = Writer(org, request)
    results: list[dict[str, Any]] = []
    for step in work:
        try:
            results.append(step(writer))
        except ApiError as error:
            if error.code == "JSON_PARSER_ERROR":  # the body as a whole did not read
                writer.roll_back()
                raise
            results.append({"success": False, "errors": [error.row()]})
    if all_or_none and not all(result["success"] for result in results):
        writer.roll_back()
        results = [_rolled_back() if result["success"] else result for result in results]
    return Answer(content=results)


def _rolled_back() -> dict[str, Any]:
    message = (
        "Record rolled back because not all records were valid and the request was using "
        "AllOrNone header"
    )
    error = ApiError(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message)
    return {"success": False, "errors": [error.row()]}


def _ok(id_: str) -> dict[str, Any]:
    return {"id": id_, "success": True, "errors": []}
