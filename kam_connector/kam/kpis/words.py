"""A key figure as a person reads it: 21 %, EUR 1,200, 4.2, never a bare number."""

from __future__ import annotations

from decimal import Decimal

from kam_connector.kam.kpis.definitions import DEFINITIONS
from kam_connector.language import Voice
from kam_connector.model.access import HIDDEN
from kam_connector.model.money import Money

__all__ = ["figure_label", "figure_text"]

_PLAIN = frozenset({"count", "score"})


def figure_label(key: str, say: Voice) -> str:
    """Return what a figure is called."""
    definition = DEFINITIONS.get(key)
    return say(definition.label) if definition else key


def figure_text(value: Decimal | None, unit: str, say: Voice) -> str:
    """Return a value with its unit; a dash when it is not known, a word when it is hidden."""
    if unit == HIDDEN:
        return say.hidden
    if value is None:
        return say.word(None)
    if unit == "percent":
        return f"{say.number(value)}\u00a0%"
    if unit in _PLAIN:
        return say.number(value)
    if unit == "days":
        return say.count("{n} day", "{n} days", int(value))
    return say.money(Money(amount=value, currency=unit))
