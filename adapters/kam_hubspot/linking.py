"""Associations of what we make: named with a creation, or made after an upsert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kam_connector.errors import RecordError, RetryableError
from kam_connector.model.batching import bisected, refused, retry_later
from kam_connector.model.change import Change, Link, PushResult, PushState
from kam_hubspot.answers import objects_of, reading
from kam_hubspot.client import Client
from kam_hubspot.errors import judge_row

__all__ = ["OWN", "link", "named_with"]

OWN = "USER_DEFINED"
"""The category of a portal's own labels."""
_HUBSPOTS = "HUBSPOT_DEFINED"

_Refs = Mapping[str, str | None]


def named_with(change: Change) -> list[dict[str, Any]]:
    """Return a change's links as a creation takes them: record and links stand together."""
    return [{"to": {"id": one.ref}, "types": [_type(one)]} for one in change.links]


def link(
    client: Client,
    changes: Sequence[Change],
    results: list[PushResult],
    *,
    category: str = _HUBSPOTS,
) -> list[PushResult]:
    """Associate what was written; again on a second sending, which changes nothing.

    One call per object that is linked with. A record that HubSpot does not link is not done.
    """
    by_id = {one.change_id: one for one in results}
    written = [c for c in changes if c.links and by_id[c.id].state is PushState.DONE]
    refs = {c.id: by_id[c.id].ref for c in written}
    for to_object in dict.fromkeys(one.object for c in written for one in c.links):
        part = [c for c in written if any(one.object == to_object for one in c.links)]
        send = partial(_send, client, to_object, refs, category)
        try:
            told = bisected(part, send)
        except RetryableError as error:
            told = [retry_later(c, error) for c in part]
        by_id |= {one.change_id: one for one in told if one.state is not PushState.DONE}
    return list(by_id.values())


def _send(
    client: Client, to_object: str, refs: _Refs, category: str, changes: list[Change]
) -> list[PushResult]:
    rows = [
        {"from": {"id": refs[c.id]}, "to": {"id": one.ref}, "types": [_type(one, category)]}
        for c in changes
        for one in c.links
        if one.object == to_object
    ]
    answer = client.link(changes[0].object, to_object, rows)
    with reading(client.name):
        errors = objects_of({"results": answer.get("errors") or []})
        named = {str(ref): e for e in errors for ref in _froms(e)}
    if len(changes) > 1 and any(not _froms(error) for error in errors):
        raise RecordError("an association was refused", code="KAM-3208", crm=client.name)
    if errors and len(changes) == 1:
        named = {str(refs[changes[0].id]): errors[0]}
    return [_told(c, refs[c.id], named.get(str(refs[c.id]))) for c in changes]


def _told(change: Change, ref: str | None, error: Mapping[str, Any] | None) -> PushResult:
    if error is None:
        return PushResult(change_id=change.id, state=PushState.DONE, ref=ref)
    code = judge_row(change, error).code or "KAM-3208"
    return refused(change, code, "written, but HubSpot refused an association")


def _froms(error: Mapping[str, Any]) -> list[Any]:
    """Return the records that an error speaks of."""
    return list((error.get("context") or {}).get("fromObjectId") or ())


def _type(one: Link, category: str = _HUBSPOTS) -> dict[str, Any]:
    return {"associationCategory": category, "associationTypeId": one.type_id}
