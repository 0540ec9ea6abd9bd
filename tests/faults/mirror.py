"""Does our copy of the CRM hold what the CRM holds?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.faults.database import Ours, Staged
from tests.faults.plain import plain

__all__ = ["mirror_findings"]

_WHOLE = frozenset({"user", "account", "contact", "opportunity"})
"""Kinds of which every live record must be in the copy; of tasks and calls, those that count."""


def mirror_findings(records: Any, ours: Ours) -> Iterator[str]:
    """Yield what differs, record by record.

    Args:
        records: The CRM's records.
        ours: Our database.
    """
    copies = {(one.object, one.ref): one for one in ours.staged if one.kind in _WHOLE}
    read = {one.object for one in ours.staged if one.kind in _WHOLE}
    for object_ in sorted(read):
        for record in records.all(object_):
            if (object_, record.id) not in copies:
                yield f"{object_} {record.id} is missing from the copy"
    heirs = _heirs(records)
    for one in ours.staged:
        yield from _differences(records.get(one.object, one.ref), one, heirs)


def _heirs(records: Any) -> dict[str, str]:
    """Return who took over from records that were merged away.

    Salesforce turns their children to the survivor without a word (no new timestamp), so that a
    copy may name the one merged away until the weekly sweep; our alias table says who is meant.
    """
    return {
        record.id: record.merged_into
        for object_ in records.objects()
        for record in records.all(object_, deleted=True)
        if record.merged_into
    }


def _heir(value: Any, heirs: dict[str, str]) -> Any:
    while isinstance(value, str) and value in heirs:
        value = heirs[value]
    return value


def _differences(record: Any, one: Staged, heirs: dict[str, str]) -> Iterator[str]:
    where = f"{one.object} {one.ref}"
    if record is None:
        yield f"{where} is in the copy and nowhere else"
    elif (record.deleted_at is not None) != one.deleted:
        yield f"{where} is {'deleted' if one.deleted else 'alive'} in the copy only"
    elif not one.deleted:
        for name, value in one.values.items():
            theirs = record.fields.get(name, value)
            same = plain(theirs) == plain(value) or _heir(value, heirs) == _heir(theirs, heirs)
            if not name.startswith("@") and "#" not in name and not same:
                yield f"{where} {name} is {value!r} in the copy, and {theirs!r} there"
    if one.dirty:
        yield f"{where} waits to be merged"
