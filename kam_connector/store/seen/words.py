"""Whether a text names somebody: whole names, whatever their letters' case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

__all__ = ["Names"]

_WORD = re.compile(r"\w+")
_SHORTEST = 3
"""Our choice: a name of two letters stands in every other sentence."""


class Names:
    """Names to look for in texts; the cost is the text's, not that of the number of names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        for name in names:
            words = _words(name)
            if len("".join(words)) >= _SHORTEST:
                self._by_first.setdefault(words[0], set()).add(words)

    def stand_in(self, value: object) -> bool:
        """Tell whether one of the names stands in any text inside a value, keys included."""
        return any(self._stands_in(text) for text in _texts(value))

    def _stands_in(self, text: str) -> bool:
        words = _words(text)
        return any(
            words[place : place + len(name)] == name
            for place, first in enumerate(words)
            for name in self._by_first.get(first, ())
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for inner in value:
            yield from _texts(inner)
