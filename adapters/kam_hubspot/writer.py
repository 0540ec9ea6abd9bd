"""One batch to HubSpot: a trace id per record, and each record's own answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kam_connector.model.batching import refused
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.canonical import to_wire
from kam_hubspot.client import Client
from kam_hubspot.errors import judge_row

__all__ = ["Writer"]

Describe = Callable[[str], ObjectSchema]


class Writer:
    """Sends batches of one portal."""

    def __init__(self, client: Client, describe: Describe) -> None:
        self.client = client
        self.describe = describe

    def update(self, changes: list[Change]) -> list[PushResult]:
        """Update up to 100 records by id."""
        inputs = [self.input(c) | {"id": c.ref} for c in changes]
        return self.batch(changes, "update", inputs)

    def batch(
        self, changes: list[Change], verb: str, inputs: list[dict[str, Any]]
    ) -> list[PushResult]:
        """Send a batch; return what became of each record."""
        answer = self.client.batch(changes[0].object, verb, {"inputs": inputs})
        record_of = _finder(answer.get("results") or ())
        errors = answer.get("errors") or ()
        refusals = _refusals(errors)
        results: list[PushResult] = []
        for change, given in zip(changes, inputs, strict=True):
            record = record_of(change)
            error = refusals.get(change.id) or refusals.get(change.ref or change.key or "")
            if error is None and len(changes) == 1 and errors:
                error = errors[0]
            if record is not None:
                made = verb == "create" or record.get("new") is True
                results.append(_done(change, ref=str(record["id"]), created=made))
            elif error is not None:
                results.append(judge_row(change, error))
            elif errors and len(changes) > 1:  # an error that names nobody: ask for one alone
                results += self.batch([change], verb, [given])
            else:  # a merged-away id: silently absent
                results.append(refused(change, "KAM-3206", "HubSpot did not name the record"))
        return results

    def input(self, change: Change, key_field: str | None = None) -> dict[str, Any]:
        """Return what a batch says of one record."""
        known = self.describe(change.object).fields
        properties = {n: to_wire(v, known[n].type) for n, v in change.values.items()}
        if key_field is not None:
            properties[key_field] = change.key or ""
        return {"properties": properties, "objectWriteTraceId": change.id}


def _finder(
    records: Sequence[Mapping[str, Any]],
) -> Callable[[Change], Mapping[str, Any] | None]:
    """Return how a change finds its record: by trace id, by id, or by our own key."""
    by_trace = {str(r["objectWriteTraceId"]): r for r in records if r.get("objectWriteTraceId")}
    by_ref = {str(r["id"]): r for r in records}

    def find(change: Change) -> Mapping[str, Any] | None:
        found = by_trace.get(change.id) or by_ref.get(change.ref or "")
        if found is not None or change.key is None:
            return found
        name = change.key_field or ""
        return next((r for r in records if r["properties"].get(name) == change.key), None)

    return find


def _refusals(errors: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the errors of a 207 by trace id and by record id."""
    found: dict[str, Mapping[str, Any]] = {}
    for error in errors:
        context = error.get("context") or {}
        for name in (*context.get("objectWriteTraceId", ()), *context.get("ids", ())):
            found[str(name)] = error
    return found


def _done(change: Change, *, ref: str, created: bool) -> PushResult:
    return PushResult(change_id=change.id, state=PushState.DONE, ref=ref, created=created)
