"""Writes to a record that was merged away: HubSpot lays them into its heir."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kam_connector.mapping.values import same_value
from kam_connector.model.change import Change, Landed
from kam_connector.model.kind import JsonValue
from kam_connector.model.window import parse_instant
from kam_hubspot.answers import reading, records_of
from kam_hubspot.canonical import RowReader, as_instant
from kam_hubspot.client import Client, chunks
from kam_hubspot.writer import Describe

__all__ = ["landed"]

_WITH_HISTORY = 50
"""Most records of one batch read with history."""

Versions = Sequence[tuple[JsonValue, datetime]]
"""Values and when they were set, newest first."""


def landed(
    client: Client, changes: Sequence[Change], *, since: datetime, describe: Describe
) -> dict[str, Landed]:
    """Return by change what of its values the history of its record shows; see the port.

    One call per 50 records.
    """
    names = sorted({name for one in changes for name in one.values if not name.startswith("@")})
    found: dict[str, Mapping[str, Versions]] = {}
    refs = list(dict.fromkeys(str(one.ref) for one in changes))
    for part in chunks(refs, _WITH_HISTORY) if names else ():
        found |= _histories(client, changes[0].object, part, names, describe)
    told = {one.id: _of(one, found.get(str(one.ref), {}), since) for one in changes}
    return {id_: one for id_, one in told.items() if one.over}


def _histories(
    client: Client, object_: str, refs: Sequence[str], names: Sequence[str], describe: Describe
) -> dict[str, Mapping[str, Versions]]:
    known = describe(object_).fields
    readers = {name: RowReader([known[name]]) for name in names if name in known}
    body = {
        "inputs": [{"id": ref} for ref in refs],
        "properties": list(readers),
        "propertiesWithHistory": list(readers),
    }
    records = records_of(client.batch(object_, "read", body), crm=client.name)
    with reading(client.name):
        return {str(record["id"]): _versions(record, readers) for record in records}


def _versions(
    record: Mapping[str, Any], readers: Mapping[str, RowReader]
) -> Mapping[str, Versions]:
    histories = record.get("propertiesWithHistory") or {}
    return {
        name: [
            (
                readers[name].values({name: one["value"]})[name],
                parse_instant(as_instant(one["timestamp"])),
            )
            for one in versions
        ]
        for name, versions in histories.items()
        if name in readers
    }


def _of(change: Change, histories: Mapping[str, Versions], since: datetime) -> Landed:
    over: dict[str, JsonValue] = {}
    now: dict[str, JsonValue] = {}
    for name, ours in change.values.items():
        versions = histories.get(name, ())
        lately = [value for value, at in versions if at >= since]
        places = [n for n, value in enumerate(lately) if same_value(value, ours)]
        if places:  # the first of them: a request sent again lays it there again
            beneath = versions[places[-1] + 1 :]
            over[name] = beneath[0][0] if beneath else None
            now[name] = versions[0][0]
    return Landed(over=over, now=now)
