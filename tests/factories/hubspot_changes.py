"""Changes as they are pushed to HubSpot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kam_connector.model.change import Change, Link, PushResult
from kam_connector.model.kind import JsonValue, Kind
from kam_sandbox.records import Record

__all__ = ["codes", "make_deal_change", "make_shared", "make_task", "make_update", "states"]

_SEEN = "2026-11-20T10:00:00.000Z"


def make_update(record: Record, **facts: Any) -> Change:
    """Return an update of one company, in a field of our own."""
    given: dict[str, Any] = {"id": f"out-{record.id}", "kind": Kind.ACCOUNT, "object": "companies"}
    given |= {"ref": record.id, "values": {"kam_tier": "A"}}
    return Change(**(given | facts))


def make_shared(record: Record, ours: JsonValue, seen: JsonValue, **facts: Any) -> Change:
    """Return an update of a company's city, which people write too."""
    given: dict[str, Any] = {"values": {"city": ours}, "shared": frozenset({"city"})}
    given |= {"expected": {"city": seen}, "seen_modified_at": _SEEN}
    return make_update(record, **(given | facts))


def make_deal_change(record: Record, **values: JsonValue) -> Change:
    """Return an update of one deal."""
    facts: dict[str, Any] = {"kind": Kind.OPPORTUNITY, "object": "deals", "values": values}
    return make_update(record, **facts)


def make_task(key: str, *, company: Record | None = None, **facts: Any) -> Change:
    """Return a task to make for a company."""
    values = {"hs_task_subject": f"Call {key}", "hs_timestamp": "2026-12-01T07:00:00.000Z"}
    links = () if company is None else (Link(object="companies", ref=company.id, type_id=192),)
    given: dict[str, Any] = {"id": f"out-{key}", "kind": Kind.TASK, "object": "tasks", "ref": None}
    given |= {"key": key, "key_field": "kam_key", "values": values, "links": links}
    return Change(**(given | facts))


def states(results: Sequence[PushResult]) -> list[str]:
    """Return what became of each change."""
    return [str(one.state) for one in results]


def codes(results: Sequence[PushResult]) -> list[str | None]:
    """Return the code of each result."""
    return [one.code for one in results]
