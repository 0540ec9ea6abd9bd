"""An export's cells as the listing would have written them, or a refusal.

What a cell looks like is documented for the whole of ``VALUES`` only ("timestamps instead of
human-readable dates"), so each type is read strictly: a date in a form that people read, a
thousands separator or a translated yes is no value, and the listing takes over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kam_connector.model.schema import FieldType, ObjectSchema
from kam_hubspot.export_jobs import broken
from kam_hubspot.object_types import SINGULARS
from kam_hubspot.query import check_ref

__all__ = ["ID", "Cells"]

ID = "hs_object_id"
_FIRST = "record id"
"""The first column of every export, whatever is asked for."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:E[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_MOMENT = re.compile(
    r"0|-?\d{11,14}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
"""Milliseconds since 1970, or ISO 8601 with its zone. Ten digits would be seconds."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_MS = 86_400_000
_MILLISECONDS = re.compile(r"-?\d{1,14}", re.ASCII)

_Column = Sequence[str]
_Test = Callable[[str], Any]


def _is_day(text: str) -> bool:
    if _DAY.fullmatch(text):
        return True
    return bool(_MILLISECONDS.fullmatch(text)) and int(text) % _DAY_MS == 0


_TESTS: Mapping[FieldType, _Test] = {
    FieldType.NUMBER: _NUMBER.fullmatch,
    FieldType.MONEY: _NUMBER.fullmatch,
    FieldType.PERCENT: _NUMBER.fullmatch,
    FieldType.BOOLEAN: {"true", "false"}.__contains__,
    FieldType.DATE: _is_day,
    FieldType.DATETIME: _MOMENT.fullmatch,
}


class Cells:
    """Reads the rows of one export.

    Args:
        schema: The object's properties.
        columns: The properties that were asked for.
        header: The file's columns.
        filled: The column that no row leaves empty.

    Raises:
        RecordError: One that was asked for is not there, or there twice.
    """

    def __init__(
        self, schema: ObjectSchema, columns: Sequence[str], header: Sequence[str], *, filled: str
    ) -> None:
        self._filled = filled
        self._names = tuple(columns)
        self._places = [_place(header, name) for name in columns]
        self._tests = [_TESTS.get(schema.fields[name].type) for name in columns]
        self._id = _id_place(header)
        self._header = [" ".join(re.split(r"[\s_:]+", title.lower())) for title in header]

    def records(self, rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        """Return the rows as records of a listing.

        Raises:
            RecordError: A cell is of no form that the listing could have.
        """
        turned: list[_Column] = list(zip(*rows, strict=True))
        ids = turned[self._id]
        if not all(map(check_ref, ids)):
            raise broken("has a row without a record id")
        named = zip(self._names, self._places, self._tests, strict=True)
        columns = [_checked(name, turned[place], test) for name, place, test in named]
        if None in columns[self._names.index(self._filled)]:
            raise broken(f"has a row without {self._filled}")
        return [
            {"id": ref, "properties": dict(zip(self._names, values, strict=True))}
            for ref, *values in zip(ids, *columns, strict=True)
        ]

    def linked_ids(
        self, rows: Sequence[Sequence[str]], to_object: str
    ) -> dict[str, list[str]] | None:
        """Return the ids of associated records by record; None if the file has none of them.

        Raises:
            RecordError: A cell holds something else.
        """
        place = self._links_place(to_object)
        if place is None:
            return None
        found = {row[self._id]: _ids(row[place]) for row in rows}
        if not all(check_ref(ref) for refs in found.values() for ref in refs):
            raise broken(f"has associated {to_object} that are no ids")
        return found

    def ids(self, rows: Sequence[Sequence[str]]) -> list[int]:
        """Return the ids of rows that were read as records."""
        return [int(row[self._id]) for row in rows]

    def _links_place(self, to_object: str) -> int | None:
        """Return the column of associated ids: ``Associated Company IDs`` and its likes."""
        one = next((s for s, name in SINGULARS.items() if name == to_object), to_object)
        titles = {
            f"associated {word.replace('_', ' ')} {ids}"
            for word in (one, to_object)
            for ids in ("id", "ids")
        }
        places = [place for place, title in enumerate(self._header) if title in titles]
        return places[0] if len(places) == 1 else None


def _checked(name: str, column: _Column, test: _Test | None) -> list[str | None]:
    values = [value or None for value in column]
    if test is not None and not all(value is None or test(value) for value in values):
        raise broken(f"writes {name} in a form that we do not know")
    return values


def _place(header: Sequence[str], name: str) -> int:
    places = [place for place, title in enumerate(header) if title == name]
    if len(places) == 1:
        return places[0]
    if name == ID and not places:
        return _id_place(header)
    raise broken(f"has {len(places)} columns called {name}")


def _id_place(header: Sequence[str]) -> int:
    for place, title in enumerate(header):
        if title == ID or title.lower() == _FIRST:
            return place
    raise broken("has no record ids")


def _ids(cell: str) -> list[str]:
    return [one for part in cell.split(";") if (one := part.strip())]
