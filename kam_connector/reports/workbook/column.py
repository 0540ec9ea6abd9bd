"""What a field of a record is as a column: its kind, whether it must be filled, what it names."""

from __future__ import annotations

import types
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["Column", "ColumnKind", "columns_of"]


class ColumnKind(StrEnum):
    """What stands in a column's cells."""

    TEXT = "text"
    TEXTS = "texts"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DAY = "day"
    INSTANT = "instant"
    TRUTH = "truth"
    CHOICE = "choice"
    REFERENCE = "reference"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of one type of record."""

    name: str
    """The field's own name."""
    kind: ColumnKind
    required: bool
    choices: type[Enum] | None = None
    points_at: str | None = None
    """What its ids are of: ``user``, ``contact``, ``objective`` ..."""
    stamped: bool = False
    """Who said it, or when: filled by the import where a person leaves it empty."""
    default: object = None
    """What an empty cell stands for."""


_POINTS_AT = (
    ("contact_id", "contact"), ("account_id", "account"), ("user_id", "user"),
    ("owner_id", "user"), ("manager_id", "user"), ("author_id", "user"), ("lead_id", "user"),
    ("sponsor_id", "user"), ("objective_id", "objective"), ("criterion_id", "criterion"),
    ("initiative_id", "initiative"), ("handover_id", "handover"),
    ("opportunity_id", "opportunity"),
)  # fmt: skip
_PERSONS = ("asserted_by", "written_by", "declared_by", "agreed_by", "scored_by", "answered_by",
            "moved_by", "decided_by", "made_by")  # fmt: skip
"""A user's id, or a plain name."""
_SAID_WITH = {"asserted_by": "asserted_on", "written_by": "written_on", "scored_by": "scored_on",
              "answered_by": "answered_on", "declared_by": "declared_on"}  # fmt: skip
_STAMPS = frozenset({*_SAID_WITH, *_SAID_WITH.values(), "made_by", "created_on"})
_KINDS: dict[type[Any], ColumnKind] = {
    str: ColumnKind.TEXT, bool: ColumnKind.TRUTH, int: ColumnKind.WHOLE,
    Decimal: ColumnKind.DECIMAL, datetime: ColumnKind.INSTANT, date: ColumnKind.DAY,
}  # fmt: skip


def columns_of(made: type[Any]) -> tuple[Column, ...]:
    """Return the columns of a type in the order a person fills them: id apart, stamps last."""
    hints = get_type_hints(made)
    found = [_column(one, hints[one.name]) for one in fields(made) if one.name != "id"]
    return tuple(sorted(found, key=lambda one: one.stamped or one.name == "expires_on"))


def _column(one: Any, hint: Any) -> Column:
    inner, optional, many = _inner(hint)
    points_at = _points_at(one.name, many=many)
    choices = inner if isinstance(inner, type) and issubclass(inner, Enum) else None
    default = None if one.default is MISSING else one.default
    return Column(
        name=one.name,
        kind=_kind(inner, choices, points_at, many=many),
        required=one.default is MISSING and not optional and one.name not in _STAMPS,
        choices=choices,
        points_at=points_at,
        stamped=one.name in _STAMPS,
        default=() if many and default is None else default,
    )


def _kind(inner: Any, choices: object, points_at: str | None, *, many: bool) -> ColumnKind:
    if points_at:
        return ColumnKind.REFERENCES if many else ColumnKind.REFERENCE
    if many:
        return ColumnKind.TEXTS
    return ColumnKind.CHOICE if choices else _KINDS[inner]


def _inner(hint: Any) -> tuple[Any, bool, bool]:
    """Return a hint's own type, whether it may be None, whether there are several."""
    optional = get_origin(hint) in (Union, types.UnionType)
    if optional:
        hint = next(part for part in get_args(hint) if part is not type(None))
    many = get_origin(hint) is tuple
    return (get_args(hint)[0] if many else hint), optional, many


def _points_at(name: str, *, many: bool) -> str | None:
    if name in _PERSONS:
        return "person"
    single = name.removesuffix("s") if many else name
    return _first(space for end, space in _POINTS_AT if single.endswith(end))


def _first(found: Iterable[str]) -> str | None:
    return next(iter(found), None)
