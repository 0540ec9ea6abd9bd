"""Object and field definitions, read from a compact notation.

One field a line: ``Name type[(size)] flags [>Target[,Target]:Relationship] [=value|value*]``.
Size is a length, ``precision.scale`` or digits, as the type needs. Flags: ``c`` createable,
``u`` updateable, ``!`` not nillable, ``d`` defaulted on create, ``h`` the name field,
``r`` restricted picklist, ``i`` idLookup, ``x`` external id, ``q`` unique, ``p`` polymorphic,
``a`` auto number, ``f`` formula or roll-up, ``m`` master of a master-detail pair, ``n`` neither
filtered nor sorted. A ``*`` after a picklist value marks the default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property

__all__ = ["FieldDef", "ObjectDef", "parse_fields"]

_LINE = re.compile(
    r"(?P<name>\w+) (?P<type>\w+)(?:\((?P<size>[\d.]+)\))?(?: (?P<flags>[a-z!]+))?"
    r"(?: >(?P<targets>[\w,]*)(?::(?P<relationship>\w+))?)?(?: =(?P<values>.*))?$"
)
_NUMERIC = {"currency", "double", "percent"}
_NOT_GROUPED = {"combobox", "datetime", *_NUMERIC}
_LONG = 255
"""Text areas longer than this can be neither filtered nor sorted (recorded describes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """One field, as far as the server's behaviour depends on it."""

    name: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    createable: bool = False
    updateable: bool = False
    nillable: bool = True
    defaulted: bool = False
    name_field: bool = False
    restricted: bool = False
    id_lookup: bool = False
    external_id: bool = False
    unique: bool = False
    polymorphic: bool = False
    auto_number: bool = False
    master_detail: bool = False
    hidden: bool = False
    """Shown, but in no condition and no order."""
    calculated: bool = False
    """A formula or a roll-up: its value changes without a new SystemModstamp."""
    targets: tuple[str, ...] = ()
    relationship: str | None = None
    values: tuple[str, ...] = ()
    default: str | None = None
    label: str = ""
    """As somebody named it; empty: words made of the name."""

    @property
    def custom(self) -> bool:
        """Whether an administrator made the field."""
        return self.name.endswith("__c")

    @property
    def filterable(self) -> bool:
        """Whether WHERE may name it."""
        return not (self.hidden or (self.type == "textarea" and self.length > _LONG))

    @property
    def sortable(self) -> bool:
        """Whether ORDER BY may name it."""
        return self.filterable and self.type not in ("address", "multipicklist")

    @property
    def groupable(self) -> bool:
        """Whether GROUP BY may name it."""
        return self.sortable and not self.auto_number and self.type not in _NOT_GROUPED

    @property
    def aggregatable(self) -> bool:
        """Whether MIN, MAX and their kin may name it."""
        return self.sortable and self.type != "boolean"

    @property
    def numeric(self) -> bool:
        """Whether values are decimal numbers."""
        return self.type in _NUMERIC

    @property
    def required(self) -> bool:
        """Whether a create must give it."""
        return self.createable and not self.nillable and not self.defaulted


@dataclass(frozen=True)
class ObjectDef:
    """One object and its fields, in describe order."""

    name: str
    label: str
    label_plural: str
    prefix: str | None
    fields: tuple[FieldDef, ...]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    mergeable: bool = False
    undeletable: bool = True

    @cached_property
    def by_name(self) -> dict[str, FieldDef]:
        """Fields by lower-case name: the API reads names without regard to case."""
        return {field.name.lower(): field for field in self.fields}

    @cached_property
    def by_relationship(self) -> dict[str, FieldDef]:
        """Lookup fields by lower-case relationship name."""
        return {f.relationship.lower(): f for f in self.fields if f.relationship and f.targets}

    @cached_property
    def name_field(self) -> FieldDef | None:
        """The field that names a record, if there is one."""
        return next((field for field in self.fields if field.name_field), None)

    def field(self, name: str) -> FieldDef | None:
        """Return the field of that name, in any case, or None."""
        return self.by_name.get(name.lower())

    def with_fields(self, fields: tuple[FieldDef, ...]) -> ObjectDef:
        """Return a copy with other fields."""
        return replace(self, fields=fields)


@cache
def parse_fields(text: str) -> tuple[FieldDef, ...]:
    """Return the fields of a definition in the module's notation.

    Raises:
        ValueError: a line does not read.
    """
    return tuple(_field(line.strip()) for line in text.strip().splitlines() if line.strip())


def _field(line: str) -> FieldDef:
    match = _LINE.match(line)
    if match is None:
        raise ValueError(f"cannot read field definition {line!r}")
    kind, size, flags = match["type"], match["size"] or "", match["flags"] or ""
    values = match["values"].split("|") if match["values"] else []
    default = next((value[:-1] for value in values if value.endswith("*")), None)
    precision, _, scale = size.partition(".")
    sized_by_length = kind not in _NUMERIC and kind != "int"
    return FieldDef(
        name=match["name"],
        type=kind,
        length=_length(kind, size) if sized_by_length else 0,
        precision=int(precision or 18) if kind in _NUMERIC else 0,
        scale=int(scale or 0) if kind in _NUMERIC else 0,
        digits=int(size or 8) if kind == "int" else 0,
        createable="c" in flags,
        updateable="u" in flags,
        nillable="!" not in flags and kind != "boolean",
        defaulted="d" in flags or kind == "boolean",
        name_field="h" in flags,
        restricted="r" in flags,
        id_lookup="i" in flags,
        external_id="x" in flags,
        unique="q" in flags,
        polymorphic="p" in flags,
        auto_number="a" in flags,
        calculated="f" in flags,
        master_detail="m" in flags,
        hidden="n" in flags,
        targets=tuple(match["targets"].split(",")) if match["targets"] else (),
        relationship=match["relationship"],
        values=tuple(value.removesuffix("*") for value in values),
        default=default,
    )


def _length(kind: str, size: str) -> int:
    if kind in ("id", "reference"):
        return 18
    return int(size) if size else 0
