"""What a SOQL statement says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Aggregate",
    "Comparison",
    "Condition",
    "Junction",
    "Literal",
    "Query",
    "Sort",
    "TypeOf",
]


@dataclass(frozen=True, slots=True)
class Literal:
    """One value in a condition."""

    kind: str
    """``string``, ``datetime``, ``date``, ``number``, ``boolean``, ``null`` or ``named``."""
    value: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """``field operator value``; IN, INCLUDES and their kin hold literals or a sub-query."""

    field: str
    """A path, or a function of one such as ``CALENDAR_YEAR(CloseDate)``."""
    operator: str
    value: Literal | tuple[Literal, ...] | Query


@dataclass(frozen=True, slots=True)
class Junction:
    """``AND``, ``OR`` or ``NOT`` over conditions."""

    operator: str
    parts: tuple[Condition, ...]


Condition = Comparison | Junction


@dataclass(frozen=True, slots=True)
class Sort:
    """One ORDER BY term."""

    field: str
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``FUNCTION(field) alias`` in SELECT."""

    function: str
    field: str
    alias: str
    implied: bool
    """Whether the alias is the server's own ``exprN``, which counts only its kind."""


@dataclass(frozen=True, slots=True)
class TypeOf:
    """``TYPEOF Who WHEN Contact THEN Email ELSE Name END``."""

    relationship: str
    cases: tuple[tuple[str, tuple[str, ...]], ...]
    """Object names with the fields to show of each."""
    otherwise: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Query:
    """One SELECT."""

    object: str = ""
    fields: list[str] = field(default_factory=list)
    """Paths, functions of paths such as ``toLabel(Type)``, and ``FIELDS(STANDARD)``."""
    types: list[TypeOf] = field(default_factory=list)
    count: bool = False
    """``COUNT()`` without a field: only totalSize tells."""
    aggregates: list[Aggregate] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    """Names given to plain fields, which only grouped queries may do."""
    group: list[str] = field(default_factory=list)
    having: Condition | None = None
    children: list[Query] = field(default_factory=list)
    where: Condition | None = None
    order: list[Sort] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
