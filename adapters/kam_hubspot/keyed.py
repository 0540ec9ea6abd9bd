"""Records that we make: created or updated by our key, and linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kam_connector.errors import RecordError, RetryableError
from kam_connector.model.batching import refused, retry_later
from kam_connector.model.change import Change, PushResult, PushState
from kam_hubspot import query
from kam_hubspot.client import next_after
from kam_hubspot.writer import Writer

__all__ = ["upsert"]


def upsert(writer: Writer, changes: list[Change]) -> list[PushResult]:
    """Create or update by our key; by the CRM's own upsert where the key is unique."""
    object_, key_field = changes[0].object, changes[0].key_field or ""
    if writer.describe(object_).fields[key_field].unique:
        inputs = [writer.input(c) | {"id": c.key, "idProperty": key_field} for c in changes]
        return _link(writer, changes, writer.batch(changes, "upsert", inputs))
    return _find_then_write(writer, changes, key_field)


def _find_then_write(writer: Writer, changes: list[Change], key_field: str) -> list[PushResult]:
    object_ = changes[0].object
    found = _holders(writer, object_, key_field, {c.key or "" for c in changes})
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
        inputs = [writer.input(c) | {"id": held[c.id]} for c in old]
        results += writer.batch([replace(c, ref=held[c.id]) for c in old], "update", inputs)
    if new:
        inputs = [writer.input(c, key_field) for c in new]
        results += writer.batch(new, "create", inputs)
    return _link(writer, changes, results)


def _holders(writer: Writer, object_: str, key_field: str, keys: set[str]) -> dict[str, set[str]]:
    """Return refs by key: from the search, and for the rest from the listing.

    The search index lags; a record that was created a moment ago, in an answer we
    never got, is in the listing only.
    """
    found: dict[str, set[str]] = {}
    after: str | None = None
    while True:
        page = writer.client.search(object_, query.holders(key_field, after=after))["results"]
        _collect(found, page, key_field, keys)
        if len(page) < 200:
            break
        after = str(page[-1]["id"])
    after = None
    while keys - set(found):
        listing = writer.client.page(object_, after=after, limit=100, properties=[key_field])
        _collect(found, listing["results"], key_field, keys)
        after = next_after(listing)
        if after is None:
            break
    return found


def _collect(
    found: dict[str, set[str]], records: Sequence[Mapping[str, Any]], name: str, keys: set[str]
) -> None:
    for record in records:
        key = record["properties"].get(name)
        if key in keys:
            found.setdefault(str(key), set()).add(str(record["id"]))


def _link(writer: Writer, changes: list[Change], results: list[PushResult]) -> list[PushResult]:
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
            writer.client.link(changes[0].object, to_object, [row for _, row in rows])
        except RetryableError as error:
            by_id |= {c.id: retry_later(c, error) for c, _ in rows}
        except RecordError as error:
            told = "written, but HubSpot refused an association"
            by_id |= {c.id: refused(c, error.code, told) for c, _ in rows}
    return list(by_id.values())


def _link_input(ref: str, to_ref: str, type_id: int) -> dict[str, Any]:
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return {"from": {"id": ref}, "to": {"id": to_ref}, "types": [kind]}
