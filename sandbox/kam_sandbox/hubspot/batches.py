"""Batches of up to 100 records, and what is answered when some of them fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route, batch_answer
from kam_sandbox.hubspot.catalogue import SINGULARS
from kam_sandbox.hubspot.errors import ApiError, invalid, not_found
from kam_sandbox.hubspot.ids import APP_ID
from kam_sandbox.hubspot.lifecycle import archive, survivor
from kam_sandbox.hubspot.objects import find_by
from kam_sandbox.hubspot.rendering import View
from kam_sandbox.hubspot.writing import Draft, Uniques, commit, draft_create, draft_update
from kam_sandbox.records import Record

__all__ = ["ROUTES"]

_MOST = 100
_MOST_WITH_HISTORY = 50

_Planner = Callable[[Mapping[str, Any]], Draft]


def _batch_read(call: Call) -> Answer:
    """Answer the records found, by id, and one error naming all ids that were not."""
    object_, body = call.object, call.document()
    call.need_scopes(object_, write=False)
    history = body.get("propertiesWithHistory") or []
    inputs = call.inputs(most=_MOST_WITH_HISTORY if history else _MOST)
    ids = _ids(inputs)
    id_property, archived = str(body.get("idProperty") or ""), call.flag("archived")
    view = View(properties=body.get("properties") or [], history=history, dated=call.dated)
    found: dict[str, Record] = {}
    missing = []
    finder = _finder(call, object_, id_property, archived=archived)
    for id_ in ids:
        record = finder(id_)
        if record is None:
            missing.append(id_)
        else:
            found[record.id] = record
    results = [view.show(call.portal, found[id_]) for id_ in sorted(found, key=int)]
    errors = [_not_found(object_, missing).entry()] if missing else []
    return batch_answer(call.portal, results, errors)


def _batch_create(call: Call) -> Answer:
    """Create records; one refusal refuses all, unless every input carries a trace id."""
    object_ = call.object
    uniques = Uniques(call.portal, object_)

    def plan(one: Mapping[str, Any]) -> Draft:
        return draft_create(call.portal, object_, one, uniques)

    return _write(call, call.inputs(most=_MOST), plan, success=201)


def _batch_update(call: Call) -> Answer:
    """Change records by id or by a unique property."""
    object_, inputs = call.object, call.inputs(most=_MOST)
    uniques = Uniques(call.portal, object_)
    _ids(inputs)

    def plan(one: Mapping[str, Any]) -> Draft:
        id_, id_property = str(one["id"]), str(one.get("idProperty") or "")
        if id_property == "hs_object_id":
            raise invalid("idProperty hs_object_id is not allowed: leave idProperty out")
        record = find_by(call.portal, object_, id_, id_property)
        if record is None:
            raise _not_found(object_, [id_])
        return draft_update(call.portal, record, one, uniques)

    return _write(call, inputs, plan, success=200)


def _batch_upsert(call: Call) -> Answer:
    """Change the records that hold a unique value and create those that nobody holds."""
    object_, inputs = call.object, call.inputs(most=_MOST)
    uniques = Uniques(call.portal, object_)
    _ids(inputs)

    def plan(one: Mapping[str, Any]) -> Draft:
        value, name = str(one["id"]), str(one.get("idProperty") or "")
        if name not in uniques.names():
            raise invalid(f"idProperty '{name}' is not a unique property of {object_}")
        properties = one.get("properties")
        wanted = {**one, "properties": {**(properties or {}), name: value}}
        holder = uniques.holder(name, value)
        record = call.portal.world.hubspot.get(object_, holder) if holder else None
        if record is not None:
            return draft_update(call.portal, record, wanted, uniques)
        return draft_create(call.portal, object_, wanted, uniques)

    return _write(call, inputs, plan, success=200, tell_new=True)


def _batch_archive(call: Call) -> Answer:
    """Archive records; ids that are not there are passed over."""
    object_ = call.object
    call.need_scopes(object_, write=True)
    for id_ in _ids(call.inputs(most=_MOST)):
        record = survivor(call.portal.world, object_, id_)
        if record is not None:
            archive(call.portal.world, record, by=APP_ID)
    return 204, None


def _write(
    call: Call,
    inputs: list[Mapping[str, Any]],
    plan: _Planner,
    *,
    success: int,
    tell_new: bool = False,
) -> Answer:
    call.need_scopes(call.object, write=True)
    drafts, errors, missing = _plan_all(inputs, plan)
    results = []
    for draft in drafts:
        record = commit(call.portal, draft)
        shown = View(properties=list(draft.values), dated=call.dated).show(call.portal, record)
        if draft.trace is not None:
            shown["objectWriteTraceId"] = draft.trace
        if tell_new:
            shown["new"] = draft.record is None
        results.append(shown)
    if missing:
        errors.append(_not_found(call.object, missing).entry())
    results.sort(key=lambda shown: int(shown["id"]))
    return batch_answer(call.portal, results, errors, success=success)


def _plan_all(
    inputs: list[Mapping[str, Any]], plan: _Planner
) -> tuple[list[Draft], list[dict[str, Any]], list[str]]:
    """Check every input before anything is written.

    An unknown id is always the matter of its own input. Any other refusal is only if every
    input carries a trace id of its own (vendor's error page, multi-status errors).
    """
    traces = [one.get("objectWriteTraceId") for one in inputs]
    if None not in traces and len({str(one) for one in traces}) < len(traces):
        raise invalid("Every objectWriteTraceId of a batch must be different")
    drafts: list[Draft] = []
    errors: list[dict[str, Any]] = []
    missing: list[str] = []
    for one, trace in zip(inputs, traces, strict=True):
        try:
            drafts.append(plan(one))
        except ApiError as error:
            if None not in traces:
                errors.append(error.entry(objectWriteTraceId=[str(trace)]))
            elif error.category == "OBJECT_NOT_FOUND":
                missing.append(str(one["id"]))
            else:
                raise
    return drafts, errors, missing


def _ids(inputs: list[Mapping[str, Any]]) -> list[str]:
    if any(one.get("id") in (None, "") for one in inputs):
        raise invalid("Invalid input JSON: every input needs an 'id'")
    ids = [str(one["id"]) for one in inputs]
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    if twice:
        listed = ", ".join(twice)
        raise invalid(
            f"Duplicate IDs found in batch input: [{listed}]. IDs must be unique", ids=twice
        )
    return ids


def _finder(
    call: Call, object_: str, id_property: str, *, archived: bool
) -> Callable[[str], Record | None]:
    if id_property in ("", "hs_object_id"):
        return lambda id_: find_by(call.portal, object_, id_, "", archived=archived)
    uniques = Uniques(call.portal, object_)
    if id_property not in uniques.names():
        raise invalid(f"Property '{id_property}' is not a unique identifier of {object_}")
    records = call.portal.world.hubspot
    return lambda value: records.get(object_, uniques.holder(id_property, value) or "")


def _not_found(object_: str, ids: list[str]) -> ApiError:
    name = SINGULARS[object_].upper()
    return not_found(
        f"Could not get some {name} objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        ids=ids,
    )


ROUTES: tuple[Route, ...] = (
    Route("POST", "objects", "{object}/batch/read", _batch_read),
    Route("POST", "objects", "{object}/batch/create", _batch_create),
    Route("POST", "objects", "{object}/batch/update", _batch_update),
    Route("POST", "objects", "{object}/batch/upsert", _batch_upsert),
    Route("POST", "objects", "{object}/batch/archive", _batch_archive),
)
"""Method, family of paths, path, handler."""
