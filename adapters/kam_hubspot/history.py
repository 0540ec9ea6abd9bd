"""What lies under a value of ours in the history of its property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kam_connector.mapping.values import same_value
from kam_connector.model.change import Change
from kam_connector.model.kind import JsonValue, Row
from kam_hubspot.answers import reading, records_of
from kam_hubspot.canonical import RowReader
from kam_hubspot.writer import Writer

__all__ = ["Laid", "beneath"]

_WITH_HISTORY = 50
"""Most records of one batch read with history."""

_Versions = Mapping[str, Sequence[JsonValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Values that we laid over others in one record."""

    change: Change
    ours: Row
    over: Row
    """What we saw there just before."""


def beneath(writer: Writer, laid: Sequence[Laid]) -> dict[str, Row]:
    """Return by change the values under ours that are not what we saw: somebody wrote them.

    One call per 50 records, none for records without such fields. Where somebody wrote after
    us, theirs stands already and nothing is returned.
    """
    found: dict[str, Row] = {}
    for start in range(0, len(laid), _WITH_HISTORY):
        part = laid[start : start + _WITH_HISTORY]
        history = _history(writer, part)
        for one in part:
            versions = history.get(one.change.ref or "", {})
            strange = {
                name: value
                for name in one.ours
                for value in _under(versions.get(name, ()), one.ours[name], one.over[name])
            }
            if strange:
                found[one.change.id] = strange
    return found


def _under(versions: Sequence[JsonValue], ours: JsonValue, seen: JsonValue) -> list[JsonValue]:
    """Return the value right under ours, if it is another than we saw (newest comes first)."""
    if len(versions) < 2 or not same_value(versions[0], ours):
        return []
    return [] if same_value(versions[1], seen) else [versions[1]]


def _history(writer: Writer, laid: Sequence[Laid]) -> dict[str, _Versions]:
    """Return the canonical values of properties by record, newest first."""
    object_ = laid[0].change.object
    names = sorted({name for one in laid for name in one.ours})
    known = writer.describe(object_).fields
    readers = {name: RowReader([known[name]]) for name in names}
    body = {
        "inputs": [{"id": one.change.ref} for one in laid],
        "properties": names,
        "propertiesWithHistory": names,
    }
    records = records_of(writer.client.batch(object_, "read", body), crm=writer.client.name)
    with reading(writer.client.name):
        return {str(record["id"]): _values(record, readers) for record in records}


def _values(record: Mapping[str, Any], readers: Mapping[str, RowReader]) -> _Versions:
    histories = record.get("propertiesWithHistory") or {}
    return {
        name: [readers[name].values({name: one["value"]})[name] for one in versions]
        for name, versions in histories.items()
        if name in readers
    }
