"""Records that we make: created or updated by our key, and linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kam_connector.model.batching import bisected, refused
from kam_connector.model.change import Change, PushResult
from kam_hubspot.holders import holders
from kam_hubspot.linking import link, named_with
from kam_hubspot.writer import Writer

__all__ = ["upsert"]


def upsert(writer: Writer, changes: list[Change]) -> list[PushResult]:
    """Create or update by our key; by HubSpot's own upsert where the key is unique."""
    object_, key_field = changes[0].object, changes[0].key_field or ""
    if writer.describe(object_).fields[key_field].unique:
        inputs = [writer.input(c) | {"id": c.key, "idProperty": key_field} for c in changes]
        return link(writer.client, changes, writer.batch(changes, "upsert", inputs))
    found = holders(writer.client, changes, writer.describe(object_))
    return _update_or_create(writer, changes, found)


def _update_or_create(
    writer: Writer, changes: list[Change], found: Mapping[str, set[str]]
) -> list[PushResult]:
    """Write what was looked for: a record and its links stand together, or neither does."""
    results: list[PushResult] = []
    old: list[Change] = []
    new: list[Change] = []
    for change in changes:
        refs = found.get(change.key or "", set())
        if len(refs) > 1:
            results.append(refused(change, "KAM-3217", f"{len(refs)} records have its key"))
        elif refs:
            old.append(replace(change, ref=next(iter(refs))))
        else:
            new.append(change)

    def create(part: list[Change]) -> list[PushResult]:
        key_field = part[0].key_field
        inputs = [writer.input(c, key_field) | {"associations": named_with(c)} for c in part]
        return writer.batch(part, "create", inputs)

    results += bisected(old, writer.update) if old else []
    return results + (bisected(new, create) if new else [])
