"""Records as they are now, by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.pull import PulledRow
from kam_hubspot.answers import records_of
from kam_hubspot.client import Client, chunks
from kam_hubspot.plan import Plan
from kam_hubspot.rows import rows_of

__all__ = ["completed", "present"]

READ_SIZE = 100
"""Most ids of one batch read."""

Record = Mapping[str, Any]


def present(client: Client, plan: Plan, refs: Sequence[str]) -> dict[str, PulledRow]:
    """Return rows that are there, by the ref asked for; a merged one answers with its survivor."""
    found: dict[str, PulledRow] = {}
    for row in rows_of(client, plan, _by_ref(client, plan, refs)):
        found[row.ref] = row
        for old in row.absorbed:
            found.setdefault(old, row)
    for ref in _unexplained(found, refs):
        if (survivor := _one(client, plan, ref)) is not None and survivor in found:
            found[ref] = found[survivor]
    return {ref: found[ref] for ref in refs if ref in found}


def completed(
    client: Client, plan: Plan, records: Sequence[Record], *, named: Sequence[str]
) -> Any:
    """Return records with all properties, in the given order; *named* is what they came with."""
    if len(named) == len(plan.columns):
        return records
    found = {str(one["id"]): one for one in _by_ref(client, plan, [str(r["id"]) for r in records])}
    return [found[str(one["id"])] for one in records if str(one["id"]) in found]


def _by_ref(client: Client, plan: Plan, refs: Sequence[str]) -> list[Record]:
    records: list[Record] = []
    for part in chunks(list(dict.fromkeys(refs)), READ_SIZE):
        body = {"inputs": [{"id": ref} for ref in part], "properties": list(plan.columns)}
        answer = client.batch(plan.source.object, "read", body)
        records += records_of(answer, crm=client.name)
    return records


def _unexplained(found: Mapping[str, PulledRow], refs: Sequence[str]) -> list[str]:
    """Return what is missing, when a record came that nobody asked for.

    It may have taken over one of those without naming it: a batch does not say which.
    """
    asked = set(refs)
    strangers = {row.ref for row in found.values()} - asked
    named = {row.ref for ref, row in found.items() if ref in asked}
    return [ref for ref in refs if ref not in found] if strangers - named else []


def _one(client: Client, plan: Plan, ref: str) -> str | None:
    """Return the id that a record has now; None when it is not there."""
    try:
        return str(client.one(plan.source.object, ref, properties=plan.state).get("id"))
    except RecordError as error:
        if error.http_status != 404:
            raise
        return None
