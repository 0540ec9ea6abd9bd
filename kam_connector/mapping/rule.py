"""One mapping rule: where a value comes from and what happens to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kam_connector.model.kind import JsonValue, Kind

__all__ = ["ASKING", "POLICIES", "SOURCES", "Check", "Rule", "ValueMap"]

SOURCES = ("from", "first", "join", "pair", "value", "association", "formula")
"""A rule has exactly one of these."""

POLICIES: Mapping[str, str] = {
    "crm": "the CRM's value wins when both moved",
    "kam": "our value wins when both moved",
    "crm_unless_blank": "the CRM's value wins unless it is blank",
    "kam_unless_blank": "our value wins unless it is blank",
    "newest": "the later edit wins",
    "merge": "both sides' changes are joined, lists by element, texts by line; else as `manual`",
    "manual": "neither side is overwritten: it waits for a person in `kam conflict list`",
}
ASKING = frozenset({"merge", "manual"})
"""Policies under which a person decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a value must satisfy before it is used."""

    required: bool = False
    """Without it the whole record is put aside."""
    min: Decimal | None = None
    max: Decimal | None = None
    pattern: str | None = None
    one_of: tuple[str, ...] = ()
    max_length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMap:
    """A translation of picklist values, in the direction of its rule."""

    entries: Mapping[str, str]
    fallback: str | None = None
    """The ``"*"`` entry; without one an unknown value is put aside."""

    def inverted(self) -> ValueMap:
        """Return the map backwards; of several equal values the first one counts."""
        back: dict[str, str] = {}
        for key, value in self.entries.items():
            back.setdefault(value, key)
        return ValueMap(entries=back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The key is the target, the value is the source."""

    target: str
    """A KAM path when reading, a CRM field when writing."""
    key: str
    """Where it stands in the file, dotted."""
    line: int
    source: str
    """One of ``SOURCES``."""
    inputs: tuple[str, ...] = ()
    """CRM fields when reading, KAM paths when writing; the object of an association."""
    value: JsonValue = None
    """What ``value = ...`` says."""
    formula: str = ""
    sep: str | None = None
    """Between the parts of a join, a pair, or of a list's text."""
    type_id: int | None = None
    via: tuple[tuple[str, int | None], ...] = ()
    """Transforms in order, each with its number, if it takes one."""
    map: ValueMap | None = None
    type: str = ""
    """Empty: the path's own type."""
    currency: str = ""
    tz: str = ""
    ref: Kind | None = None
    check: Check = field(default_factory=Check)
    null: str = "keep"
    policy: str
    stated_policy: bool = False
    """The file names the policy; it is not the default."""
    optional: bool = False
    opinion: bool = False
    """The administrator lets a judgement of a person be written."""
    step: Decimal | None = None
    sweep: bool = False
    """The value changes without the record's timestamp: each sweep reads it again."""

    @property
    def alias(self) -> str:
        """The row key of an association's refs."""
        return f"{self.inputs[0]}#{self.type_id}"
