"""Pipelines and their stages over the API: read, add, change, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import ApiError, invalid, not_found
from kam_sandbox.hubspot.pipelines import Pipeline, Stage
from kam_sandbox.hubspot.scopes import schema_scope
from kam_sandbox.hubspot.values import iso

__all__ = ["ROUTES"]

_STAGE_PROPERTY = {"deals": "dealstage", "tickets": "hs_pipeline_stage"}
_PROBABILITIES = {f"{tenth / 10:.1f}" for tenth in range(11)}
"""A deal's stage takes tenths from 0.0 to 1.0 (vendor's pipelines guide)."""


def _list_pipelines(call: Call) -> Answer:
    """Answer every pipeline of an object with its stages."""
    return 200, {"results": [one.as_json() for one in _pipelines(call).values()]}


def _read_pipeline(call: Call) -> Answer:
    """Answer one pipeline."""
    return 200, _pipeline(call).as_json()


def _create_pipeline(call: Call) -> Answer:
    """Add a pipeline; it takes the next free number as its id."""
    _need_write(call)
    known, body, now = _pipelines(call), call.document(), iso(call.portal.now())
    label = _label(body)
    if label in [one.label for one in known.values()]:
        raise ApiError(409, "CONFLICT", f"Pipeline label {label} already exists")
    id_ = str(body.get("pipelineId") or call.portal.next_number())
    stages = tuple(_stage(call, one) for one in body.get("stages") or ())
    if not stages:
        raise invalid("Pipeline must have at least one stage")
    made = Pipeline(
        id=id_,
        label=label,
        display_order=int(body.get("displayOrder", len(known))),
        stages=stages,
        created_at=now,
        updated_at=now,
    )
    known[id_] = made
    return 201, made.as_json()


def _change_pipeline(call: Call) -> Answer:
    """Change a pipeline's label or place."""
    _need_write(call)
    before, body = _pipeline(call), call.document()
    after = replace(
        before,
        label=str(body.get("label") or before.label),
        display_order=int(body.get("displayOrder", before.display_order)),
        updated_at=iso(call.portal.now()),
    )
    _pipelines(call)[before.id] = after
    return 200, after.as_json()


def _archive_pipeline(call: Call) -> Answer:
    """Remove a pipeline that no record is in."""
    _need_write(call)
    known, pipeline = _pipelines(call), _pipeline(call)
    _check_unused(call, {stage.id for stage in pipeline.stages})
    if len(known) == 1:
        raise invalid("The last pipeline cannot be deleted")
    del known[pipeline.id]
    return 204, None


def _list_stages(call: Call) -> Answer:
    """Answer the stages of a pipeline."""
    return 200, {"results": [stage.as_json() for stage in _pipeline(call).stages]}


def _read_stage(call: Call) -> Answer:
    """Answer one stage."""
    return 200, _known_stage(call).as_json()


def _create_stage(call: Call) -> Answer:
    """Add a stage at the end, or at the place that is asked for."""
    _need_write(call)
    made = _stage(call, call.document())
    if made.label in [stage.label for stage in _pipeline(call).stages]:
        raise ApiError(409, "CONFLICT", f"Stage label {made.label} already exists")
    _keep(call, (*_pipeline(call).stages, made))
    return 201, made.as_json()


def _change_stage(call: Call) -> Answer:
    """Change a stage's label, place or meaning."""
    _need_write(call)
    before, body = _known_stage(call), call.document()
    metadata = {**before.metadata, **_metadata(call, body)}
    after = replace(
        before,
        label=str(body.get("label") or before.label),
        display_order=int(body.get("displayOrder", before.display_order)),
        metadata=metadata,
        updated_at=iso(call.portal.now()),
    )
    stages = _pipeline(call).stages
    _keep(call, tuple(after if one.id == before.id else one for one in stages))
    return 200, after.as_json()


def _archive_stage(call: Call) -> Answer:
    """Remove a stage that no record is in."""
    _need_write(call)
    gone = _known_stage(call)
    _check_unused(call, {gone.id})
    _keep(call, tuple(one for one in _pipeline(call).stages if one.id != gone.id))
    return 204, None


def _need_write(call: Call) -> None:
    call.need(schema_scope(call.object, write=True))


def _pipelines(call: Call) -> dict[str, Pipeline]:
    found = call.portal.pipelines.get(call.object)
    if found is None:
        raise not_found(f"Objects of type {call.object} have no pipelines")
    return found


def _pipeline(call: Call) -> Pipeline:
    found = _pipelines(call).get(call.params["pipeline"])
    if found is None:
        raise not_found()
    return found


def _known_stage(call: Call) -> Stage:
    found = _pipeline(call).stage(call.params["stage"])
    if found is None:
        raise not_found()
    return found


def _keep(call: Call, stages: tuple[Stage, ...]) -> None:
    now, pipeline = iso(call.portal.now()), _pipeline(call)
    ordered = tuple(sorted(stages, key=lambda stage: stage.display_order))
    _pipelines(call)[pipeline.id] = replace(pipeline, stages=ordered, updated_at=now)


def _stage(call: Call, body: Mapping[str, Any]) -> Stage:
    now = iso(call.portal.now())
    return Stage(
        id=str(body.get("stageId") or call.portal.next_number()),
        label=_label(body),
        display_order=int(body.get("displayOrder", -1)),
        metadata=_defaults(call, _metadata(call, body)),
        created_at=now,
        updated_at=now,
    )


def _defaults(call: Call, given: Mapping[str, str]) -> dict[str, str]:
    if call.object == "tickets":
        state = given.get("ticketState", "OPEN")
        return {"ticketState": state, "isClosed": "true" if state == "CLOSED" else "false"}
    if "probability" not in given:
        raise invalid("metadata.probability is required for a deal stage")
    closed = given["probability"] in ("0.0", "1.0")
    return {"isClosed": "true" if closed else "false", **given}


def _metadata(call: Call, body: Mapping[str, Any]) -> dict[str, str]:
    given = body.get("metadata") or {}
    if not isinstance(given, Mapping):
        raise invalid("Invalid input JSON: 'metadata' must be an object")
    texts = {str(key): str(value) for key, value in given.items()}
    share = texts.get("probability", "0.0")
    if call.object == "deals" and share not in _PROBABILITIES:
        raise invalid(f"Invalid probability {share}: use 0.0 to 1.0 in steps of 0.1")
    return texts


def _label(body: Mapping[str, Any]) -> str:
    label = body.get("label")
    if not isinstance(label, str) or not label:
        raise invalid("Invalid input JSON: required fields were not set: [label]")
    return label


def _check_unused(call: Call, stages: set[str]) -> None:
    name = _STAGE_PROPERTY[call.object]
    held = [
        record.id
        for record in call.portal.world.hubspot.all(call.object)
        if record.fields.get(name) in stages
    ]
    if held:
        raise invalid(f"{len(held)} {call.object} are still in this stage", ids=held[:10])


_ONE = "{object}/{pipeline}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "pipelines", "{object}", _list_pipelines),
    Route("POST", "pipelines", "{object}", _create_pipeline),
    Route("GET", "pipelines", _ONE, _read_pipeline),
    Route("PATCH", "pipelines", _ONE, _change_pipeline),
    Route("DELETE", "pipelines", _ONE, _archive_pipeline),
    Route("GET", "pipelines", f"{_ONE}/stages", _list_stages),
    Route("POST", "pipelines", f"{_ONE}/stages", _create_stage),
    Route("GET", "pipelines", f"{_ONE}/stages/{{stage}}", _read_stage),
    Route("PATCH", "pipelines", f"{_ONE}/stages/{{stage}}", _change_stage),
    Route("DELETE", "pipelines", f"{_ONE}/stages/{{stage}}", _archive_stage),
)
"""Method, family of paths, path, handler."""
