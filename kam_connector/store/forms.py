"""The forms that a name takes in texts, as patterns for folded texts (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import orjson

__all__ = ["INITIALLED", "bounded", "escaped", "orders"]

_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_BETWEEN = r"[\W_]{1,3}"
INITIALLED = 4
"""Our choice: "J. Roy" is found whatever the first name; an initial and two letters are not."""


def bounded(text: str, between: str = r"\s+") -> str:
    """Return the pattern of a text as whole words; other scripts than Latin know no spaces.

    Args:
        text: Words, with white space between.
        between: The pattern of what may stand between them.
    """
    if not text:
        return ""
    start = _START if text[:1].isascii() and text[:1].isalnum() else ""
    end = _END if text[-1:].isascii() and text[-1:].isalnum() else ""
    return f"{start}{between.join(re.escape(one) for one in text.split())}{end}"


def orders(tokens: Sequence[str]) -> list[str]:
    """Return a name's orders: as it is, family name first, without middle names, initialled."""
    first, last, rest = tokens[0], tokens[-1], list(tokens[1:])
    listed = [list(tokens), [*rest, first], [last, *tokens[:-1]], [first, last], [last, first]]
    if len(last) >= INITIALLED:
        listed += [[first[0], *rest], [first[0], last], [last, first[0]]]
    return [bounded(" ".join(order), _BETWEEN) for order in listed]


def escaped(text: str) -> Iterable[str]:
    """Return a text as broken documents and addresses of pages hold it."""
    inside = orjson.dumps(text).decode()[1:-1]
    by_number = text.encode("ascii", "backslashreplace").decode()
    ascii_only = "".join(
        one if one.isascii() else f"\\u{ord(one):04x}" for one in text if ord(one) < 0x10000
    )
    forms = (inside, by_number, ascii_only, quote(text), quote(text).replace("%20", "+"))
    return [one for one in dict.fromkeys(forms) if one != text]
