"""One CRM field we write, and when a difference is worth a write."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kam_connector.mapping.joining import Joining
from kam_connector.mapping.number import parse_number
from kam_connector.mapping.rule import Rule
from kam_connector.mapping.values import same_value
from kam_connector.model.kind import MADE, JsonValue, Kind

__all__ = ["WriteField", "is_ours", "needs_write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteField:
    """One CRM field we write."""

    field: str
    path: str
    """The first KAM path behind it; empty for a constant."""
    inputs: tuple[str, ...]
    """All KAM paths behind it."""
    policy: str
    shared: bool
    """People may edit it too: written only if the record has not moved since."""
    step: Decimal | None
    """Least move of a number worth writing; None: any difference is."""
    null: str
    type: str
    required: bool = False
    json: bool = False
    """A document whose ids of ours become this CRM's record ids on the way."""
    joining: Joining | None = None
    """How values are joined under ``merge``; None: not at all."""


def is_ours(kind: Kind, rule: Rule) -> bool:
    """Return whether a field is ours alone: it carries our prefix, or is on a record we made.

    A package's namespace may stand before the prefix (``ns__KAM_Tier__c``).
    """
    name = rule.target.lower()
    return kind in MADE or name.startswith("kam_") or "__kam_" in name


def needs_write(
    field: WriteField,
    before: JsonValue,
    after: JsonValue,
    *,
    refresh_due: bool,
    band_changed: bool = False,
) -> str | None:
    """Return why *after* should replace *before* in the CRM; None when it should not.

    A number is written when its band changes, when it moved by at least its
    step, or weekly, so that daily decay does not rewrite every record.

    Args:
        field: The field.
        before: What the CRM holds.
        after: What we would write; None clears.
        refresh_due: The record's weekly refresh falls on this day.
        band_changed: The verdict that goes with the number is another one.
    """
    if same_value(before, after):
        return None
    if after in (None, ""):
        return "emptied"
    if before in (None, ""):
        return "first value"
    moved = _moved(before, after) if field.step is not None else None
    if moved is None or field.step is None:
        return "new value"
    if moved >= field.step:
        return f"moved by {moved.normalize():f}"
    if band_changed:
        return "band changed"
    return "weekly refresh" if refresh_due else None


def _moved(before: JsonValue, after: JsonValue) -> Decimal | None:
    old, new = parse_number(before), parse_number(after)
    return None if old is None or new is None else abs(new - old)
