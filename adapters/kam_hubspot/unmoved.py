"""Fields that people write too: compared just before, their history read just after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kam_connector.mapping.values import same_value
from kam_connector.model.batching import bisected, refused
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.kind import JsonValue, Row
from kam_hubspot.canonical import RowReader
from kam_hubspot.writer import Writer

__all__ = ["WITH_HISTORY", "is_shared", "update_unmoved"]

WITH_HISTORY = 50
"""Most records of one batch read with history."""


def is_shared(change: Change) -> bool:
    """Tell whether a change writes fields that people write too."""
    return bool(change.seen_modified_at) and bool(_shared(change))


def update_unmoved(writer: Writer, changes: list[Change]) -> list[PushResult]:
    """Update up to 50 records unless a person touched the shared fields.

    HubSpot has no conditional write: the values are compared just before, and the
    history is read just after. A person's value that came in between is put back.
    """
    before = _current(writer, changes)
    results: dict[str, PushResult] = {}
    unmoved = []
    for change in changes:
        current = before.get(change.ref or "")
        if current is None:
            results[change.id] = refused(change, "KAM-3206", "the record is gone")
        elif _is_moved(change, current):
            results[change.id] = _conflict(change, current)
        else:
            unmoved.append(change)
    if unmoved:
        results |= {r.change_id: r for r in bisected(unmoved, writer.update)}
        written = [c for c in unmoved if results[c.id].state is PushState.DONE]
        results |= _put_back(writer, written, before)
    return [results[c.id] for c in changes]


def _put_back(
    writer: Writer, changes: list[Change], before: Mapping[str, Row]
) -> dict[str, PushResult]:
    """Restore what a person wrote between our look and our write; report conflicts."""
    ours = {
        c.id: [n for n in sorted(_shared(c)) if not same_value(before[c.ref or ""][n], c.values[n])]
        for c in changes
    }
    looked = [c for c in changes if ours[c.id]]
    if not looked:
        return {}
    history = _history(writer, looked, sorted({n for c in looked for n in ours[c.id]}))
    lost: dict[str, dict[str, JsonValue]] = {}
    for change in looked:
        versions = history.get(change.ref or "", {})
        for name in ours[change.id]:
            found, value = _beneath(versions.get(name, []), change, name)
            if found:
                lost.setdefault(change.id, {})[name] = value
    conflicted = [c for c in looked if c.id in lost]
    if conflicted:
        writer.update([replace(c, id=f"{c.id}-restore", values=lost[c.id]) for c in conflicted])
    return {
        c.id: replace(
            _conflict(c, {**before[c.ref or ""], **lost[c.id]}), restored=tuple(lost[c.id])
        )
        for c in conflicted
    }


def _current(writer: Writer, changes: list[Change]) -> dict[str, Row]:
    object_ = changes[0].object
    known = writer.describe(object_).fields
    names = sorted({n for c in changes for n in (*c.values, *c.shared) if n in known})
    reader = RowReader([known[name] for name in names])
    body = {"inputs": [{"id": c.ref} for c in changes], "properties": names}
    records = writer.client.batch(object_, "read", body)["results"]
    return {str(r["id"]): reader.values(r["properties"]) for r in records}


def _history(
    writer: Writer, changes: list[Change], names: list[str]
) -> dict[str, dict[str, list[JsonValue]]]:
    """Return the canonical values of properties by record, newest first."""
    object_ = changes[0].object
    known = writer.describe(object_).fields
    readers = {name: RowReader([known[name]]) for name in names}
    body = {
        "inputs": [{"id": c.ref} for c in changes],
        "properties": names,
        "propertiesWithHistory": names,
    }
    records = writer.client.batch(object_, "read", body)["results"]
    return {
        str(record["id"]): {
            name: [readers[name].values({name: v["value"]})[name] for v in versions]
            for name, versions in record["propertiesWithHistory"].items()
        }
        for record in records
    }


def _shared(change: Change) -> set[str]:
    return {name for name in change.shared if name in change.values}


def _is_moved(change: Change, current: Row) -> bool:
    """Tell whether a shared field holds neither what was seen nor what is wanted."""
    return any(
        not same_value(current.get(name), change.expected.get(name))
        and not same_value(current.get(name), change.values[name])
        for name in _shared(change)
    )


def _beneath(versions: Sequence[JsonValue], change: Change, name: str) -> tuple[bool, JsonValue]:
    """Return whether a person's value lies beneath ours in the history, and which."""
    for place, value in enumerate(versions[:-1]):
        if same_value(value, change.values[name]):
            earlier = versions[place + 1]
            seen = same_value(earlier, change.expected.get(name))
            return not seen, earlier
    return False, None


def _conflict(change: Change, current: Row) -> PushResult:
    names = (*change.values, *change.shared)
    return PushResult(
        change_id=change.id,
        state=PushState.CONFLICT,
        ref=change.ref,
        message="a person was faster",
        current={name: current[name] for name in names if name in current},
    )
