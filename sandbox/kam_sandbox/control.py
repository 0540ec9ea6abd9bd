"""The control plane: what a tester, or a person at the CRM's screen, does to the world."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kam_sandbox import people
from kam_sandbox.records import Record, Records
from kam_sandbox.state import World

__all__ = ["Control"]

_Answer = tuple[int, Any]


class Control:
    """Answers ``/_sandbox/*`` for both servers.

    Args:
        world: The world to look at and to change.
        default_crm: The CRM meant when a request names none.
    """

    def __init__(self, world: World, *, default_crm: str) -> None:
        self._world = world
        self._crm = default_crm
        self._routes: dict[tuple[str, str], Callable[[Mapping[str, str], Any], _Answer]] = {
            ("GET", "log"): self._log,
            ("GET", "faults"): lambda _query, _body: (200, self._world.faults.waiting()),
            ("POST", "faults"): self._schedule,
            ("DELETE", "faults"): self._clear,
            ("GET", "clock"): lambda _query, _body: (200, {"now": _iso(self._world.clock.now())}),
            ("POST", "clock"): self._set_clock,
            ("POST", "edit"): self._edit,
            ("GET", "history"): self._history,
            ("GET", "state"): self._objects,
        }

    def answer(
        self, method: str, path: str, query: Mapping[str, str], body: bytes, host: str
    ) -> tuple[int, bytes]:
        """Return the status and the JSON text of one request's answer."""
        if host.rsplit(":", 1)[0] not in ("127.0.0.1", "localhost"):  # no DNS rebinding
            return 403, b'{"error": "the control plane answers on loopback names only"}'
        parts = path.removeprefix("/_sandbox").strip("/").split("/")
        try:
            document = json.loads(body) if body else {}
            status, content = self._route(method, parts, query, document)
        except (ValueError, TypeError, KeyError) as error:
            status, content = 400, {"error": str(error)}
        return status, json.dumps(content, default=_plain, ensure_ascii=False).encode()

    def _route(self, method: str, parts: list[str], query: Mapping[str, str], body: Any) -> _Answer:
        if method == "GET" and parts[0] == "state" and len(parts) > 1:
            return self._state(parts[1], query)
        routes = self._routes | self._world.control
        route = routes.get((method, parts[0]))
        if route is None or len(parts) > 1:
            known = sorted(f"{verb} /_sandbox/{name}" for verb, name in routes)
            return 404, {"error": f"no such page; known: {known}"}
        return route(query, body)

    def _records(self, crm: str | None) -> Records:
        chosen = crm or self._crm
        if chosen not in ("salesforce", "hubspot"):
            raise ValueError(f"crm is salesforce or hubspot, not {chosen!r}")
        records: Records = getattr(self._world, chosen)
        return records

    def _log(self, query: Mapping[str, str], _body: Any) -> _Answer:
        return 200, self._world.log.entries(since=int(query.get("since", 0)))

    def _schedule(self, _query: Mapping[str, str], body: Any) -> _Answer:
        wanted = body if isinstance(body, list) else [body]
        for fault in wanted:
            self._world.faults.schedule(fault)
        return 201, self._world.faults.waiting()

    def _clear(self, _query: Mapping[str, str], _body: Any) -> _Answer:
        self._world.faults.clear()
        return 200, []

    def _set_clock(self, _query: Mapping[str, str], body: Any) -> _Answer:
        if "set" in body:
            at = datetime.fromisoformat(body["set"])
            self._world.clock.set(at if at.tzinfo else at.replace(tzinfo=UTC))
        if "advance_s" in body:
            self._world.clock.advance(float(body["advance_s"]))
        return 200, {"now": _iso(self._world.clock.now())}

    def _edit(self, _query: Mapping[str, str], body: Any) -> _Answer:
        crm = body.get("crm") or self._crm
        self._records(crm)
        record = people.edit(self._world, crm, body)
        return 200, _record(record)

    def _history(self, query: Mapping[str, str], _body: Any) -> _Answer:
        wanted_object, wanted_id = query.get("object"), query.get("id")
        return 200, [
            {
                "at": _iso(edit.at),
                "object": edit.object,
                "id": edit.id,
                "field": edit.field,
                "before": edit.before,
                "after": edit.after,
                "by": edit.by,
            }
            for edit in self._records(query.get("crm")).history
            if wanted_object in (None, edit.object) and wanted_id in (None, edit.id)
        ]

    def _objects(self, query: Mapping[str, str], _body: Any) -> _Answer:
        records = self._records(query.get("crm"))
        return 200, {name: sum(1 for _ in records.all(name)) for name in records.objects()}

    def _state(self, object_: str, query: Mapping[str, str]) -> _Answer:
        records = self._records(query.get("crm"))
        rows = records.all(object_, deleted=True)
        return 200, [_record(row) for row in rows if query.get("id") in (None, row.id)]


def _record(record: Record) -> dict[str, Any]:
    return {
        "object": record.object,
        "id": record.id,
        "fields": record.fields,
        "created_at": _iso(record.created_at),
        "modified_at": _iso(record.modified_at),
        "created_by": record.created_by,
        "modified_by": record.modified_by,
        "deleted_at": _iso(record.deleted_at) if record.deleted_at else None,
        "merged_into": record.merged_into,
    }


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return _iso(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
