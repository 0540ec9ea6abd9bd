"""The null guard: what is written as if it said something, and says nothing."""

from __future__ import annotations

from math import isnan

from kam_connector.model.kind import JsonValue

__all__ = ["says_nothing"]

_WORDS = frozenset({"nan", "null", "none", "na", "n/a", "#n/a", "unknown", "undefined"})
"""Words by which programs say that they know nothing (incidents I3 and I5: "Unknown" written
over the real names of companies, NaN over numbers)."""


def says_nothing(value: JsonValue, *, words: bool) -> bool:
    """Tell whether a value is no value: it must not overwrite one that somebody gave.

    Args:
        value: What a rule found, or made.
        words: Words for nothing count too: right for what was computed, not for what a mapping
            says itself (``value = "Unknown"``, a map's entry).
    """
    if value is None or value == []:
        return True
    if isinstance(value, float):
        return isnan(value)
    if not isinstance(value, str):
        return False
    text = value.strip()
    return not text or (words and text.casefold() in _WORDS)
