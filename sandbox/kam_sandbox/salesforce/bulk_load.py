"""The rows of an ingest job, written one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kam_sandbox.salesforce import lifecycle
from kam_sandbox.salesforce.convert import cell_value
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.references import existing, given_twice
from kam_sandbox.salesforce.rest_rows import external_key
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.writes import Writer

__all__ = ["Loaded", "load"]


_CHUNK = 200
"""Rows that a bulk load writes at once."""


@dataclass(slots=True)
class Loaded:
    """What became of each row; result columns first, then the row's own."""

    header: list[str] = field(default_factory=list)
    good: list[list[str]] = field(default_factory=list)
    bad: list[list[str]] = field(default_factory=list)
    left: list[list[str]] = field(default_factory=list)


def load(
    writer_of: Callable[[], Writer],
    object_: ObjectDef,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    operation: str,
    key: str | None,
) -> Loaded:
    """Write the rows; a row that is refused does not stop the others.

    Args:
        writer_of: Gives the writer of the next row.
        object_: What the rows are.
        header: The upload's column names.
        rows: The upload's rows.
        operation: ``insert``, ``update``, ``upsert``, ``delete`` or ``hardDelete``.
        key: The external id that an upsert matches on.
    """
    loaded = Loaded(header=list(header))
    by = key if operation == "upsert" else "Id"
    twice = _given_twice(header, rows, by)
    for place, row in enumerate(rows):
        cells = dict(zip(header, row, strict=False))
        id_ = cells.get("Id", "")
        try:
            if len(row) > len(header):
                message = "CSV row has more columns than the header"
                raise ApiError(400, "INVALID_CSV", message)
            if place in twice:
                raise given_twice(by or "Id", cells[by or "Id"])
            values = _values(object_, cells)
            id_, created = _write(writer_of(), object_, operation, key, values)
        except ApiError as error:
            names = " ".join(error.fields or [])
            what = f"{error.code}:{error.message}:{names} --"
            loaded.bad.append([id_, what, *row])
        else:
            loaded.good.append([id_, "true" if created else "false", *row])
    return loaded


def _given_twice(header: Sequence[str], rows: Sequence[Sequence[str]], key: str | None) -> set[int]:
    """Return the places of rows whose external id another row of their 200 has too."""
    if key is None or key not in header:
        return set()
    column, found = header.index(key), set()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        keys = [row[column].lower() for row in chunk if len(row) > column]
        often = {value for value, times in Counter(keys).items() if value and times > 1}
        found |= {
            start + place
            for place, row in enumerate(chunk)
            if len(row) > column and row[column].lower() in often
        }
    return found


def _values(object_: ObjectDef, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON values of a row: an empty cell leaves a field alone."""
    values: dict[str, Any] = {}
    for name, text in cells.items():
        if text == "":
            continue
        known = object_.field(name)
        relationship, dot, external = name.rpartition(":")[2].partition(".")
        if known is not None:
            values[known.name] = cell_value(known, text)
        elif dot:
            values[relationship] = {external: text}
    return values


def _write(
    writer: Writer, object_: ObjectDef, operation: str, key: str | None, values: dict[str, Any]
) -> tuple[str, bool]:
    org = writer.org
    if operation == "insert":
        return writer.create(object_, values).id, True
    if operation == "upsert" and key and key != "Id":
        field_ = external_key(object_, key)
        value = values.pop(key, None)
        if value is None:
            raise ApiError(400, "MISSING_ARGUMENT", f"{key} not specified", fields=[key])
        record, created = writer.upsert(object_, field_, value, values)
        return record.id, created
    id_ = values.pop("Id", None)
    if not id_:
        message = "Id not specified in an update call"
        raise ApiError(400, "MISSING_ARGUMENT", message, fields=["Id"])
    record = existing(org, object_, str(id_))
    if operation in ("delete", "hardDelete"):
        writer.delete(object_, record)
        if operation == "hardDelete":
            lifecycle.purge(org.records, record, by=writer.request.user)
    else:
        writer.update(object_, record, values)
    return record.id, False
