"""Writing: batches with a trace id per record; a person's value found beneath ours goes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kam_connector.errors import RecordError, RetryableError
from kam_connector.mapping.values import same_value
from kam_connector.model.batching import (
    AS_USUAL,
    Batching,
    Send,
    bisected,
    deliver,
    refused,
    requests_of,
    retry_later,
)
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.kind import JsonValue, Row
from kam_connector.model.schema import ObjectSchema
from kam_hubspot import query
from kam_hubspot.canonical import RowReader, to_wire
from kam_hubspot.client import Client, next_after
from kam_hubspot.errors import judge_row

__all__ = ["push"]

BATCH = 100
"""Most records of one batch."""
WITH_HISTORY = 50
"""Most records of one batch read with history."""

Describe = Callable[[str], ObjectSchema]


def push(
    client: Client,
    batch: Sequence[Change],
    *,
    describe: Describe,
    batching: Batching = AS_USUAL,
) -> list[PushResult]:
    """Write and return one result per change, in order; see the port."""
    results: dict[str, PushResult] = {}
    plain: list[Change] = []
    shared: list[Change] = []
    keyed: list[Change] = []
    for change in batch:
        refusal = _refusal(change, describe)
        if refusal is not None:
            results[change.id] = refusal
        elif change.ref is None:
            keyed.append(change)
        else:
            (shared if _is_shared(change) else plain).append(change)
    writer = _Writer(client, describe)
    work: list[tuple[Send, list[Change]]] = []
    size = batching.call_size(BATCH)
    work += [(writer.update, part) for part in requests_of(plain, size=size)]
    work += [(writer.upsert, part) for part in requests_of(keyed, size=size)]
    work += [(writer.update_unmoved, part) for part in requests_of(shared, size=WITH_HISTORY)]
    results |= deliver(work)
    return [results[change.id] for change in batch]


class _Writer:
    """Sends one request of each form."""

    def __init__(self, client: Client, describe: Describe) -> None:
        self._client = client
        self._describe = describe

    def update(self, changes: list[Change]) -> list[PushResult]:
        """Update up to 100 records by id."""
        inputs = [self._input(c) | {"id": c.ref} for c in changes]
        return self._batch(changes, "update", inputs)

    def upsert(self, changes: list[Change]) -> list[PushResult]:
        """Create or update by our key; by the CRM's own upsert where the key is unique."""
        object_, key_field = changes[0].object, changes[0].key_field or ""
        if self._describe(object_).fields[key_field].unique:
            inputs = [self._input(c) | {"id": c.key, "idProperty": key_field} for c in changes]
            return self._link(changes, self._batch(changes, "upsert", inputs))
        return self._find_then_write(changes, key_field)

    def update_unmoved(self, changes: list[Change]) -> list[PushResult]:
        """Update up to 50 records unless a person touched the shared fields.

        HubSpot has no conditional write: the values are compared just before, and the
        history is read just after. A person's value that came in between is put back.
        """
        before = self._current(changes)
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
            results |= {r.change_id: r for r in bisected(unmoved, self.update)}
            written = [c for c in unmoved if results[c.id].state is PushState.DONE]
            results |= self._put_back(written, before)
        return [results[c.id] for c in changes]

    def _put_back(self, changes: list[Change], before: Mapping[str, Row]) -> dict[str, PushResult]:
        """Restore what a person wrote between our look and our write; report conflicts."""
        ours = {
            c.id: [
                n for n in sorted(_shared(c)) if not same_value(before[c.ref or ""][n], c.values[n])
            ]
            for c in changes
        }
        looked = [c for c in changes if ours[c.id]]
        if not looked:
            return {}
        history = self._history(looked, sorted({n for c in looked for n in ours[c.id]}))
        lost: dict[str, dict[str, JsonValue]] = {}
        for change in looked:
            versions = history.get(change.ref or "", {})
            for name in ours[change.id]:
                found, value = _beneath(versions.get(name, []), change, name)
                if found:
                    lost.setdefault(change.id, {})[name] = value
        conflicted = [c for c in looked if c.id in lost]
        if conflicted:
            self.update([replace(c, id=f"{c.id}-restore", values=lost[c.id]) for c in conflicted])
        return {
            c.id: replace(
                _conflict(c, {**before[c.ref or ""], **lost[c.id]}), restored=tuple(lost[c.id])
            )
            for c in conflicted
        }

    def _find_then_write(self, changes: list[Change], key_field: str) -> list[PushResult]:
        object_ = changes[0].object
        found = self._holders(object_, key_field, {c.key or "" for c in changes})
        results: list[PushResult] = []
        old: list[Change] = []
        new: list[Change] = []
        for change in changes:
            refs = found.get(change.key or "", set())
            if len(refs) > 1:
                results.append(refused(change, "KAM-3217", f"{len(refs)} records have its key"))
            else:
                (old if refs else new).append(change)
        if old:
            held = {c.id: next(iter(found[c.key or ""])) for c in old}
            inputs = [self._input(c) | {"id": held[c.id]} for c in old]
            results += self._batch([replace(c, ref=held[c.id]) for c in old], "update", inputs)
        if new:
            inputs = [self._input(c, key_field) for c in new]
            results += self._batch(new, "create", inputs)
        return self._link(changes, results)

    def _holders(self, object_: str, key_field: str, keys: set[str]) -> dict[str, set[str]]:
        """Return refs by key: from the search, and for the rest from the listing.

        The search index lags; a record that was created a moment ago, in an answer we
        never got, is in the listing only.
        """
        found: dict[str, set[str]] = {}
        after: str | None = None
        while True:
            page = self._client.search(object_, query.holders(key_field, after=after))["results"]
            _collect(found, page, key_field, keys)
            if len(page) < 200:
                break
            after = str(page[-1]["id"])
        after = None
        while keys - set(found):
            listing = self._client.page(object_, after=after, limit=100, properties=[key_field])
            _collect(found, listing["results"], key_field, keys)
            after = next_after(listing)
            if after is None:
                break
        return found

    def _batch(
        self, changes: list[Change], verb: str, inputs: list[dict[str, Any]]
    ) -> list[PushResult]:
        answer = self._client.batch(changes[0].object, verb, {"inputs": inputs})
        record_of = _finder(answer.get("results") or ())
        errors = answer.get("errors") or ()
        refusals = _refusals(errors)
        results: list[PushResult] = []
        for change, given in zip(changes, inputs, strict=True):
            record = record_of(change)
            error = refusals.get(change.id) or refusals.get(change.ref or change.key or "")
            if error is None and len(changes) == 1 and errors:
                error = errors[0]
            if record is not None:
                made = verb == "create" or record.get("new") is True
                results.append(_done(change, ref=str(record["id"]), created=made))
            elif error is not None:
                results.append(judge_row(change, error))
            elif errors and len(changes) > 1:  # an error that names nobody: ask for one alone
                results += self._batch([change], verb, [given])
            else:  # a merged-away id: silently absent
                results.append(refused(change, "KAM-3206", "HubSpot did not name the record"))
        return results

    def _link(self, changes: list[Change], results: list[PushResult]) -> list[PushResult]:
        """Associate what was created; again on a second sending, which changes nothing."""
        by_id = {r.change_id: r for r in results}
        wanted: dict[str, list[tuple[Change, dict[str, Any]]]] = {}
        for change in changes:
            ref = by_id[change.id].ref
            if by_id[change.id].state is PushState.DONE:
                for link in change.links:
                    row = _link_input(str(ref), link.ref, link.type_id)
                    wanted.setdefault(link.object, []).append((change, row))
        for to_object, rows in wanted.items():
            try:
                self._client.link(changes[0].object, to_object, [row for _, row in rows])
            except RetryableError as error:
                by_id |= {c.id: retry_later(c, error) for c, _ in rows}
            except RecordError as error:
                told = "written, but HubSpot refused an association"
                by_id |= {c.id: refused(c, error.code, told) for c, _ in rows}
        return list(by_id.values())

    def _current(self, changes: list[Change]) -> dict[str, Row]:
        object_ = changes[0].object
        known = self._describe(object_).fields
        names = sorted({n for c in changes for n in (*c.values, *c.shared) if n in known})
        reader = RowReader([known[name] for name in names])
        body = {"inputs": [{"id": c.ref} for c in changes], "properties": names}
        records = self._client.batch(object_, "read", body)["results"]
        return {str(r["id"]): reader.values(r["properties"]) for r in records}

    def _history(
        self, changes: list[Change], names: list[str]
    ) -> dict[str, dict[str, list[JsonValue]]]:
        """Return the canonical values of properties by record, newest first."""
        object_ = changes[0].object
        known = self._describe(object_).fields
        readers = {name: RowReader([known[name]]) for name in names}
        body = {
            "inputs": [{"id": c.ref} for c in changes],
            "properties": names,
            "propertiesWithHistory": names,
        }
        records = self._client.batch(object_, "read", body)["results"]
        return {
            str(record["id"]): {
                name: [readers[name].values({name: v["value"]})[name] for v in versions]
                for name, versions in record["propertiesWithHistory"].items()
            }
            for record in records
        }

    def _input(self, change: Change, key_field: str | None = None) -> dict[str, Any]:
        known = self._describe(change.object).fields
        properties = {n: to_wire(v, known[n].type) for n, v in change.values.items()}
        if key_field is not None:
            properties[key_field] = change.key or ""
        return {"properties": properties, "objectWriteTraceId": change.id}


def _refusal(change: Change, describe: Describe) -> PushResult | None:
    """Return why a change need not be sent at all."""
    if change.ref is not None and not query.check_ref(change.ref):
        return refused(change, "KAM-3214", "this is no record id")
    if change.ref is None and not (change.key_field and change.key):
        return refused(change, "KAM-3214", "neither a record id nor a key")
    known = describe(change.object).fields
    names = (*change.values, change.key_field) if change.key_field else tuple(change.values)
    for name in names:
        if name not in known:
            told = f"{change.object} has no property {name}"
            return refused(change, "KAM-3215", told, fields=(name,))
        if change.ref is not None and not known[name].updateable and name in change.values:
            return refused(change, "KAM-3205", f"{name} may not be written", fields=(name,))
    return None


def _is_shared(change: Change) -> bool:
    return bool(change.seen_modified_at) and bool(_shared(change))


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


def _collect(
    found: dict[str, set[str]], records: Sequence[Mapping[str, Any]], name: str, keys: set[str]
) -> None:
    for record in records:
        key = record["properties"].get(name)
        if key in keys:
            found.setdefault(str(key), set()).add(str(record["id"]))


def _finder(
    records: Sequence[Mapping[str, Any]],
) -> Callable[[Change], Mapping[str, Any] | None]:
    """Return how a change finds its record: by trace id, by id, or by our own key."""
    by_trace = {str(r["objectWriteTraceId"]): r for r in records if r.get("objectWriteTraceId")}
    by_ref = {str(r["id"]): r for r in records}

    def find(change: Change) -> Mapping[str, Any] | None:
        found = by_trace.get(change.id) or by_ref.get(change.ref or "")
        if found is not None or change.key is None:
            return found
        name = change.key_field or ""
        return next((r for r in records if r["properties"].get(name) == change.key), None)

    return find


def _refusals(errors: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the errors of a 207 by trace id and by record id."""
    found: dict[str, Mapping[str, Any]] = {}
    for error in errors:
        context = error.get("context") or {}
        for name in (*context.get("objectWriteTraceId", ()), *context.get("ids", ())):
            found[str(name)] = error
    return found


def _link_input(ref: str, to_ref: str, type_id: int) -> dict[str, Any]:
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return {"from": {"id": ref}, "to": {"id": to_ref}, "types": [kind]}


def _conflict(change: Change, current: Row) -> PushResult:
    names = (*change.values, *change.shared)
    return PushResult(
        change_id=change.id,
        state=PushState.CONFLICT,
        ref=change.ref,
        message="a person was faster",
        current={name: current[name] for name in names if name in current},
    )


def _done(change: Change, *, ref: str, created: bool) -> PushResult:
    return PushResult(change_id=change.id, state=PushState.DONE, ref=ref, created=created)
