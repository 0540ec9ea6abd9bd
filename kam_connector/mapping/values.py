"""Canonical values: decode what a CRM says by the rule's type, and compare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from kam_connector.errors import MappingError
from kam_connector.mapping.number import parse_number
from kam_connector.model.kind import JsonValue

__all__ = ["MISSING", "Missing", "decoder", "same_value", "zone"]

_NOON = time(12)
"""Hour of an activity known by its day only: noon UTC is the same day nearly everywhere."""
_MORNING = time(8)
"""Hour of a task due on a day: our choice, the start of a working day."""
_INSTANT = 24  # len("YYYY-MM-DDTHH:MM:SS.mmmZ")
_DAY = 10


class Missing(Enum):
    """No source said anything; never the same as an empty value."""

    MISSING = "missing"

    def __repr__(self) -> str:
        """Read well in a failed test."""
        return "MISSING"


MISSING = Missing.MISSING


def decoder(
    type_: str, *, tz: ZoneInfo | None = None, sep: str | None = None, morning: bool = False
) -> Callable[[JsonValue], JsonValue]:
    """Return the function that makes a canonical value of one type; it raises ValueError.

    Args:
        type_: A rule's type, see ``parse_rule.TYPES``.
        tz: The zone in which a day begins; UTC by default.
        sep: Between the items of a list's text; a semicolon by default.
        morning: A day becomes 08:00 of that zone, not noon.
    """
    if type_ == "date":
        return lambda value: _date(value, tz)
    if type_ == "datetime":
        return lambda value: _datetime(value, tz, _MORNING if morning else _NOON)
    if type_ == "list":
        return lambda value: _list(value, sep or ";")
    return _PLAIN[type_]


def same_value(left: object, right: object) -> bool:
    """Return whether two values are one in canonical form.

    Empty is empty, however written; numbers count by value, texts without the blanks
    around them, line ends are one, lists as sets, a day equals its midnight UTC.
    """
    if left is right:
        return True
    a, b = _plain(left), _plain(right)
    if isinstance(a, bool) or isinstance(b, bool):
        return str(a).lower() == str(b).lower()
    if a == b:
        return True
    if isinstance(a, str | int) and isinstance(b, str | int):
        return _same_number(a, b) or _same_day(str(a), str(b))
    return False


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name.

    Raises:
        MappingError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise MappingError(
            f'There is no time zone "{name}".', code="KAM-2003", hint="e.g. Europe/Paris"
        ) from error


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip() or None
    if isinstance(value, list):
        return sorted(map(repr, value)) or None
    return value


def _same_number(a: str | int, b: str | int) -> bool:
    one, two = parse_number(a, plain=True), parse_number(b, plain=True)
    return one is not None and one == two


def _same_day(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) == _DAY and long in (f"{short}T00:00:00.000Z", f"{short}T00:00:00Z")


def _text(value: JsonValue) -> JsonValue:
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return ";".join(str(_text(item)) for item in value)
    raise ValueError("is no text")


def _decimal(value: JsonValue) -> Decimal:
    number = parse_number(value)
    if number is None:
        raise ValueError("is no number")
    return number


def _number(value: JsonValue) -> JsonValue:
    if type(value) is int:
        return str(value)
    number = _decimal(value)
    return f"{number.normalize():f}" if number else "0"


def _int(value: JsonValue) -> JsonValue:
    if type(value) is int:
        return value
    return int(_decimal(value).to_integral_value(rounding=ROUND_HALF_UP))


def _bool(value: JsonValue) -> JsonValue:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("true", "1", "yes"):
        return True
    if word in ("false", "0", "no"):
        return False
    raise ValueError("is neither true nor false")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _date(value: JsonValue, tz: ZoneInfo | None) -> JsonValue:
    if not isinstance(value, str):
        raise ValueError("is no date")
    if len(value) == _DAY:
        date.fromisoformat(value)
        return value
    return _moment(value).astimezone(tz or UTC).date().isoformat()


def _datetime(value: JsonValue, tz: ZoneInfo | None, hour: time) -> JsonValue:
    if not isinstance(value, str):
        raise ValueError("is no point in time")
    if len(value) == _DAY:
        moment = datetime.combine(date.fromisoformat(value), hour, tzinfo=tz or UTC)
    else:
        moment = _moment(value)
        if len(value) == _INSTANT and value[-1] == "Z" and value[19] == ".":
            return value
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _list(value: JsonValue, sep: str) -> JsonValue:
    items = value if isinstance(value, list) else str(_text(value)).split(sep)
    texts = [item.strip() if isinstance(item, str) else item for item in items]
    return [item for item in texts if item not in (None, "")]


_PLAIN: dict[str, Callable[[JsonValue], JsonValue]] = {
    "text": _text,
    "int": _int,
    "number": _number,
    "percent": _number,
    "money": _number,
    "bool": _bool,
}
