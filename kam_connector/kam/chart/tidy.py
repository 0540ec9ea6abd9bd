"""Puts subtrees side by side: tidy, symmetric, in a time that grows with their number.

The contours are those of Reingold and Tilford, "Tidier Drawings of Trees" (IEEE Transactions on
Software Engineering 7(2), 1981). Subtrees are fitted once from the left and once from the right,
and each stands in the middle of its two places (Kennedy, "Drawing Trees", Journal of Functional
Programming 6(3), 1996): every distance that both fits keep, their mean keeps, and small branches
do not crowd to one side, which Buchheim, Jünger and Leipert (2002) reach by another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

__all__ = ["Shape", "beside", "merged"]

Shape: TypeAlias = "list[tuple[float, float]]"
"""Left and right edge of a subtree at each level, from the middle of its top."""


def beside(shapes: Sequence[Shape], *, gap: float) -> list[float]:
    """Return where the middle of each subtree stands, left to right, around 0.

    Args:
        shapes: The subtrees in order.
        gap: The least room between two at any level.
    """
    if not shapes:
        return []
    from_left = _centred(_fit(shapes, gap))
    turned = [[(-right, -left) for left, right in shape] for shape in reversed(shapes)]
    from_right = [-place for place in reversed(_centred(_fit(turned, gap)))]
    return [(one + other) / 2 for one, other in zip(from_left, from_right, strict=True)]


def merged(shapes: Sequence[Shape], places: Sequence[float]) -> Shape:
    """Return the outline of subtrees that stand at *places*."""
    outline: Shape = []
    for shape, place in zip(shapes, places, strict=True):
        for level, (left, right) in enumerate(shape):
            if level < len(outline):
                least, most = outline[level]
                outline[level] = (min(least, place + left), max(most, place + right))
            else:
                outline.append((place + left, place + right))
    return outline


def _fit(shapes: Sequence[Shape], gap: float) -> list[float]:
    """Return places from left to right, each as far left as all before it allow."""
    places: list[float] = []
    edge: list[float] = []
    for shape in shapes:
        pairs = zip(edge, shape, strict=False)
        place = max((right + gap - left for right, (left, _) in pairs), default=0.0)
        places.append(place)
        shifted = [place + right for _, right in shape]
        edge[: len(shifted)] = shifted
    return places


def _centred(places: list[float]) -> list[float]:
    middle = (places[0] + places[-1]) / 2
    return [place - middle for place in places]
