"""HubSpot's records as rows: the same from a listing, a search and a batch read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.model.pull import PulledRow
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client
from kam_hubspot.people import people_of
from kam_hubspot.plan import MERGED, Plan

__all__ = ["rows_of"]


def rows_of(client: Client, plan: Plan, records: Sequence[Mapping[str, Any]]) -> list[PulledRow]:
    """Return the records that the source reads as rows, with what is kept outside them."""
    source, stamp = plan.source, plan.source.cursor_field
    kept = [record for record in records if plan.wants(record["properties"])]
    rows = []
    for record in kept:
        properties = record["properties"]
        rows.append(
            PulledRow(
                ref=str(record["id"]),
                modified_at=as_instant(properties.get(stamp) or record["updatedAt"]),
                values=plan.reader.values(properties),
                absorbed=tuple((properties.get(MERGED) or "").split(";"))
                if properties.get(MERGED)
                else (),
            )
        )
    if not rows or not (source.virtual or source.associations):
        return rows
    virtual = people_of(client, source, {str(r["id"]): r["properties"] for r in kept})
    return [row._replace(values={**row.values, **virtual[row.ref]}) for row in rows]
