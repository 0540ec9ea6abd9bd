"""HubSpot's texts to canonical values and back; the same from listing, search and batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any

from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import FieldSchema, FieldType
from kam_connector.model.window import instant

__all__ = ["RowReader", "as_instant", "to_wire"]


class RowReader:
    """Reads the properties of one object out of its JSON records."""

    def __init__(self, fields: Sequence[FieldSchema]) -> None:
        self._names = tuple(field.name for field in fields)
        self._take = _taker(self._names)
        self._typed = tuple(
            (field.name, _READERS[field.type]) for field in fields if field.type in _READERS
        )

    def values(self, record: Mapping[str, Any]) -> dict[str, JsonValue]:
        """Return the canonical values by field name; about a microsecond per field."""
        try:
            values = dict(zip(self._names, self._take(record), strict=True))
        except KeyError:  # an answer without some of the fields
            values = {name: record.get(name) for name in self._names}
        for name, read in self._typed:
            value = values[name]
            if value is not None and value != "":
                values[name] = read(value)
        if "" in values.values():
            values = {name: None if value == "" else value for name, value in values.items()}
        return values


def _taker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return how the values of several names are taken at once: at the speed of C."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda record: tuple(record[name] for name in names)


def to_wire(value: JsonValue, type_: FieldType) -> str:  # noqa: ARG001  as in the other adapter
    """Return what HubSpot wants for a canonical value: a text; "" clears the property."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return str(value)


def _decimal(value: Any) -> JsonValue:
    """Return a decimal's normalised text; what is no number stays as it is."""
    text = str(value)
    if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0"):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    plain = f"{number.normalize():f}"
    return "0" if plain == "-0" else plain


def _boolean(value: Any) -> JsonValue:
    return value if isinstance(value, bool) else str(value).lower() == "true"


def as_instant(value: Any) -> str:
    """Return the canonical text of an instant in any form that HubSpot uses."""
    text = str(value)
    if len(text) == 24 and text.endswith("Z"):
        return text
    if len(text) == 20 and text.endswith("Z"):
        return text[:19] + ".000Z"
    try:
        if text.lstrip("-").isdigit():  # milliseconds since the epoch, from older endpoints
            return instant(datetime.fromtimestamp(int(text) / 1000, tz=UTC))
        return instant(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return text


def _date(value: Any) -> JsonValue:
    text = str(value)
    if text.lstrip("-").isdigit():
        text = as_instant(text)
    return text[:10]


_READERS: Mapping[FieldType, Callable[[Any], JsonValue]] = {
    FieldType.NUMBER: _decimal,
    FieldType.MONEY: _decimal,
    FieldType.PERCENT: _decimal,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: as_instant,
}
