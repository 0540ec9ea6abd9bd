"""The mapping of an existing Excel plan: which sheet, rows, columns or cells hold what.

::

    language = "fr"
    [[risk]]
    sheet = "Risques"
    rows = "5:40"
    skip = [12]
    [risk.columns]
    text = "B"
    probability = "C"
    [risk.constants]
    state = "open"

    [[plan_frame]]
    sheet = "Synthèse"
    [plan_frame.cells]
    vision = "C4"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kam_connector.errors import CheckFailed, ConfigError
from kam_connector.language import Language, Voice, voice
from kam_connector.reports.workbook.book import Book, Sheet

__all__ = ["Layout", "Part", "read_layout"]

_KEYS = frozenset({"sheet", "rows", "skip", "columns", "cells", "constants"})
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROWS = re.compile(r"([1-9][0-9]*):([1-9][0-9]*)?")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_CONSTANT = 100_000
"""Constants stand in columns that no sheet has."""
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One list, or some cells, of one sheet that become records of one type."""

    name: str
    made: type[Any]
    sheet: str
    first: int = 2
    last: int | None = None
    skip: frozenset[int] = frozenset()
    columns: Mapping[str, int] = field(default_factory=dict)
    """Where each field stands, by column from 0; of single cells a place of its own."""
    cells: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Single cells by that place: row from 1, column from 0."""
    constants: Mapping[int, Any] = field(default_factory=dict)
    """What every row says, by place."""
    constant_places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole mapping."""

    say: Voice
    """The language of the file: of its numbers, days and words."""
    parts: tuple[Part, ...]


def read_layout(path: Path, book: Book) -> Layout:
    """Return a mapping, checked against the types that a plan has.

    Raises:
        ConfigError: The file cannot be read (KAM-1071).
        CheckFailed: It says something that is not understood (KAM-7086).
    """
    told = _read(path)
    spoken = told.pop("language", book.say.language.value)
    if spoken not in set(Language):
        raise _wrong(path, f'language = "{spoken}"', "en or fr")
    sheets = {one.name: one for one in book.sheets if one.editable}
    parts: list[Part] = []
    for name, listed in told.items():
        if name not in sheets:
            raise _wrong(path, f"[[{name}]]", _nearest(name, list(sheets)))
        for one in listed if isinstance(listed, list) else [listed]:
            if not isinstance(one, dict):
                raise _wrong(path, name, f"a table: [[{name}]]")
            parts.append(_part(path, name, sheets[name], one))
    if not parts:
        raise _wrong(path, "nothing", "[[risk]] with sheet, rows and columns, for instance")
    return Layout(say=voice(spoken), parts=tuple(parts))


def _part(path: Path, name: str, sheet: Sheet, told: Mapping[str, Any]) -> Part:
    for key in told:
        if key not in _KEYS:
            raise _wrong(path, f"{name}.{key}", _nearest(key, sorted(_KEYS)))
    if not isinstance(told.get("sheet"), str):
        raise _wrong(path, f"{name}.sheet", "the sheet's name in the file")
    tables = {key: _table(path, name, key, told) for key in ("columns", "cells", "constants")}
    fields = [one.name for one in sheet.columns]
    for key, table in tables.items():
        for field_name in table:
            if field_name not in fields:
                raise _wrong(path, f"{name}.{key}.{field_name}", _nearest(field_name, fields))
    if bool(tables["columns"]) == bool(tables["cells"]):
        raise _wrong(path, f"[[{name}]]", "either columns (a list) or cells (single ones)")
    first, last = _range(path, name, told.get("rows", "2:"))
    columns = {one: _column(path, name, one, at) for one, at in tables["columns"].items()}
    places = {one: _cell(path, name, one, at) for one, at in tables["cells"].items()}
    own = {one: number for number, one in enumerate(places)}
    fixed = {one: _CONSTANT + number for number, one in enumerate(tables["constants"])}
    return Part(
        name=name,
        made=sheet.made,
        sheet=told["sheet"],
        first=first,
        last=last,
        skip=_skip(path, name, told.get("skip", [])),
        columns=columns or own,
        cells={own[one]: place for one, place in places.items()},
        constants={fixed[one]: value for one, value in tables["constants"].items()},
        constant_places=fixed,
    )


def _table(path: Path, name: str, key: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
    table = told.get(key, {})
    if not isinstance(table, dict):
        raise _wrong(path, f"{name}.{key}", f"a table: [{name}.{key}]")
    return table


def _range(path: Path, name: str, rows: object) -> tuple[int, int | None]:
    found = _ROWS.fullmatch(str(rows))
    if not found:
        raise _wrong(path, f'{name}.rows = "{rows}"', '"5:40", or "5:" to the end')
    return int(found[1]), int(found[2]) if found[2] else None


def _skip(path: Path, name: str, rows: object) -> frozenset[int]:
    if not isinstance(rows, list) or not all(isinstance(one, int) for one in rows):
        raise _wrong(path, f"{name}.skip", "row numbers: [12, 13]")
    return frozenset(rows)


def _column(path: Path, name: str, field_name: str, at: object) -> int:
    if not isinstance(at, str) or not _LETTERS.fullmatch(at.upper()):
        raise _wrong(path, f"{name}.columns.{field_name}", 'a column\'s letters: "B"')
    return _number(at.upper())


def _cell(path: Path, name: str, field_name: str, at: object) -> tuple[int, int]:
    found = _CELL.fullmatch(at.upper()) if isinstance(at, str) else None
    if not found:
        raise _wrong(path, f"{name}.cells.{field_name}", 'a cell: "C4"')
    return int(found[2]), _number(found[1])


def _number(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number - 1


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return ", ".join(near or known)


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CheckFailed(f"{path.name} is larger than any mapping.", code="KAM-7086")
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or type(error).__name__}."
        raise ConfigError(message, code="KAM-1071") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CheckFailed(f"{path.name} is no sound TOML: {error}.", code="KAM-7086") from error


def _wrong(path: Path, what: str, right: str) -> CheckFailed:
    message = f"{path.name}: {what} is not understood. Possible: {right}."
    return CheckFailed(message, code="KAM-7086", hint="docs/exports.md  shows a whole mapping.")
