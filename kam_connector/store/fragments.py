"""What a text must hold to name a person, for a database to look for by itself (pure).

A pattern is made of texts with ``%`` for anything between them, as LIKE takes it; a row may name
the person where all patterns of one group fit. Too many rows are picked that way and none too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize
from urllib.parse import quote

from kam_connector.store.folding import folded
from kam_connector.store.forms import INITIALLED
from kam_connector.store.telephone import DIGITS_APART, number

__all__ = ["Group", "fits", "groups_of", "like", "runs"]

Group = tuple[str, ...]
"""Patterns that must all fit."""
_RUN = re.compile(r"[0-9A-Za-z._-]+")
"""What stands the same in a sentence, in a document and in an address of a page."""
_APART = r"[\s\S]{0,40}?"
"""Longer than some letters are written: ``\\u0301`` and ``%CC%81`` have six signs each."""
_MOST = 2
"""Runs of one word that are asked for: more of them pick no fewer rows, and cost time."""


def groups_of(
    names: Iterable[str], addresses: Iterable[str], numbers: Iterable[str], others: Iterable[str]
) -> list[Group]:
    """Return the groups of which each text that names the person fits one."""
    words = [one.strip() for one in (*addresses, *others) if one.strip()]
    found: set[Group] = {(one,) for text in words for one in runs(max(text.split(), key=len))}
    found |= {("%".join(digits),) for digits in (number(one)[1] for one in numbers) if digits}
    for tokens in (one.split() for one in names if one.strip()):
        lasts, firsts = runs(tokens[-1]), [""]
        if len(tokens) > 1 and len(folded(tokens[-1])[0]) < INITIALLED:
            firsts = runs(tokens[0])  # it stands in every form: see `orders`
        found |= {tuple(sorted({a, b} - {""}, key=len)[::-1]) for a in lasts for b in firsts}
    return [("",)] if () in found else sorted(found)


def runs(token: str) -> list[str]:
    """Return a word's parts that no accent and no escape changes, in one pattern.

    A word of another script is returned each way it may be written, and of one that has hardly
    a plain letter nothing is asked: "".
    """
    listed = _RUN.findall(normalize("NFC", token))
    if len("".join(listed)) > 1:
        longest = sorted(range(len(listed)), key=lambda place: -len(listed[place]))[:_MOST]
        return ["%".join(listed[place] for place in sorted(longest)).lower()]
    if token.isascii() or folded(token)[0] == token == token.upper():
        ascii_only = "".join(one if one.isascii() else f"\\u{ord(one):04x}" for one in token)
        return sorted({token.lower(), ascii_only, quote(token)})
    return [""]


def like(pattern: str) -> str:
    """Return a pattern for LIKE with ``!`` as its escape."""
    return f"%{pattern.replace('!', '!!').replace('_', '!_')}%"


def fits(groups: Sequence[Group]) -> re.Pattern[str] | None:
    """Return what finds a group's first pattern in a text in lower case; None: there is none."""
    firsts = sorted({group[0] for group in groups})
    parts = [_between(one).join(map(re.escape, one.lower().split("%"))) for one in firsts]
    return re.compile("|".join(parts)) if parts else None


def _between(pattern: str) -> str:
    return DIGITS_APART if pattern.replace("%", "").isdigit() else _APART
