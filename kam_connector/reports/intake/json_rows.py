"""JSON as rows: an array of objects, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kam_connector.model.strict_json import exact_number
from kam_connector.reports.intake.encodings import decode
from kam_connector.reports.intake.problem import Unreadable
from kam_connector.reports.intake.rows import LIMITS, Cell, Limits, RawRow, RawTable

__all__ = ["read_json"]

_SPACE = re.compile(r"[ \t\r\n]*")
_HOW = "Write an array of objects, or one object a line."


class _Twice(ValueError):
    pass


def read_json(content: bytes, *, limits: Limits = LIMITS) -> RawTable:
    """Return JSON objects as rows; numbers keep every digit.

    Raises:
        Unreadable: It is no JSON, or not of objects (KAM-3301), or too much of it (KAM-3302).
    """
    decoded = decode(content)
    found: list[tuple[int, dict[str, Cell]]] = []
    for line, item in _items(decoded.text):
        if len(found) >= limits.rows:
            text = f"The file has more than {limits.rows} rows."
            raise Unreadable("KAM-3302", text, hint="Split it.")
        found.append((line, _object(line, item, limits)))
    header = tuple(dict.fromkeys(name for _, item in found for name in item))
    if not found:
        raise Unreadable("KAM-3304", "The file holds no object.", hint=_HOW)
    if len(header) > limits.columns:
        text = f"{len(header)} names are more than {limits.columns} columns."
        raise Unreadable("KAM-3302", text)
    rows = [RawRow(line=line, cells=[item.get(name) for name in header]) for line, item in found]
    return RawTable(header=header, rows=tuple(rows))


def _items(text: str) -> Iterator[tuple[int, object]]:
    """Yield (line, value) of each element, or of each value after another."""
    decoder = json.JSONDecoder(
        parse_float=exact_number, parse_constant=_no_number, object_pairs_hook=_once
    )
    at = _skip(text, 0)
    listed = text.startswith("[", at)
    at = _skip(text, at + 1) if listed else at
    line, seen = 1, 0
    first = True
    while at < len(text):
        line, seen = line + text.count("\n", seen, at), at
        if listed and text[at] == "]" and first:
            return
        try:
            item, end = decoder.raw_decode(text, at)
        except _Twice as error:
            raise Unreadable("KAM-3304", str(error), line=line) from None
        except (ValueError, RecursionError) as error:
            raise _broken(text, error, line) from None
        yield line, item
        first = False
        at = _skip(text, end)
        if listed:
            mark = text[at : at + 1]
            if mark == "]":
                return
            if mark != ",":
                broken = 'After an object, "," or "]" is missing.'
                line += text.count("\n", seen, at)
                raise Unreadable("KAM-3301", broken, hint=_HOW, line=line)
            at = _skip(text, at + 1)
    if listed:
        raise Unreadable("KAM-3301", 'The file ends before "]".', hint=_HOW, line=line)


def _object(line: int, item: object, limits: Limits) -> dict[str, Cell]:
    if not isinstance(item, dict):
        raise Unreadable("KAM-3301", "This is no object.", hint=_HOW, line=line)
    for name, value in item.items():
        if isinstance(value, dict | list):
            text = "A list or an object stands where one value belongs."
            raise Unreadable("KAM-3301", text, line=line, column=name)
        if isinstance(value, str) and len(value) > limits.cell:
            text = f"A text has more than {limits.cell} characters."
            raise Unreadable("KAM-3302", text, line=line, column=name)
    return item


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _broken(text: str, error: Exception, line: int) -> Unreadable:
    if isinstance(error, json.JSONDecodeError):
        line = text.count("\n", 0, error.pos) + 1
    return Unreadable("KAM-3301", "Here the file is no JSON.", hint=_HOW, line=line)


def _no_number(name: str) -> Cell:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _once(pairs: list[tuple[str, Cell]]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name, value in pairs:
        if name in found:
            message = f'"{name}" stands twice in one object.'
            raise _Twice(message)
        found[name] = value
    return found
