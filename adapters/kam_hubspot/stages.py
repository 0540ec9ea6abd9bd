"""Stages of pipelines: what they are called, and whether they end a deal or a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_connector.model.kind import JsonValue
from kam_hubspot.answers import reading
from kam_hubspot.client import Client

__all__ = ["STAGES", "STAGE_FIELDS", "read_stages", "stage_of"]

STAGES = ("@stage.label", "@stage.closed", "@stage.won")
STAGE_FIELDS = {
    "deals": ("pipeline", "dealstage"),
    "tickets": ("hs_pipeline", "hs_pipeline_stage"),
}
"""The properties that name pipeline and stage, by object; custom objects use the tickets' names."""

_Facts = tuple[JsonValue, JsonValue, JsonValue]
_UNKNOWN: _Facts = (None, None, None)


def read_stages(client: Client, object_: str) -> dict[tuple[str, str], _Facts]:
    """Return label, closed and won by pipeline and stage: from metadata, never from the label.

    Won is a closed stage with probability 1 (pipelines guide); a ticket's is never won.
    """
    stages: dict[tuple[str, str], _Facts] = {}
    for pipeline in client.pipelines(object_):
        with reading(client.name):
            for stage in pipeline["stages"]:
                metadata = stage.get("metadata") or {}
                closed = str(metadata.get("isClosed", "false")).lower() == "true"
                closed = closed or metadata.get("ticketState") == "CLOSED"
                facts = (str(stage["label"]), closed, closed and _is_sure(metadata))
                stages[str(pipeline["id"]), str(stage["id"])] = facts
    return stages


def stage_of(
    stages: Mapping[tuple[str, str], _Facts], object_: str, properties: Mapping[str, Any]
) -> _Facts:
    """Return label, closed and won of a record's stage; nothing of one that is not known."""
    pipeline, stage = STAGE_FIELDS.get(object_, STAGE_FIELDS["tickets"])
    key = str(properties.get(pipeline)), str(properties.get(stage))
    if key in stages:
        return stages[key]
    return next((facts for (_, id_), facts in stages.items() if id_ == key[1]), _UNKNOWN)


def _is_sure(metadata: Mapping[str, Any]) -> bool:
    return float(metadata.get("probability") or 0) >= 1
