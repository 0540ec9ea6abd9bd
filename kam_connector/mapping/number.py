"""Texts that are numbers: plain ASCII decimals, never Python's own extras."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["parse_number"]

_NUMBER = re.compile(r"[+-]?\d{1,60}(?:\.\d{0,60})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,59})(?:\.\d{1,60})?", re.ASCII)
_LARGEST = 40  # digits before the point: far above any amount, far below a memory problem


def parse_number(value: object, *, plain: bool = False) -> Decimal | None:
    """Return an exact number, or None for anything else (underscores, NaN, other digits).

    Args:
        value: A whole number or a text.
        plain: Refuse leading zeros, signs and exponents too: "007" is a code, no number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, str) or not (_PLAIN if plain else _NUMBER).fullmatch(value.strip()):
        return None
    number = Decimal(value.strip())
    return number if abs(number.adjusted()) <= _LARGEST else None
