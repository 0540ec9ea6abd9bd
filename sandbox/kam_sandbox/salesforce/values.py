"""Field values: how they are read from a record, worked out, and written into an answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from kam_sandbox.records import Record
from kam_sandbox.salesforce.computed import COMPUTED
from kam_sandbox.salesforce.rollups import rolled_up
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.state import World

__all__ = ["bulk_text", "getter", "instant", "java_double", "json_value", "stamp"]

Getter = Callable[[Record], Any]


@lru_cache(maxsize=65_536)
def stamp(at: datetime) -> str:
    """Return an instant in the store's text form, to the second as Salesforce keeps its stamps."""
    return at.replace(microsecond=0).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@lru_cache(maxsize=65_536)
def instant(text: str) -> str:
    """Return any ISO 8601 date-time in the store's text form, UTC with milliseconds.

    Raises:
        ValueError: *text* is no date-time.
    """
    at = datetime.fromisoformat(text)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_SYSTEM: dict[str, Getter] = {
    "Id": lambda record: record.id,
    "IsDeleted": lambda record: record.deleted_at is not None,
    "MasterRecordId": lambda record: record.merged_into,
    "CreatedDate": lambda record: stamp(record.created_at),
    "CreatedById": lambda record: record.created_by,
    "LastModifiedDate": lambda record: stamp(record.modified_at),
    "LastModifiedById": lambda record: record.modified_by,
    "SystemModstamp": lambda record: stamp(record.modified_at),
}

_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")


def getter(world: World, object_: ObjectDef, field: FieldDef) -> Getter:
    """Return the function that reads *field* from a record, in the store's form."""
    name = field.name
    system = _SYSTEM.get(name)
    if system is not None:
        return system
    rollup = rolled_up(world, object_.name, name)
    if rollup is not None:
        return rollup
    work_out = COMPUTED.get((object_.name, name))
    if work_out is not None:
        return lambda record: work_out(world, record)
    if field.type == "boolean":
        return lambda record: bool(record.fields.get(name))
    if field.type == "datetime":
        return lambda record: _instant_or_none(record.fields.get(name))
    if field.type == "address":
        return lambda record: _address(record, name.removesuffix("Address"))
    if field.default is not None and not field.nillable:
        default = field.default
        return lambda record: record.fields.get(name) or default
    return lambda record: record.fields.get(name)


def json_value(field: FieldDef) -> Callable[[Any], Any] | None:
    """Return how a value of *field* looks in REST JSON, or None when it stays as it is."""
    if field.type == "datetime":
        return lambda value: value[:-1] + "+0000" if value else None
    if field.numeric:
        return lambda value: orjson.Fragment(java_double(value)) if _is_number(value) else None
    if field.type == "int":
        return lambda value: None if value is None else int(value)
    return None


def bulk_text(field: FieldDef, value: Any) -> str:
    """Return how a value of *field* looks in a Bulk 2.0 CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if field.numeric and not _is_number(value):
        return ""
    if field.numeric:
        return format(Decimal(str(value)).normalize() + 0, "f") if value else "0"
    return str(value)


def _is_number(value: Any) -> bool:
    """Tell a number from nothing, and from the text that a retyped field held before."""
    return value is not None and (not isinstance(value, str) or bool(_NUMBER.fullmatch(value)))


@lru_cache(maxsize=65_536)
def java_double(value: Any) -> str:
    """Return a number as Salesforce's Java prints a double: ``2.4E7``, ``51.0``.

    Java's Double.toString changes to powers of ten from 10^7 up and below 10^-3.
    """
    number = Decimal(str(value))
    if number == 0:
        return "0.0"
    sign, digits, exponent = number.normalize().as_tuple()
    text = "".join(map(str, digits))
    power = len(text) + int(exponent) - 1
    lead = "-" if sign else ""
    if -3 <= power < 7:
        plain = format(number.normalize(), "f")
        return plain if "." in plain else f"{plain}.0"
    return f"{lead}{text[0]}.{text[1:] or '0'}E{power}"


def _instant_or_none(value: Any) -> str | None:
    return instant(value) if value else None


def _address(record: Record, prefix: str) -> dict[str, Any] | None:
    parts = {
        "city": record.fields.get(f"{prefix}City"),
        "country": record.fields.get(f"{prefix}Country"),
        "geocodeAccuracy": None,
        "latitude": record.fields.get(f"{prefix}Latitude"),
        "longitude": record.fields.get(f"{prefix}Longitude"),
        "postalCode": record.fields.get(f"{prefix}PostalCode"),
        "state": record.fields.get(f"{prefix}State"),
        "street": record.fields.get(f"{prefix}Street"),
    }
    return parts if any(parts.values()) else None


def id_url(version: str, object_: str, id_: str) -> str:
    """Return the REST path of a record."""
    return f"/services/data/v{version}/sobjects/{object_}/{id_}"
