"""Where each key of a TOML text stands, for messages that name a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

__all__ = ["KeyPath", "find_lines", "line_of"]

KeyPath: TypeAlias = tuple[str | int, ...]

_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"^\s*({_DOTTED})\s*=\s*(.*)$")
_SPLIT = re.compile(_PART)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*$")


def find_lines(text: str) -> dict[KeyPath, int]:
    """Return the 1-based line of every table header and key; the text is valid TOML."""
    finder = _Finder()
    for number, line in enumerate(text.splitlines(), start=1):
        finder.take(number, line)
    return finder.found


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int:
    """Return the line of *path*, or of the nearest thing around it; 0 when unknown."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 0


class _Finder:
    """Walks the lines, remembering the table, array counts and open brackets."""

    def __init__(self) -> None:
        self.found: dict[KeyPath, int] = {}
        self._prefix: KeyPath = ()
        self._counts: dict[KeyPath, int] = {}
        self._depth = 0
        self._fence = ""

    def take(self, number: int, line: str) -> None:
        if self._fence:
            if self._fence in line:
                self._fence = ""
            return
        if self._depth:
            self._measure(line)
            return
        if header := _HEADER.match(line):
            self._open(header[1], _parts(header[2]), number)
        elif key := _KEY.match(line):
            self.found.setdefault((*self._prefix, *_parts(key[1])), number)
            self._measure(key[2])

    def _open(self, brackets: str, parts: tuple[str, ...], number: int) -> None:
        path: KeyPath = ()
        for part in parts[:-1]:
            path = self._inside((*path, part))
        path = (*path, parts[-1])
        if brackets == "[[":
            self._counts[path] = self._counts.get(path, 0) + 1
        self._prefix = self._inside(path)
        self.found.setdefault(self._prefix, number)

    def _inside(self, path: KeyPath) -> KeyPath:
        count = self._counts.get(path)
        return path if count is None else (*path, count - 1)

    def _measure(self, value: str) -> None:
        for fence in ('"""', "'''"):
            if value.count(fence) % 2:
                self._fence = fence
                return
        bare = _QUOTED.sub("", value)
        self._depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _SPLIT.findall(dotted))
