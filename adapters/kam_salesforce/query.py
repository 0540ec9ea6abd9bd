"""SOQL, built from checked names and quoted values only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from kam_connector.errors import RecordError
from kam_connector.model.window import instant

__all__ = ["at", "check_ref", "field", "is_in", "quoted", "select"]

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_REF = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def field(name: str) -> str:
    """Return a name that may stand in SOQL.

    Raises:
        RecordError: It holds anything but letters, digits and underscores.
    """
    if not _FIELD.fullmatch(name):
        raise RecordError("this is no name of a field", code="KAM-3215", field=name[:40])
    return name


def quoted(text: str) -> str:
    """Return a SOQL string literal (the one quoter)."""
    return "'" + "".join(_ESCAPES.get(char, char) for char in text) + "'"


def at(moment: datetime) -> str:
    """Return a SOQL datetime literal, which stands unquoted."""
    return instant(moment)


def is_in(name: str, values: Iterable[str]) -> str:
    """Return ``name IN (...)``; never call it with nothing: SOQL has no empty list."""
    return f"{field(name)} IN ({','.join(quoted(value) for value in values)})"


def select(
    names: Iterable[str],
    object_: str,
    where: Sequence[str],
    *,
    order: Sequence[str] = (),
    limit: int | None = None,
) -> str:
    """Return a query; conditions are joined by AND."""
    unique = dict.fromkeys(field(name) for name in names)
    text = f"SELECT {', '.join(unique)} FROM {field(object_)}"  # noqa: S608  names are checked
    if where:
        text += " WHERE " + " AND ".join(where)
    if order:
        text += " ORDER BY " + ", ".join(field(name) for name in order)
    return text if limit is None else f"{text} LIMIT {limit}"


def check_ref(ref: str) -> bool:
    """Tell whether a text is a record id: 15 characters, or 18 with the right check letters."""
    if not _REF.fullmatch(ref):
        return False
    return len(ref) == 15 or ref[15:] == "".join(_letter(ref[i : i + 5]) for i in (0, 5, 10))


def _letter(five: str) -> str:
    """Return the check letter: which of five characters are upper case."""
    return _CHECK[sum(1 << i for i, char in enumerate(five) if "A" <= char <= "Z")]
