"""Single rows: GET, POST, PATCH, DELETE, and upsert by external id."""

from __future__ import annotations

from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.references import existing
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.rest_read import http_date, unchanged_since
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.salesforce.select import shower
from kam_sandbox.salesforce.values import id_url
from kam_sandbox.salesforce.writes import Writer

__all__ = ["add_rows", "external_key"]


def add_rows(routes: Routes) -> None:
    """Add the pages of single rows."""
    name, id_ = r"sobjects/(?P<name>\w+)", r"(?P<id_>[A-Za-z0-9]{15,18})"
    external = rf"{name}/(?P<key>\w+)/(?P<value>.+)"
    routes.add("POST", name, _create)
    routes.add("GET", f"{name}/{id_}", _read)
    routes.add("PATCH", f"{name}/{id_}", _update)
    routes.add("DELETE", f"{name}/{id_}", _delete)
    routes.add("GET", external, _read_external)
    routes.add("PATCH", external, _upsert)
    routes.add("DELETE", external, _delete_external)


def external_key(object_: ObjectDef, name: str) -> FieldDef:
    """Return a field that upserts may match on.

    Raises:
        ApiError: NOT_FOUND.
    """
    key = object_.field(name)
    if key is None or not (key.external_id or key.id_lookup):
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise ApiError(404, "NOT_FOUND", message)
    return key


def _create(org: Org, request: Request, name: str) -> Answer:
    record = Writer(org, request).create(org.object(name), request.document())
    location = id_url(request.version, record.object, record.id)
    return Answer(status=201, content=_success(record), headers={"Location": location})


def _read(org: Org, request: Request, name: str, id_: str) -> Answer:
    object_ = org.object(name)
    return _shown(org, request, object_, _found(org, object_, id_))


def _update(org: Org, request: Request, name: str, id_: str) -> Answer:
    object_ = org.object(name)
    record = _found(org, object_, id_)
    _check_unmodified(request, record)
    values = request.document()
    _refuse_in_body(values, "Id")
    Writer(org, request).update(object_, record, values)
    return Answer(status=204)


def _delete(org: Org, request: Request, name: str, id_: str) -> Answer:
    object_ = org.object(name)
    record = _found(org, object_, id_)
    _check_unmodified(request, record)
    Writer(org, request).delete(object_, record)
    return Answer(status=204)


def _read_external(org: Org, request: Request, name: str, key: str, value: str) -> Answer:
    object_ = org.object(name)
    found = _holders(org, object_, key, value)
    if len(found) > 1:
        return _choices(request, found)
    return _shown(org, request, object_, found[0])


def _upsert(org: Org, request: Request, name: str, key: str, value: str) -> Answer:
    object_ = org.object(name)
    field = external_key(object_, key)
    values = request.document()
    _refuse_in_body(values, field.name)
    found = org.holder(object_, field, value) if field.name != "Id" else []
    if len(found) > 1:
        return _choices(request, found)
    if found:
        _check_unmodified(request, found[0])
    record, created = Writer(org, request).upsert(object_, field, value, values)
    return Answer(status=201 if created else 200, content=_success(record) | {"created": created})


def _delete_external(org: Org, request: Request, name: str, key: str, value: str) -> Answer:
    object_ = org.object(name)
    found = _holders(org, object_, key, value)
    if len(found) > 1:
        return _choices(request, found)
    Writer(org, request).delete(object_, found[0])
    return Answer(status=204)


def _holders(org: Org, object_: ObjectDef, key: str, value: str) -> list[Record]:
    found = org.holder(object_, external_key(object_, key), value)
    if not found:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    return found


def _found(org: Org, object_: ObjectDef, id_: str) -> Record:
    try:
        return existing(org, object_, id_)
    except ApiError as error:
        if error.code == "INVALID_CROSS_REFERENCE_KEY":
            message = "The requested resource does not exist"
            raise ApiError(404, "NOT_FOUND", message) from error
        raise


def _shown(org: Org, request: Request, object_: ObjectDef, record: Record) -> Answer:
    headers = {"Last-Modified": http_date(record.modified_at)}
    if unchanged_since(request.headers.get("if-modified-since"), record.modified_at):
        return Answer(status=304, headers=headers)
    asked = request.query.get("fields")
    names = asked.split(",") if asked else [field.name for field in object_.fields]
    show = shower(org, object_, [name.strip() for name in names], version=request.version)
    return Answer(content=show(record), headers=headers)


def _check_unmodified(request: Request, record: Record) -> None:
    """Honour ``If-Unmodified-Since``, to the second, as HTTP dates are."""
    since = request.headers.get("if-unmodified-since")
    if unchanged_since(since, record.modified_at) is False:
        message = (
            "The request wasn't executed because the record was modified after the date in the "
            "If-Unmodified-Since header"
        )
        raise ApiError(412, "PRECONDITION_FAILED", message)


def _refuse_in_body(values: dict[str, Any], name: str) -> None:
    if any(given.lower() == name.lower() for given in values):
        message = f"The {name} field should not be specified in the sobject data."
        raise ApiError(400, "INVALID_FIELD", message, fields=[name])


def _choices(request: Request, found: list[Record]) -> Answer:
    urls = [id_url(request.version, record.object, record.id) for record in found]
    return Answer(status=300, content=urls)


def _success(record: Record) -> dict[str, Any]:
    return {"id": record.id, "success": True, "errors": []}
