"""Fields that people write too: compared just before, their history read just after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from kam_connector.mapping.values import same_value
from kam_connector.model.batching import bisected, refused
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.kind import JsonValue, Row
from kam_hubspot.answers import records_of
from kam_hubspot.canonical import RowReader
from kam_hubspot.history import Laid, beneath
from kam_hubspot.writer import Writer

__all__ = ["is_shared", "update_unmoved"]

_FRESH = timedelta(seconds=5)
"""Our choice: what the caller compared so lately is not compared again. Whatever comes in
between, before our write as after a second look, the history tells."""
_TURNS = 3
"""Our choice: how often a value is put back, if a person writes again meanwhile."""

_Rows = dict[str, Row]


def is_shared(change: Change) -> bool:
    """Tell whether a change concerns fields that people write too."""
    return bool(change.confirmed) or (bool(change.seen_modified_at) and bool(_shared(change)))


def update_unmoved(writer: Writer, changes: list[Change]) -> list[PushResult]:
    """Update up to 100 records unless a person touched the shared fields.

    HubSpot has no conditional write: the values are compared just before, and the history
    is read just after. A person's value that came in between is put back.
    """
    results: dict[str, PushResult] = {}
    before = _compared(writer, changes)
    unmoved = []
    for change in changes:
        current = before.get(change.ref or "")
        if current is None:
            results[change.id] = refused(change, "KAM-3206", "the record is gone")
        elif _is_moved(change, current):
            results[change.id] = _conflict(change, current)
        else:
            unmoved.append(change)
    results |= {r.change_id: r for r in bisected(unmoved, writer.update)} if unmoved else {}
    written = [c for c in unmoved if results[c.id].state is PushState.DONE]
    laid = [one for c in written if (one := _laid(c, before[c.ref or ""])).ours]
    restored = _put_back(writer, laid)
    for change in written:
        if change.id in restored:
            results[change.id] = _restored(change, before[change.ref or ""], restored[change.id])
    return [results[c.id] for c in changes]


def _compared(writer: Writer, changes: list[Change]) -> _Rows:
    """Return the present values of the fields that are written, by record."""
    stale = [c for c in changes if not _is_fresh(writer, c)]
    looked_at = {c.id for c in stale}
    rows: _Rows = {
        c.ref or "": {**c.expected, **c.confirmed} for c in changes if c.id not in looked_at
    }
    if stale:
        known = writer.describe(changes[0].object).fields
        names = sorted({n for c in stale for n in (*c.values, *c.confirmed) if _is_property(n)})
        reader = RowReader([known[name] for name in names])
        body = {"inputs": [{"id": c.ref} for c in stale], "properties": names}
        answer = writer.client.batch(changes[0].object, "read", body)
        for record in records_of(answer, crm=writer.client.name):
            rows[str(record["id"])] = reader.values(record["properties"])
        for change in stale:  # what is no property is compared where it is written
            if change.ref in rows:
                rows[change.ref] = {**_virtual(change), **rows[change.ref]}
    return rows


def _is_property(name: str) -> bool:
    return not name.startswith("@")


def _virtual(change: Change) -> Row:
    return {name: value for name, value in change.expected.items() if not _is_property(name)}


def _is_fresh(writer: Writer, change: Change) -> bool:
    at = change.compared_at
    return at is not None and abs(writer.client.now() - at) <= _FRESH


def _laid(change: Change, before: Row) -> Laid:
    """Return what we laid over what in the shared fields of one record."""
    ours = {
        name: change.values[name]
        for name in sorted(_shared(change))
        if _is_property(name) and not same_value(before.get(name), change.values[name])
    }
    ours |= {name: value for name, value in change.confirmed.items() if _is_property(name)}
    return Laid(change=change, ours=ours, over={n: change.expected.get(n) for n in ours})


def _put_back(writer: Writer, laid: list[Laid]) -> dict[str, PushResult | Row]:
    """Restore what a person wrote between our look and our write; return it by change.

    Again, if yet another edit came between the history and the restoring.
    """
    lost: dict[str, Row] = {}
    failed: dict[str, PushResult | Row] = {}
    for _turn in range(_TURNS):
        found = beneath(writer, laid)
        again = [one for one in laid if one.change.id in found]
        if not again:
            break
        back = [
            replace(
                one.change, id=f"{one.change.id}-back{_turn}", values=found[one.change.id], links=()
            )
            for one in again
        ]
        told = {r.change_id: r for r in bisected(back, writer.update)}
        laid = []
        for one, sent in zip(again, back, strict=True):
            lost[one.change.id] = {**lost.get(one.change.id, {}), **sent.values}
            if told[sent.id].state is PushState.DONE:
                over = {name: one.ours[name] for name in sent.values}
                laid.append(Laid(change=one.change, ours=sent.values, over=over))
            else:
                failed[one.change.id] = _not_put_back(one.change, told[sent.id])
    return {**lost, **failed}


def _restored(change: Change, before: Row, put_back: PushResult | Row) -> PushResult:
    if isinstance(put_back, PushResult):
        return put_back
    told = _conflict(change, {**before, **put_back})
    return replace(told, restored=tuple(put_back))


def _not_put_back(change: Change, told: PushResult) -> PushResult:
    fields = ", ".join(told.fields) or "a field"
    message = f"a person's value in {fields} lies under ours in the history, and cannot be put back"
    return refused(change, told.code or "KAM-3208", message, fields=told.fields)


def _shared(change: Change) -> set[str]:
    return {name for name in change.shared if name in change.values}


def _is_moved(change: Change, current: Row) -> bool:
    """Tell whether a shared field holds neither what was seen nor what is wanted."""
    return any(
        not same_value(current.get(name), change.expected.get(name))
        and not same_value(current.get(name), change.values[name])
        for name in _shared(change)
    )


def _conflict(change: Change, current: Mapping[str, JsonValue]) -> PushResult:
    names = (*change.values, *change.confirmed)
    return PushResult(
        change_id=change.id,
        state=PushState.CONFLICT,
        ref=change.ref,
        message="a person was faster",
        current={name: current[name] for name in names if name in current},
    )
