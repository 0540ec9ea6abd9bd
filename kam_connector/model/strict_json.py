"""JSON that says one thing: no member given twice, no NaN, no number beyond all bounds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

__all__ = ["check_twins", "exact_number", "load_strictly"]

_MEMBER = re.compile(rb'"\s*:')
"""What ends the name of every member; texts may hold it too, so that there may be more."""
_BLANKS = (b" ", b"\t", b"\n", b"\r", b"\x0b", b"\x0c")
"""What may stand between a name and its colon, as ``_MEMBER`` has it."""


_FARTHEST = 400
"""Our choice: beyond what a float reaches (308), and written out still a short text."""


def exact_number(text: str) -> Decimal:
    """Return a JSON number with every digit.

    Raises:
        ValueError: Its exponent is beyond all bounds: written out it would fill the memory.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("a number beyond all bounds") from None
    if abs(number.adjusted()) > _FARTHEST:
        raise ValueError("a number beyond all bounds")
    return number


def check_twins(body: bytes, document: Any) -> None:
    """Refuse a document whose text gave a member twice: two readers would believe two things.

    Cheap: members are counted in the text and in what was read; only where the numbers differ
    is the text read once more.

    Raises:
        ValueError: A member stands twice in one object.
    """
    members = _members(document)
    if _at_most(body) != members and len(_MEMBER.findall(body)) != members:
        json.loads(body, object_pairs_hook=_once)


def load_strictly(body: bytes, *, parse_float: Callable[[str], Any]) -> Any:
    """Return what a text holds, read slowly and exactly.

    Raises:
        ValueError: It is no JSON, a member stands twice, or a number is none.
    """
    return json.loads(
        body, parse_float=parse_float, parse_constant=_refused, object_pairs_hook=_once
    )


def _at_most(body: bytes) -> int:
    """Return no less than the members of a text, and just as many where it is compact: quickly."""
    return body.count(b'":') + sum(body.count(b'"' + blank) for blank in _BLANKS)


def _members(document: Any) -> int:
    """Return how many members the objects of a document have in all."""
    count, left = 0, [document]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            count += len(value)
            left.extend(one for one in value.values() if isinstance(one, (dict, list)))
        elif isinstance(value, list):
            left.extend(one for one in value if isinstance(one, (dict, list)))
    return count


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice in one object")
    return found


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no number")
