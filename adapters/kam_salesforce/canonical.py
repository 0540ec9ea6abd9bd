"""Salesforce's values to canonical ones and back: the same from JSON and from a bulk result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
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

_NUMBERS = (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT)

_EXACT = 10**15
"""A float keeps every whole number, and any decimal number, of up to fifteen digits."""

Column = Sequence[Any]
"""One field's values in the records of a page."""


class RowReader:
    """Reads the fields of one object, a page at a time and column by column.

    What a field is decides once a page how its column is read, not once a value.
    """

    def __init__(self, fields: Sequence[FieldSchema]) -> None:
        self._names = tuple(field.name for field in fields)
        self._take = _taker(self._names)
        self._readers = tuple(_COLUMNS.get(field.type, _texts) for field in fields)
        self._rows = _maker(self._names)

    def values(self, record: Mapping[str, Any]) -> dict[str, JsonValue]:
        """Return the canonical values of one record by field name."""
        return self.page([record])[0]

    def page(self, records: Sequence[Mapping[str, Any]]) -> list[dict[str, JsonValue]]:
        """Return the canonical values of many records."""
        if not self._names or not records:
            return [{} for _ in records]
        try:
            rows = list(map(self._take, records))
        except KeyError:  # an answer without some of the fields
            rows = [tuple(record.get(name) for name in self._names) for record in records]
        return self.columns(list(zip(*rows, strict=True)))

    def columns(self, columns: Sequence[Column]) -> list[dict[str, JsonValue]]:
        """Return the same from the fields' columns, JSON values or CSV cells, in their order."""
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


def to_wire(value: JsonValue, type_: FieldType) -> JsonValue | float:
    """Return what Salesforce's JSON wants for a canonical value; None clears the field."""
    if type_ in _NUMBERS and isinstance(value, str):
        return _number(value)
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return value


def _number(text: str) -> int | float | str:
    """Return a JSON number where it is exact, else the text, which Salesforce reads too."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return text
    if exact == exact.to_integral_value() and abs(exact) < _EXACT:
        return int(exact)
    return float(text) if Decimal(repr(float(text))) == exact else text


def _decimal(value: Any) -> JsonValue:
    """Return a decimal's normalised text; what is no number stays as it is."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value.is_integer() and -_EXACT < value < _EXACT:
        return str(int(value))
    text = str(value)
    if text.endswith(".0") and "E" not in text:
        return text[:-2] if text != "-0.0" else "0"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    text = f"{number.normalize():f}"
    return "0" if text == "-0" else text


def _integer(value: Any) -> JsonValue:
    if isinstance(value, int):
        return value
    text = _decimal(value)
    return int(text) if isinstance(text, str) and text.lstrip("-").isdigit() else text


def _boolean(value: Any) -> JsonValue:
    return value if isinstance(value, bool) else str(value).lower() == "true"


def as_instant(value: Any) -> str:
    """Return the canonical text of an instant in any form that Salesforce uses."""
    text = str(value)
    if text[23:] == "+0000":
        return text[:23] + "Z"
    if len(text) == 24 and text.endswith("Z"):
        return text
    try:
        return instant(datetime.fromisoformat(text))
    except ValueError:
        return text


def _date(value: Any) -> JsonValue:
    return str(value)[:10]


def _exact(value: Any) -> JsonValue:
    """Return what has no type of its own (an address, say), its numbers as canonical text."""
    if isinstance(value, Mapping):
        return {str(name): _exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return _decimal(value) if isinstance(value, float | Decimal) else value


def _texts(column: Column) -> Column:
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
        FieldType.INTEGER: _integer,
        FieldType.NUMBER: _decimal,
        FieldType.MONEY: _decimal,
        FieldType.PERCENT: _decimal,
        FieldType.BOOLEAN: _boolean,
        FieldType.DATE: _date,
        FieldType.OTHER: _exact,
    }.items()
} | {FieldType.DATETIME: _instants}
