"""HubSpot's texts to canonical values and back; the same from listing, search and batch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter
from typing import Any

from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import FieldSchema, FieldType
from kam_connector.model.window import instant

__all__ = ["RowReader", "as_instant", "to_wire"]

_SOURCES = 128
"""Lists of names whose row makers are kept. Our choice: more than a mapping has sources."""


Column = Sequence[Any]
"""One property's values in the records of a page."""


_MILLISECONDS = re.compile(r"-?[0-9]{1,17}(?:\.0*)?", re.ASCII)
_TEXTS = frozenset((str, bool, int, type(None)))
"""What properties come as: texts and null, and in owners also true, false and numbers."""


class RowReader:
    """Reads the properties of one object, a page at a time and column by column.

    What a property is decides once a page how its column is read, not once a value.
    """

    def __init__(self, fields: Sequence[FieldSchema]) -> None:
        self._names = tuple(field.name for field in fields)
        self._take = _taker(self._names)
        self._readers = tuple(_COLUMNS.get(field.type, _texts) for field in fields)
        self._rows = _maker(self._names)

    def values(self, record: Mapping[str, Any]) -> dict[str, JsonValue]:
        """Return the canonical values of one record by property name."""
        return self.page([record])[0]

    def page(self, records: Sequence[Mapping[str, Any]]) -> list[dict[str, JsonValue]]:
        """Return the canonical values of many records."""
        if not self._names or not records:
            return [{} for _ in records]
        try:
            rows = list(map(self._take, records))
        except KeyError:  # an answer without some of the properties
            rows = [tuple(record.get(name) for name in self._names) for record in records]
        return self.columns(list(zip(*rows, strict=True)))

    def columns(self, columns: Sequence[Column]) -> list[dict[str, JsonValue]]:
        """Return the same from the properties' columns, in their order."""
        pairs = zip(self._readers, columns, strict=True)
        canonical = [read(column) for read, column in pairs]
        return self._rows(zip(*canonical, strict=True))


def _taker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return how the values of several names are taken at once: at the speed of C."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda record: tuple(record[name] for name in names)


@lru_cache(maxsize=_SOURCES)
def _maker(names: tuple[str, ...]) -> Callable[[Iterable[Any]], list[dict[str, JsonValue]]]:
    """Return ``lambda rows: [{names[0]: v0, ...} for v0, ... in rows]``.

    Compiled once a list of names, as ``namedtuple`` does it: half the time of a
    ``dict(zip())`` a row.
    Names go in as literals.
    """
    places = [f"v{place}" for place in range(len(names))]
    pairs = ", ".join(f"{name!r}: {place}" for name, place in zip(names, places, strict=True))
    code = f"lambda rows: [{{{pairs}}} for {', '.join(places) or '_'}, in rows]"
    make: Callable[[Iterable[Any]], list[dict[str, JsonValue]]] = eval(code, {})  # noqa: S307
    return make


def to_wire(value: JsonValue, type_: FieldType) -> str:  # noqa: ARG001  as in the other adapter
    """Return what HubSpot wants for a canonical value: a text; "" clears the property."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return str(value)


def _as_text(value: Any) -> JsonValue:
    """Return a value that is no text as one: canonical values know no fractions and no objects."""
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return value if type(value) in _TEXTS else str(value)


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
        if _MILLISECONDS.fullmatch(text):  # since the epoch, from older endpoints
            return instant(datetime.fromtimestamp(float(text) / 1000, tz=UTC))
        return instant(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return text


def _date(value: Any) -> JsonValue:
    text = str(value)
    if _MILLISECONDS.fullmatch(text):
        text = as_instant(text)
    return text[:10]


def _texts(column: Column) -> Column:
    if not _TEXTS.issuperset(map(type, column)):
        column = [_as_text(value) for value in column]
    return [None if value == "" else value for value in column] if "" in column else column


def _instants(column: Column) -> Column:
    return [as_instant(value) if value else None for value in column]


def _each(read: Callable[[Any], JsonValue]) -> Callable[[Column], Column]:
    """Return how a column is read of which each value is read alone; empty is None."""

    def column_of(column: Column) -> Column:
        return [None if value is None or value == "" else read(value) for value in column]

    return column_of


_COLUMNS: Mapping[FieldType, Callable[[Column], Column]] = {
    type_: _each(read)
    for type_, read in {
        FieldType.NUMBER: _decimal,
        FieldType.MONEY: _decimal,
        FieldType.PERCENT: _decimal,
        FieldType.BOOLEAN: _boolean,
        FieldType.DATE: _date,
    }.items()
} | {FieldType.DATETIME: _instants}
