"""Telephone numbers in texts (pure)."""

from __future__ import annotations

import re

__all__ = ["DIGITS_APART", "number"]

DIGITS_APART = r"[\s().\-/]*"
"""What stands between the digits of a telephone number."""
_NATIONAL = 9
"""A telephone number's last digits: what is before them is a country or a zero."""


def number(text: str) -> tuple[str, str]:
    """Return a telephone number's pattern and its digits; both empty: it has too few."""
    digits = re.sub(r"\D", "", text)[-_NATIONAL:]
    if len(digits) < _NATIONAL - 2:
        return "", ""
    joined = DIGITS_APART.join(digits)
    return rf"(?<!\d)(?:\+?\d{{0,4}}[\s().\-/]*){joined}(?!\d)", digits
