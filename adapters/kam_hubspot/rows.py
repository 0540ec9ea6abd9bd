"""HubSpot's records as rows: the same from a listing, a search and a batch read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.model.kind import Row
from kam_connector.model.pull import PulledRow
from kam_hubspot.answers import reading
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client
from kam_hubspot.links import ReadLinks
from kam_hubspot.plan import MERGED, Plan

__all__ = ["PropertyGoneError", "rows_of"]


class PropertyGoneError(Exception):
    """A property went since it was described: what it held is not empty, it is unknown."""


def rows_of(
    client: Client,
    plan: Plan,
    records: Sequence[Mapping[str, Any]],
    *,
    links: ReadLinks | None = None,
) -> list[PulledRow]:
    """Return the records that the source reads as rows, with what is kept outside them.

    A record that came twice counts once, as it came last.

    Args:
        client: The portal.
        plan: How the source is read.
        records: Records with all the plan's properties.
        links: Where associations are told; default: they are read in batches.

    Raises:
        PropertyGoneError: The portal has one of the plan's properties no more.
    """
    _check_properties(client, plan, records)
    kept = {str(one["id"]): one for one in records if plan.wants(one["properties"])}
    with reading(client.name):
        values = plan.reader.page([record["properties"] for record in kept.values()])
        rows = [
            _row(plan, ref, record, read)
            for (ref, record), read in zip(kept.items(), values, strict=True)
        ]
    if not rows or not (plan.source.virtual or plan.source.associations):
        return rows
    outside = plan.outside.of(
        {ref: record["properties"] for ref, record in kept.items()}, links=links
    )
    return [row._replace(values={**row.values, **outside[row.ref]}) for row in rows]


def _row(plan: Plan, ref: str, record: Mapping[str, Any], values: Row) -> PulledRow:
    properties = record["properties"]
    merged = str(properties.get(MERGED) or "")
    return PulledRow(
        ref=ref,
        modified_at=as_instant(properties.get(plan.stamp) or record["updatedAt"]),
        values=values,
        absorbed=tuple(old for old in merged.split(";") if old and old != ref),
    )


def _check_properties(client: Client, plan: Plan, records: Sequence[Mapping[str, Any]]) -> None:
    """See that what every record lacks is still a property, asking once for each.

    HubSpot answers what was asked for and exists, empty or not; a property that was deleted
    or renamed meanwhile is left out without a word.
    """
    lacking = set(plan.columns) - plan.trusted
    for record in records:
        lacking -= record["properties"].keys()
        if not lacking:
            return
    if not records:
        return
    plan.trusted.update(str(one.get("name")) for one in client.properties(plan.source.object))
    if lacking - plan.trusted:
        raise PropertyGoneError
