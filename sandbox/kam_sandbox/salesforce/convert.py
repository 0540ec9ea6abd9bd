"""JSON values to stored values, with the refusals of a field's type, length and picklist."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.schema import FieldDef
from kam_sandbox.salesforce.values import instant

__all__ = ["cell_value", "stored_value"]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_FLAGS = {"0": False, "1": True, "false": False, "true": True}
_INT_RANGE = (-(2**31), 2**31 - 1)


def stored_value(field: FieldDef, value: Any) -> Any:
    """Return a JSON value in the store's form; blank text becomes None.

    Raises:
        ApiError: JSON_PARSER_ERROR, STRING_TOO_LONG, NUMBER_OUTSIDE_VALID_RANGE,
            INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, INVALID_EMAIL_ADDRESS.
    """
    if field.type == "boolean":
        if not isinstance(value, bool):
            raise _not_a("boolean", value)
        return value
    if value is None:
        return None
    if field.numeric:
        return _decimal(field, value)
    if field.type == "int":
        return _integer(field, value)
    if not isinstance(value, str):
        raise _not_a(field.type if field.type in ("date", "datetime") else "string", value)
    if not value.strip():
        return None
    if field.type == "date":
        return _date(value)
    if field.type == "datetime":
        return _datetime(value)
    return _text(field, value.strip())


def cell_value(field: FieldDef, text: str) -> Any:
    """Return a Bulk CSV cell as the JSON value it stands for; ``#N/A`` is null."""
    if text == "#N/A":
        return None
    value = _FLAGS.get(text.strip().lower(), text) if field.type == "boolean" else text
    try:
        stored_value(field, value)
    except ApiError as error:
        if error.code != "JSON_PARSER_ERROR":
            raise
        message = f"{field.name}: value not of required type: {text}"
        code = "INVALID_TYPE_ON_FIELD_IN_RECORD"
        raise ApiError(400, code, message, fields=[field.name]) from error
    return value


def _text(field: FieldDef, value: str) -> str:
    if field.type == "email" and not _EMAIL.fullmatch(value):
        message = f"{field.name}: invalid email address: {value}"
        raise ApiError(400, "INVALID_EMAIL_ADDRESS", message, fields=[field.name])
    picked = set(value.split(";")) if field.type == "multipicklist" else {value}
    if field.values and field.restricted and not picked <= set(field.values):
        message = f"{field.name}: bad value for restricted picklist field: {value}"
        code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        raise ApiError(400, code, message, fields=[field.name])
    if field.length and field.type != "reference" and len(value) > field.length:
        message = f"{field.name}: data value too large: {value[:255]} (max length={field.length})"
        raise ApiError(400, "STRING_TOO_LONG", message, fields=[field.name])
    return value


def _decimal(field: FieldDef, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _not_a("double", value)
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise _not_a("double", value) from error
    if not number.is_finite():
        raise _not_a("double", value)
    if abs(number) < Decimal(10) ** (field.precision - field.scale):
        rounded = number.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP)
        if abs(rounded) < Decimal(10) ** (field.precision - field.scale):
            return rounded
    message = f"{field.name}: value outside of valid range on numeric field: {value}"
    raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", message, fields=[field.name])


def _integer(field: FieldDef, value: Any) -> int:
    try:
        number = int(str(value)) if not isinstance(value, float | bool) else None
    except ValueError:
        number = None
    if isinstance(value, float) and value.is_integer():
        number = int(value)
    if number is None:
        raise _not_a("int", value)
    if not _INT_RANGE[0] <= number <= _INT_RANGE[1]:
        message = f"{field.name}: value outside of valid range on numeric field: {value}"
        raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", message, fields=[field.name])
    return number


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _not_a("date", value) from error


def _datetime(value: str) -> str:
    if len(value) == len("2026-01-30"):
        return instant(f"{_date(value)}T00:00:00Z")
    try:
        return instant(value)
    except (ValueError, OverflowError) as error:
        raise _not_a("datetime", value) from error


def _not_a(kind: str, value: Any) -> ApiError:
    token = "VALUE_STRING" if isinstance(value, str) else _TOKENS.get(type(value), "START_OBJECT")
    shown = value if isinstance(value, str) else str(value).lower()
    message = (
        f"Cannot deserialize instance of {kind} from {token} value {shown} or request may be "
        "missing a required field"
    )
    return ApiError(400, "JSON_PARSER_ERROR", message)


_TOKENS = {
    bool: "VALUE_TRUE",
    float: "VALUE_NUMBER_FLOAT",
    int: "VALUE_NUMBER_INT",
    list: "START_ARRAY",
    type(None): "VALUE_NULL",
}
