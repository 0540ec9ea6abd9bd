"""Scores that explain themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.model.kind import JsonValue

__all__ = ["Band", "Contribution", "Counterfactual", "Score", "StrengthScore"]


class Band(StrEnum):
    """A verdict; ``insufficient_data`` is never green."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    INSUFFICIENT_DATA = "insufficient_data"
    HIDDEN = "hidden"
    """Made of values that whoever looks may not see: never stored, never written to a CRM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One line of a score's ledger."""

    key: str
    """Dotted, e.g. ``relationship.effective_threads`` or ``cap.champion_left``."""
    points: Decimal
    """What this line adds; the lines sum to the value exactly. One decimal."""
    weight: Decimal
    """Share of the known weight, 0 to 1; 0 for caps."""
    reading: Decimal | None
    """The metric on its 0-100 ramp; None when unknown."""
    reason: str
    """The input in words: "3 contacts, 1.4 effective threads"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What would happen to the value if one thing changed."""

    what: str
    """"A reply from Inès Roy" """
    points: Decimal
    contact_id: str | None = None
    """Whom it is about, so that what is stored in a CRM can name a record, not a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A value with its whole history of reasons."""

    account_id: str
    name: str
    """``health`` or ``relationship``."""
    as_of: date
    value: Decimal | None
    """0-100, one decimal; None when nothing is known."""
    band: Band
    data_coverage: Decimal
    """Share of the weight whose data is known, 0 to 1."""
    ledger: tuple[Contribution, ...]
    caps: tuple[str, ...] = ()
    """Caps in force, each naming its reason."""
    counterfactual: Counterfactual | None = None
    before: Decimal | None = None
    """The value it is compared with (last run, or a week earlier on the first)."""
    before_as_of: date | None = None
    changes: tuple[Contribution, ...] = ()
    """The ledger's differences from ``before``, largest first; they sum to value - before."""
    rule_version: str = "1"
    inputs: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthScore:
    """How strong the tie with one contact is."""

    contact_id: str
    value: Decimal
    """0-100, one decimal."""
    band: str
    """dormant, weak, developing, strong, trusted, or ``known, not connected``."""
    confidence: Decimal
    """0-1: 1 - 2^(-n/4) for n contacts seen (docs/scores.md)."""
    depth: Decimal
    """Share of meetings, calls and workshops, 0-1; shown beside, not inside, the value."""
    our_people: int
    """How many of us take part (breadth)."""
    last_two_way: date | None
