"""The portal's pipelines: what a deal's stage means is written in its metadata, not its label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

__all__ = ["DEAL_PIPELINES", "RENEWALS", "Pipeline", "Stage", "deal_stage", "pipelines_of"]

_MADE = "2024-01-08T08:00:00.000Z"

RENEWALS = "75210984"
"""The id of the second pipeline: portals number what they add, names are HubSpot's own only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a pipeline."""

    id: str
    label: str
    display_order: int
    probability: str
    """As text, ``0.0`` to ``1.0``; a closed stage with ``1.0`` is won."""
    is_closed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the stage as the API shows it."""
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.display_order,
            "metadata": {
                "isClosed": "true" if self.is_closed else "false",
                "probability": self.probability,
            },
            "createdAt": _MADE,
            "updatedAt": _MADE,
            "archived": False,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """An ordered list of stages."""

    id: str
    label: str
    display_order: int
    stages: tuple[Stage, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the pipeline with its stages as the API shows it."""
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.display_order,
            "stages": [stage.as_json() for stage in self.stages],
            "createdAt": _MADE,
            "updatedAt": _MADE,
            "archived": False,
        }


def _stages(*rows: tuple[str, str, str]) -> tuple[Stage, ...]:
    stages = [
        Stage(id=id_, label=label, probability=share, display_order=order)
        for order, (id_, label, share) in enumerate(rows)
    ]
    return tuple(replace(stage, is_closed=stage.probability in ("1.0", "0.0")) for stage in stages)


DEAL_PIPELINES = (
    Pipeline(
        id="default",
        label="Sales Pipeline",
        display_order=0,
        stages=_stages(
            ("appointmentscheduled", "Appointment Scheduled", "0.2"),
            ("qualifiedtobuy", "Qualified To Buy", "0.4"),
            ("presentationscheduled", "Presentation Scheduled", "0.6"),
            ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
            ("contractsent", "Contract Sent", "0.9"),
            ("closedwon", "Closed Won", "1.0"),
            ("closedlost", "Closed Lost", "0.0"),
        ),
    ),
    Pipeline(
        id=RENEWALS,
        label="Renouvellements",
        display_order=1,
        stages=_stages(
            ("148210001", "À préparer", "0.5"),
            ("148210002", "En négociation", "0.7"),
            ("148210003", "Renouvelé", "1.0"),
            ("148210004", "Perdu", "0.0"),
        ),
    ),
)
"""HubSpot's own first pipeline and one that the portal added, in the portal's language."""

_TICKET_PIPELINES = (
    Pipeline(
        id="0",
        label="Support Pipeline",
        display_order=0,
        stages=tuple(
            Stage(id=str(n), label=label, display_order=n - 1, probability="", is_closed=n == 4)
            for n, label in enumerate(
                ("New", "Waiting on contact", "Waiting on us", "Closed"), start=1
            )
        ),
    ),
)

_STAGES = {
    (pipeline.id, stage.id): stage for pipeline in DEAL_PIPELINES for stage in pipeline.stages
}


def pipelines_of(object_: str) -> tuple[Pipeline, ...] | None:
    """Return the pipelines of *object_*, or None when it knows no pipelines."""
    return {"deals": DEAL_PIPELINES, "tickets": _TICKET_PIPELINES}.get(object_)


def deal_stage(pipeline: str, stage: str) -> Stage | None:
    """Return the stage of that id in that pipeline."""
    return _STAGES.get((pipeline, stage))
