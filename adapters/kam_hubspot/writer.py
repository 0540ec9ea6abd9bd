"""One batch to HubSpot: a trace id per record, and each record's own answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.batching import refused
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.answers import objects_of, reading
from kam_hubspot.canonical import to_wire
from kam_hubspot.client import Client
from kam_hubspot.errors import judge_row
from kam_hubspot.linking import link
from kam_hubspot.managers import MANAGER, MANAGER_FIELD, MANAGER_LABEL
from kam_hubspot.reporting import label_type, report_to, without_manager

__all__ = ["Describe", "Writer"]

Describe = Callable[[str], ObjectSchema]
_Record = Mapping[str, Any]


class Writer:
    """Sends batches of one portal."""

    def __init__(self, client: Client, describe: Describe) -> None:
        self.client = client
        self.describe = describe

    def update(self, changes: list[Change]) -> list[PushResult]:
        """Update up to 100 records by id, and make the links that are wanted of them."""
        type_ = self._manager_type(changes)
        known = self.describe(changes[0].object).fields
        kept = [without_manager(c, type_) for c in changes]
        gone = {c.id for c in kept if any(name not in known for name in c.values)}
        if gone:
            told = f"the portal has neither the label {MANAGER_LABEL} nor {MANAGER_FIELD}"
            rest = [c for c in changes if c.id not in gone]
            lost = [c for c in changes if c.id in gone]
            refusals = [refused(c, "KAM-3215", told, fields=(MANAGER,)) for c in lost]
            return refusals + (self.update(rest) if rest else [])
        written = [c for c in kept if c.values]
        inputs = [self.input(c) | {"id": c.ref} for c in written]
        results = self.batch(written, "update", inputs) if written else []
        results += [done(c, ref=str(c.ref)) for c in kept if not c.values]
        results = report_to(self.client, type_, changes, results)
        return link(self.client, changes, results)

    def batch(
        self, changes: list[Change], verb: str, inputs: list[dict[str, Any]]
    ) -> list[PushResult]:
        """Send a batch; return what became of each record, none of them by guessing.

        Raises:
            RecordError: The batch was refused as a whole; nothing of it was written.
            RetryableError: It is not known what became of it.
        """
        answer = self.client.batch(changes[0].object, verb, {"inputs": inputs})
        with reading(self.client.name):
            find = _finder(objects_of({"results": answer.get("results") or []}))
            errors = objects_of({"results": answer.get("errors") or []})
            refusals, nobodys = _refusals(errors)
            told = [(c, find(c), refusals.get(c.id) or refusals.get(_name(c))) for c in changes]
        strangers = _strangers(answer, inputs) if verb == "update" else set()
        results: list[PushResult] = []
        for (change, record, error), given in zip(told, inputs, strict=True):
            if record is not None:
                results.append(_written(change, record, verb))
            elif error is not None:
                results.append(judge_row(change, error))
            elif nobodys and len(changes) == 1:
                results.append(judge_row(change, nobodys[0]))
            elif nobodys:  # errors that name nobody: ask for one alone
                results += self._alone(change, verb, given)
            else:
                results.append(self._unnamed(change, strangers))
        return results

    def _unnamed(self, change: Change, strangers: set[str]) -> PushResult:
        """Judge a record that the answer does not speak of.

        An id that was merged away is silently absent, and its heir is there unasked. What was
        to be made may stand all the same: it is looked for before it is sent again.
        """
        if change.ref is None:
            return PushResult(
                change_id=change.id,
                state=PushState.RETRY,
                code="KAM-3104",
                message="HubSpot did not say what became of the record",
            )
        if strangers:
            try:
                heir = str(self.client.one(change.object, change.ref, properties=()).get("id"))
            except RecordError:
                heir = ""
            if heir in strangers:
                return _inherited(change, heir)
        return refused(change, "KAM-3206", "HubSpot did not name the record")

    def input(self, change: Change, key_field: str | None = None) -> dict[str, Any]:
        """Return what a batch says of one record."""
        known = self.describe(change.object).fields
        properties = {n: to_wire(v, known[n].type) for n, v in change.values.items()}
        if key_field is not None:
            properties[key_field] = change.key or ""
        return {"properties": properties, "objectWriteTraceId": change.id}

    def _manager_type(self, changes: list[Change]) -> int | None:
        """Return the number of the label for managers, asked for where one is written."""
        if not any(MANAGER in change.values for change in changes):
            return None
        return label_type(self.client, changes[0].object)

    def _alone(self, change: Change, verb: str, given: dict[str, Any]) -> list[PushResult]:
        """Send one record of a batch by itself: the others of the batch are settled."""
        try:
            return self.batch([change], verb, [given])
        except RecordError as error:
            fields = (error.field,) if error.field else ()
            return [refused(change, error.code, error.message, fields=fields)]


def done(change: Change, *, ref: str, created: bool = False) -> PushResult:
    """Return that a record holds our values."""
    return PushResult(change_id=change.id, state=PushState.DONE, ref=ref, created=created)


def _written(change: Change, record: _Record, verb: str) -> PushResult:
    ref = str(record["id"])
    if change.ref is not None and ref != change.ref:
        return _inherited(change, ref)
    return done(change, ref=ref, created=verb == "create" or record.get("new") is True)


def _inherited(change: Change, heir: str) -> PushResult:
    told = f"it was merged into record {heir} while we wrote; the next pull takes note"
    return replace(refused(change, "KAM-3206", told), ref=heir)


def _strangers(answer: Mapping[str, Any], inputs: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the ids of an answer that nobody asked for: heirs of records merged away."""
    asked = {str(one["id"]) for one in inputs}
    return {str(one["id"]) for one in answer.get("results") or ()} - asked


def _name(change: Change) -> str:
    return change.ref or change.key or ""


def _finder(records: Sequence[_Record]) -> Callable[[Change], _Record | None]:
    """Return how a change finds its record: by trace id, by id, or by our own key."""
    by_trace = {str(r["objectWriteTraceId"]): r for r in records if r.get("objectWriteTraceId")}
    by_ref = {str(r["id"]): r for r in records}

    def find(change: Change) -> _Record | None:
        found = by_trace.get(change.id) or by_ref.get(change.ref or "")
        if found is not None or change.key is None:
            return found
        name = change.key_field or ""
        return next(
            (r for r in records if (r.get("properties") or {}).get(name) == change.key), None
        )

    return find


def _refusals(errors: Sequence[_Record]) -> tuple[dict[str, _Record], list[_Record]]:
    """Return the errors of a 207 by trace id and by record id, and those that name nobody."""
    found: dict[str, _Record] = {}
    nobodys: list[_Record] = []
    for error in errors:
        context = error.get("context") or {}
        names = [*(context.get("objectWriteTraceId") or ()), *(context.get("ids") or ())]
        found |= {str(name): error for name in names}
        if not names:
            nobodys.append(error)
    return found, nobodys
