"""What a request to a CRM would write, read from its body alone: no code of ours.

Salesforce: rows, collections, upsert by external id, composite parts (REST API guide).
HubSpot: objects and their batches (CRM API 2026-09).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

__all__ = ["Sent", "is_write", "sent"]


class Sent(NamedTuple):
    """One record's values in one request."""

    object: str
    ref: str
    """The id, or the key it is found by; empty for a plain creation."""
    values: Mapping[str, Any]


_READS = re.compile(
    r"/search$|/batch/read$|/oauth2?/|/services/oauth2/|/composite/sobjects/\w+$|/query|/limits"
)
"""POSTs that read: HubSpot's searches and batch reads, sign-in, Salesforce's long retrieves."""
_ROW = re.compile(r"/sobjects/(\w+)(?:/(.+))?$")
_BATCH = re.compile(r"/crm/objects/[^/]+/(\w+)(?:/batch/(create|update|upsert)|/(\w+))?$")
_NO_VALUES = frozenset({"attributes", "id", "Id"})


def is_write(method: str, path: str, body: Any = None) -> bool:
    """Tell whether a request changes anything."""
    if method == "GET":
        return False
    if method == "POST" and path.endswith("/composite"):
        parts = body.get("compositeRequest", []) if isinstance(body, dict) else []
        return any(part.get("method") != "GET" for part in parts)
    return not (method == "POST" and _READS.search(path))


def sent(method: str, path: str, body: Any) -> Iterator[Sent]:
    """Yield what a request would write, record by record."""
    if not is_write(method, path, body) or not isinstance(body, dict):
        return
    if path.startswith("/services/"):
        yield from _salesforce(method, path, body)
    elif found := _BATCH.search(path):
        for one in body.get("inputs", [body]):
            yield Sent(found[1], str(one.get("id") or found[3] or ""), one.get("properties", {}))


def _salesforce(method: str, path: str, body: Mapping[str, Any]) -> Iterator[Sent]:
    if "compositeRequest" in body:
        for part in body["compositeRequest"]:
            yield from sent(part["method"], part["url"], part.get("body"))
    elif "records" in body:
        for one in body["records"]:
            found = _ROW.search(path)
            name = str(one.get("attributes", {}).get("type") or (found[1] if found else ""))
            yield Sent(name, str(one.get("id") or ""), _values(one))
    elif (found := _ROW.search(path)) and method in ("POST", "PATCH"):
        yield Sent(found[1], (found[2] or "").rpartition("/")[2], _values(body))


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _NO_VALUES}
