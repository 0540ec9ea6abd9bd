"""Which values a property takes, and in which form it keeps them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from kam_sandbox.hubspot.catalogue import SINGULARS
from kam_sandbox.hubspot.definitions import Property
from kam_sandbox.hubspot.errors import Issue, invalid, invalid_values
from kam_sandbox.hubspot.portal import PORTAL_ID, Portal
from kam_sandbox.hubspot.values import as_text, iso
from kam_sandbox.records import Record

__all__ = ["check_values", "moment"]

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

_REQUIRED = {
    "tasks": ("hs_timestamp",),
    "emails": ("hs_timestamp",),
    "meetings": ("hs_timestamp",),
    "calls": ("hs_timestamp",),
    "notes": ("hs_timestamp",),
    "deals": ("dealname",),
    "tickets": ("subject", "hs_pipeline_stage"),
    "products": ("name",),
}
"""Needed on creation (vendor's guides; deals by the create form, 2026-09 only)."""

_STAGES = {"deals": ("pipeline", "dealstage"), "tickets": ("hs_pipeline", "hs_pipeline_stage")}
_ONE_OF = {"companies": ("name", "domain"), "contacts": ("email", "firstname", "lastname")}
"""At least one needed on creation (vendor's company and contact guides)."""


class _RefusedError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_values(
    portal: Portal, object_: str, properties: object, *, record: Record | None
) -> dict[str, str | None]:
    """Return *properties* in the form in which the portal keeps them; nothing is written.

    Args:
        portal: The account.
        object_: The object written to.
        properties: The request's ``properties``.
        record: The record to change, or None to create one.

    Raises:
        ApiError: 400, with every refused value in the message.
    """
    if not isinstance(properties, Mapping):
        raise invalid("Invalid input JSON: 'properties' must be an object")
    known = portal.definitions(object_)
    kept: dict[str, str | None] = {}
    issues: list[Issue] = []
    for name, value in properties.items():
        try:
            kept[name] = _check(portal, object_, known.get(str(name)), str(name), value)
        except _RefusedError as refused:
            issues.append(Issue(refused.code, str(name), str(refused), PORTAL_ID))
    if object_ in _STAGES and not issues:
        issues += _stage_issues(portal, object_, kept, record)
    if issues:
        raise invalid_values(issues)
    if record is None:
        _check_required(portal, object_, kept)
    return kept


def moment(text: str) -> datetime | None:
    """Return the instant written as epoch milliseconds or ISO 8601, or None if it is neither."""
    try:
        if re.fullmatch(r"-?\d{1,14}", text):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _check(
    portal: Portal, object_: str, definition: Property | None, name: str, value: Any
) -> str | None:
    if definition is None:
        raise _RefusedError("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
    if definition.read_only:
        raise _RefusedError(
            "READ_ONLY_VALUE",
            f'"{name}" is a read only property; its value cannot be set.',
        )
    if isinstance(value, list | dict):
        raise invalid(f"Invalid input JSON: value of '{name}' must be a string")
    text = as_text(value)
    if text is None:
        return None
    if definition.referenced == "OWNER":
        return _owners(portal, definition, text)
    if object_ == "contacts" and name == "email":
        return _email(text)
    return _BY_TYPE[definition.type](definition, text)


def _text(definition: Property, text: str) -> str:
    if len(text) > definition.max_length:
        raise _RefusedError(
            "INVALID_LENGTH",
            f"The value for {definition.name} is {len(text)} characters long; "
            f"the most it can hold is {definition.max_length}.",
        )
    return text


def _number(_definition: Property, text: str) -> str:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise _RefusedError("INVALID_INTEGER", f"{text} was not a valid number.")
    return format(number, "f")


def _date(_definition: Property, text: str) -> str:
    at = moment(text)
    if at is None or at.time() != datetime.min.time():
        raise _RefusedError(
            "INVALID_DATE", f"{text} is not at midnight UTC. Date properties need 00:00:00 UTC."
        )
    return at.date().isoformat()


def _datetime(_definition: Property, text: str) -> str:
    at = moment(text)
    if at is None or at.year < date.min.year + 1:
        raise _RefusedError("INVALID_LONG", f"{text} was not a valid long.")
    return iso(at)


def _bool(_definition: Property, text: str) -> str:
    if text.lower() not in ("true", "false"):
        raise _RefusedError(
            "INVALID_OPTION", f"{text} was not one of the allowed options: [true, false]"
        )
    return text.lower()


def _enumeration(definition: Property, text: str) -> str:
    if definition.external_options:
        return text
    allowed = [option.value for option in definition.options]
    values = [one for one in text.split(";") if one] if definition.multiple else [text]
    for one in values:
        if one not in allowed:
            raise _RefusedError(
                "INVALID_OPTION",
                f"{one} was not one of the allowed options: [{', '.join(allowed)}]",
            )
    return ";".join(values)


def _owners(portal: Portal, definition: Property, text: str) -> str:
    for one in text.split(";") if definition.multiple else [text]:
        owner = portal.world.hubspot.get("owners", one)
        if owner is None or owner.deleted_at is not None:
            raise _RefusedError("INVALID_OWNER_ID", f"Owner {one} does not exist.")
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise _RefusedError("INVALID_EMAIL", f"Email address {text} is invalid")
    return text.lower()


_BY_TYPE: dict[str, Callable[[Property, str], str]] = {
    "string": _text,
    "phone_number": _text,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "bool": _bool,
    "enumeration": _enumeration,
}


def _stage_issues(
    portal: Portal, object_: str, kept: Mapping[str, str | None], record: Record | None
) -> list[Issue]:
    pipeline_name, stage_name = _STAGES[object_]
    if stage_name not in kept and pipeline_name not in kept:
        return []
    before, pipelines = record.fields if record else {}, portal.pipelines[object_]
    pipeline = (
        kept.get(pipeline_name) or as_text(before.get(pipeline_name)) or next(iter(pipelines))
    )
    stage = kept.get(stage_name) or as_text(before.get(stage_name))
    chosen = pipelines.get(pipeline)
    if chosen is None:
        message = f"{pipeline} was not one of the allowed options: pipeline does not exist"
        return [Issue("INVALID_OPTION", pipeline_name, message, PORTAL_ID)]
    if stage and chosen.stage(stage) is None:
        allowed = ", ".join(one.id for one in chosen.stages)
        message = f"{stage} was not one of the allowed options: [{allowed}]"
        return [Issue("INVALID_OPTION", stage_name, message, PORTAL_ID)]
    return []


def _check_required(portal: Portal, object_: str, kept: Mapping[str, str | None]) -> None:
    if not portal.settings.strict_create:
        return
    missing = [name for name in _REQUIRED.get(object_, ()) if not kept.get(name)]
    alternatives = _ONE_OF.get(object_, ())
    if alternatives and not any(kept.get(name) for name in alternatives):
        missing = list(alternatives)
    if missing:
        singular = SINGULARS[object_].upper()
        raise invalid(
            f"Error creating {singular}. Some required properties were not set.",
            properties=missing,
        )
