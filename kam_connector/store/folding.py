"""Texts without case and accents (pure)."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import combining, normalize

__all__ = ["folded"]

_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"}
    | {"\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"}
)
"""Letters that do not come apart, and what typesetting makes of an apostrophe and a hyphen."""


def folded(text: str) -> tuple[str, Callable[[int], int]]:
    """Return a text without case and accents, and where each place of it was in the text."""
    if text.isascii():
        return text.lower(), int
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in normalize("NFKD", letter.translate(_PLAIN)).casefold():
            if not combining(one):
                letters.append(one)
                places.append(place)
    places.append(len(text))
    return "".join(letters), places.__getitem__
