"""One form for a value, however a CRM, a request or our database writes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

__all__ = ["plain"]

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")


def plain(value: Any) -> Any:
    """Return the value so that equal ones are equal: no type, no spelling, no time zone."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if text in ("True", "False"):
        return text.lower()
    if _MOMENT.fullmatch(text):
        return _moment(text)
    if _NUMBER.fullmatch(text):
        return _number(text)
    return text


def _moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00").replace("+0000", "+00:00"))
    except ValueError:
        return text
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _number(text: str) -> str:
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text
