"""SOQL, built from checked names and quoted values only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from kam_connector.errors import RecordError
from kam_connector.model.window import instant

__all__ = [
    "at",
    "behind",
    "check_ref",
    "field",
    "has_value",
    "is_in",
    "is_no_value",
    "is_true",
    "quoted",
    "ref",
    "select",
    "until",
]

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?")
_REF = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def field(name: str) -> str:
    """Return a name that may stand in SOQL: a field, or a field of the parent.

    Raises:
        RecordError: It holds anything but letters, digits and underscores, and one dot.
    """
    if not _FIELD.fullmatch(name):
        raise RecordError("this is no name of a field", code="KAM-3215", field=name[:40])
    return name


def quoted(text: str) -> str:
    """Return a SOQL string literal (the one quoter)."""
    return "'" + "".join(_ESCAPES.get(char, char) for char in text) + "'"


def at(moment: datetime) -> str:
    """Return a SOQL datetime literal, which stands unquoted.

    Raises:
        ValueError: It has no zone: it would mean another moment on each computer.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return instant(moment)


def ref(text: str) -> str:
    """Return a record id as a literal.

    Raises:
        RecordError: It is none, or its check letters are wrong (KAM-3214).
    """
    if not check_ref(text):
        raise RecordError("this is no record id", code="KAM-3214")
    return quoted(text)


def has_value(name: str) -> str:
    """Return ``name != null``."""
    return f"{field(name)} != null"


def is_no_value(name: str) -> str:
    """Return ``name = null``."""
    return f"{field(name)} = null"


def is_true(name: str, *, wanted: bool = True) -> str:
    """Return ``name = true``, or false."""
    return f"{field(name)} = {'true' if wanted else 'false'}"


def behind(last_id: str, *, stamp: str | None = None, moment: datetime | None = None) -> str:
    """Return what stands behind a row, in the order of ids or of timestamps and ids.

    Args:
        last_id: The row's id; empty with a moment: everything from then on.
        stamp: The timestamp to go by; none: ids alone.
        moment: The row's timestamp.
    """
    if stamp is None or moment is None:
        return f"Id > {ref(last_id)}"
    name, here = field(stamp), at(moment)
    if not last_id:
        return f"{name} >= {here}"
    return f"(({name} = {here} AND Id > {ref(last_id)}) OR {name} > {here})"


def until(stamp: str, moment: datetime) -> str:
    """Return ``stamp < moment``: windows are half-open."""
    return f"{field(stamp)} < {at(moment)}"


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
