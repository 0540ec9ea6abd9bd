"""Records as they are now, by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.model.pull import PulledRow
from kam_hubspot.client import Client, chunks
from kam_hubspot.plan import Plan
from kam_hubspot.rows import rows_of

__all__ = ["completed", "present"]

READ_SIZE = 100
"""Most ids of one batch read."""


def present(client: Client, plan: Plan, refs: Sequence[str]) -> dict[str, PulledRow]:
    """Return rows that are there, by the ref asked for; a merged one answers with its survivor."""
    found: dict[str, PulledRow] = {}
    for row in rows_of(client, plan, _by_ref(client, plan, refs)):
        found[row.ref] = row
        for old in row.absorbed:
            found.setdefault(old, row)
    return {ref: found[ref] for ref in refs if ref in found}


def completed(
    client: Client, plan: Plan, records: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Return records with all properties, in the given order."""
    if not plan.wide:
        return records
    found = {str(r["id"]): r for r in _by_ref(client, plan, [str(r["id"]) for r in records])}
    return [found[str(r["id"])] for r in records if str(r["id"]) in found]


def _by_ref(client: Client, plan: Plan, refs: Sequence[str]) -> list[Mapping[str, Any]]:
    records: list[Mapping[str, Any]] = []
    for part in chunks(refs, READ_SIZE):
        body = {"inputs": [{"id": ref} for ref in part], "properties": list(plan.columns)}
        records += client.batch(plan.source.object, "read", body)["results"]
    return records
