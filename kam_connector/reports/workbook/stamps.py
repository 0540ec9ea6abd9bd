"""Who said it, and when: filled where the person leaves it to the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

__all__ = ["stamped", "stamped_new"]

_SAID_ON = {
    "asserted_by": "asserted_on",
    "written_by": "written_on",
    "scored_by": "scored_on",
    "answered_by": "answered_on",
    "declared_by": "declared_on",
}
_OF = {"declared_by": "declared"}
"""A stamp that belongs to one field; the others belong to the whole record."""
_MADE = ("made_by", "created_on", "set_on")


def stamped(record: Any, changed: Mapping[str, object], *, by: str, today: date) -> Any:
    """Return a changed record with who changed what it says, unless the person said who."""
    new = {
        name: value
        for name, value in _stamps(type(record), changed, by, today)
        if name not in changed
    }
    return replace(record, **new) if changed else record


def stamped_new(made: type[Any], values: Mapping[str, object], *, by: str, today: date) -> Any:
    """Return a record with who said it, and when, where *values* leave that open."""
    stamps = dict(_stamps(made, values, by, today))
    known = {one.name for one in fields(made)}
    first = dict(zip(_MADE, (by, today, today), strict=True))
    stamps |= {name: value for name, value in first.items() if name in known}
    return made(**{**stamps, **values})


def _stamps(
    made: type[Any], said: Mapping[str, object], by: str, today: date
) -> Iterator[tuple[str, object]]:
    known = {one.name for one in fields(made)}
    for author, day in _SAID_ON.items():
        if author in known and _OF.get(author, author) in (said.keys() | {author} - _OF.keys()):
            yield author, by
            if day in known:
                yield day, today
