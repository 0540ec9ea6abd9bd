"""Three-way joining of lists by element and of texts by line: both sides' work, or nothing.

Lines go through ``difflib`` of the standard library: the packages that do this are under the
GPL (merge3), or place a change by likeness where its surroundings moved (diff-match-patch);
a text in a customer's record must never be guessed. Two changes that touch are no join.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from kam_connector.mapping.values import MISSING, Missing
from kam_connector.model.kind import JsonValue

__all__ = ["Joining", "join_items", "join_lines", "join_values"]

_MOST_LINES = 2000
"""Longer texts are not joined. Our choice: comparing takes the square of it in the worst case,
and no field of a CRM is a text that people read of that length."""


class Joining(NamedTuple):
    """How values of one field can be joined."""

    by: str
    """``items`` or ``lines``."""
    longest: int | None = None
    """Characters the field takes; None: no limit known."""


class _Hunk(NamedTuple):
    """Lines *start* to *end* of the base become *lines*."""

    start: int
    end: int
    lines: tuple[str, ...]


def join_values(
    base: JsonValue | Missing, theirs: JsonValue, ours: JsonValue, joining: Joining
) -> JsonValue | Missing:
    """Return both sides' changes in one value; MISSING when they cannot be joined.

    Symmetric in *theirs* and *ours*; a side that has the result already changes nothing.
    """
    agreed = None if base is MISSING else base
    if joining.by == "items":
        sides = [_items(one) for one in (agreed, theirs, ours)]
        items = join_items(*sides)
        listed = isinstance(theirs, list) or isinstance(ours, list)
        joined: JsonValue = list(items) if listed else ";".join(items)
        length = len(";".join(items))
    else:
        texts = [_lines(one) for one in (agreed, theirs, ours)]
        lines = None if None in texts else join_lines(*[one or () for one in texts])
        if lines is None:
            return MISSING
        joined = "\n".join(lines)
        length = len(joined)
    if joining.longest is not None and length > joining.longest:
        return MISSING
    return joined or None


def join_items(base: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> tuple[str, ...]:
    """Return what either side added and neither took away, in alphabetical order.

    A choice of many values has no order, so that one that is always the same hurts nobody.
    """
    kept = set(base) & set(theirs) & set(ours)
    added = (set(theirs) | set(ours)) - set(base)
    return tuple(sorted(kept | added))


def join_lines(
    base: Sequence[str], theirs: Sequence[str], ours: Sequence[str]
) -> tuple[str, ...] | None:
    """Return the base with both sides' changes; None where two of them overlap or touch."""
    hunks = sorted({*_hunks(base, theirs), *_hunks(base, ours)})
    if any(_touch(one, after) for one, after in pairwise(hunks)):
        return None
    joined: list[str] = []
    place = 0
    for hunk in hunks:
        joined += [*base[place : hunk.start], *hunk.lines]
        place = hunk.end
    return (*joined, *base[place:])


def _touch(one: _Hunk, after: _Hunk) -> bool:
    return after.start <= one.end


def _hunks(base: Sequence[str], side: Sequence[str]) -> list[_Hunk]:
    if max(len(base), len(side)) > _MOST_LINES:
        return [_Hunk(0, len(base), tuple(side))] if tuple(base) != tuple(side) else []
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    return [
        _Hunk(start, end, tuple(side[first:last]))
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _items(value: JsonValue) -> tuple[str, ...]:
    """Return the values of a choice of many, as a list or as a CRM's text of it."""
    parts = value if isinstance(value, list) else str(value or "").split(";")
    texts = (str(part).strip() for part in parts)
    return tuple(dict.fromkeys(text for text in texts if text))


def _lines(value: JsonValue) -> tuple[str, ...] | None:
    """Return the lines of a text in canonical form; None: it is no text."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return None
    text = value.replace("\r\n", "\n").strip()
    return tuple(text.split("\n")) if text else ()
