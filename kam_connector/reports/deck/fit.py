"""Text that fits its box: a smaller size first, an ellipsis last.

No renderer is at hand when a deck is made, so that widths are estimated from the widths of
Arial's letters (Adobe font metrics), with a tenth to spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Fitted", "clipped", "fitted", "lines_of"]

_EMU_PER_POINT = 12_700
_NARROW = frozenset("iljtfrI.,;:!|'()[] ")
_WIDE = frozenset("mwMW@%\u2014")
_LINE = 1.22
"""Height of a line, in sizes of its letters."""
_SPARE = 1.1


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text with the size at which it fits."""

    text: str
    points: int


def fitted(
    text: str, *, width: int, height: int, sizes: Sequence[int] = (18, 16, 14, 12, 11, 10)
) -> Fitted:
    """Return *text* at the largest size that fits, cut at the smallest if it must be.

    Args:
        text: What is said; line ends stay.
        width: Of the box, in EMU.
        height: Of the box, in EMU.
        sizes: In points, largest first.
    """
    for points in sizes:
        room = max(1, int(height / (_EMU_PER_POINT * points * _LINE)))
        if lines_of(text, width=width, points=points) <= room:
            return Fitted(text, points)
    return Fitted(clipped(text, width=width, points=sizes[-1], lines=room), sizes[-1])


def clipped(text: str, *, width: int, points: float, lines: int) -> str:
    """Return *text*, cut with an ellipsis where it needs more than so many lines."""
    if lines_of(text, width=width, points=points) <= lines:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines_of(text[:middle] + "\u2026", width=width, points=points) <= lines:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "\u2026"


def lines_of(text: str, *, width: int, points: float) -> int:
    """Return how many lines a text takes, broken between words, and inside long ones."""
    room = width / (_EMU_PER_POINT * points * _SPARE)
    return sum(_broken(paragraph, room) for paragraph in text.split("\n"))


def _broken(paragraph: str, room: float) -> int:
    lines, used = 1, 0.0
    for word in paragraph.split(" "):
        wide = _wide(word)
        if used and used + 0.28 + wide > room:
            lines, used = lines + 1, 0.0
        if wide > room:
            more = int(wide / max(room, 0.1))
            lines, used = lines + more, wide - more * room
        else:
            used += wide + (0.28 if used else 0)
    return lines


def _wide(word: str) -> float:
    return sum(
        0.3 if one in _NARROW else 0.89 if one in _WIDE else 0.7 if one.isupper() else 0.556
        if ord(one) < 0x2E80 else 1.0
        for one in word
    )  # fmt: skip
