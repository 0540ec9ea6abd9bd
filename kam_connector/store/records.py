"""Values to columns and back, driven by the dataclasses' own types.

A field that is text, a number or a truth becomes a column as it is; a day, an instant, a
decimal or an enum becomes text; everything else becomes JSON text.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson
from sqlalchemy import RowMapping

from kam_connector.store.bulk import Scalar

__all__ = ["Codec", "Stored", "instant_text"]

T = TypeVar("T")
Stored: TypeAlias = "RowMapping | Mapping[str, Any]"
"""A row by column name."""
_Convert = Callable[[Any], Any]
_OPAQUE = {"JsonValue": object, "Row": Mapping[str, object]}
"""Canonical JSON passes through untouched."""


def instant_text(at: datetime) -> str:
    """Return an instant as sortable text in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Codec(Generic[T]):
    """Stores one dataclass as one row whose columns are its fields."""

    def __init__(self, made: type[T]) -> None:
        self._made = made
        self._parts = [(name, *_column(hint)) for name, hint in _hints(made).items()]
        self.columns = tuple(name for name, *_ in self._parts)

    def row(self, value: T) -> tuple[Scalar, ...]:
        """Return the columns' values, in the order of ``columns``."""
        return tuple([encode(getattr(value, name)) for name, encode, _ in self._parts])

    def value(self, row: Stored) -> T:
        """Return what a row stands for; further columns are ignored."""
        return self._made(**{name: decode(row[name]) for name, _, decode in self._parts})


def _hints(made: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(made, localns=_OPAQUE)
    return {field.name: hints[field.name] for field in fields(made)}


def _column(hint: Any) -> tuple[_Convert, _Convert]:
    encode, decode, structured = _converters(hint)
    if not structured:
        return encode, decode
    if type(None) in get_args(hint):
        return (
            lambda value: None if value is None else _dumps(encode(value)),
            lambda text: None if text is None else decode(orjson.loads(text)),
        )
    return (lambda value: _dumps(encode(value))), (lambda text: decode(orjson.loads(text)))


def _dumps(plain: Any) -> str:
    return orjson.dumps(plain, default=dict).decode()


def _converters(hint: Any) -> tuple[_Convert, _Convert, bool]:
    """Return (to plain, from plain, is it structured)."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _optional(hint)
    if origin in (tuple, frozenset):
        return _sequence(hint, origin)
    if origin is not None or hint is object:
        return _same, _same, True
    if isinstance(hint, type) and is_dataclass(hint):
        return (*_nested(hint), True)
    return (*_simple(hint), False)


def _same(value: Any) -> Any:
    return value


def _simple(hint: type[Any]) -> tuple[_Convert, _Convert]:
    if hint is datetime:
        return instant_text, datetime.fromisoformat
    if hint is date:
        return date.isoformat, date.fromisoformat
    if hint is Decimal:
        return str, Decimal
    if issubclass(hint, Enum):
        return (lambda member: member.value), hint
    return _same, (bool if hint is bool else _same)


def _optional(hint: Any) -> tuple[_Convert, _Convert, bool]:
    inner = [part for part in get_args(hint) if part is not type(None)]
    if len(inner) != 1:
        message = f"a stored field has one type or none, not {hint}"
        raise TypeError(message)
    encode, decode, structured = _converters(inner[0])
    return (
        lambda value: None if value is None else encode(value),
        lambda plain: None if plain is None else decode(plain),
        structured,
    )


def _sequence(hint: Any, origin: Any) -> tuple[_Convert, _Convert, bool]:
    parts = get_args(hint)
    if origin is tuple and parts[-1] is not Ellipsis:
        pairs = [_converters(part) for part in parts]
        return (
            lambda value: [e(x) for (e, _, _), x in zip(pairs, value, strict=True)],
            lambda plain: tuple(d(x) for (_, d, _), x in zip(pairs, plain, strict=True)),
            True,
        )
    encode, decode, _ = _converters(parts[0])
    listed: _Convert = sorted if origin is frozenset else list
    return (
        lambda value: listed(encode(item) for item in value),
        lambda plain: origin(decode(item) for item in plain),
        True,
    )


def _nested(made: type[Any]) -> tuple[_Convert, _Convert]:
    parts = [(name, *_converters(hint)[:2]) for name, hint in _hints(made).items()]
    return (
        lambda value: {name: encode(getattr(value, name)) for name, encode, _ in parts},
        # A document kept by an earlier release lacks newer fields: they take their defaults.
        lambda plain: made(
            **{name: decode(plain[name]) for name, _, decode in parts if name in plain}
        ),
    )
