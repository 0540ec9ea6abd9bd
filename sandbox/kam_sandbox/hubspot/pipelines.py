"""Pipelines and stages: what a stage means is written in its metadata, not its label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["DEAL_PIPELINES", "PIPELINES", "RENEWALS", "Pipeline", "Stage"]

_MADE = "2024-01-08T08:00:00.000Z"

RENEWALS = "75210984"
"""The id of the second pipeline: portals number what they add, names are HubSpot's own only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a pipeline."""

    id: str
    label: str
    display_order: int
    metadata: Mapping[str, str]
    """Texts. Deals: ``isClosed`` and ``probability``, ``0.0`` to ``1.0``; a closed stage with
    ``1.0`` is won. Tickets: ``isClosed`` and ``ticketState``."""
    created_at: str = _MADE
    updated_at: str = _MADE

    @property
    def is_closed(self) -> bool:
        """Whether nothing happens any more."""
        return self.metadata["isClosed"] == "true"

    @property
    def probability(self) -> str:
        """How likely the deal is won, as text."""
        return self.metadata["probability"]

    def as_json(self) -> dict[str, Any]:
        """Return the stage as the API shows it."""
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.display_order,
            "metadata": dict(self.metadata),
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
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
    created_at: str = _MADE
    updated_at: str = _MADE

    def stage(self, id_: str) -> Stage | None:
        """Return the stage of that id."""
        return next((one for one in self.stages if one.id == id_), None)

    def as_json(self) -> dict[str, Any]:
        """Return the pipeline with its stages as the API shows it."""
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.display_order,
            "stages": [stage.as_json() for stage in self.stages],
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "archived": False,
        }


def _stages(*rows: tuple[str, str, str]) -> tuple[Stage, ...]:
    return tuple(
        Stage(
            id=id_,
            label=label,
            display_order=order,
            metadata={
                "isClosed": "true" if share in ("1.0", "0.0") else "false",
                "probability": share,
            },
        )
        for order, (id_, label, share) in enumerate(rows)
    )


def _ticket_stages(*labels: str) -> tuple[Stage, ...]:
    """Return stages numbered from 1, of which the last one closes the ticket."""
    open_stage = {"isClosed": "false", "ticketState": "OPEN"}
    stages = [
        Stage(id=str(n), label=label, display_order=n - 1, metadata=open_stage)
        for n, label in enumerate(labels, start=1)
    ]
    closed = {"isClosed": "true", "ticketState": "CLOSED"}
    return (*stages[:-1], replace(stages[-1], metadata=closed))


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
        stages=_ticket_stages("New", "Waiting on contact", "Waiting on us", "Closed"),
    ),
)

PIPELINES = {"deals": DEAL_PIPELINES, "tickets": _TICKET_PIPELINES}
"""What a portal starts with; other objects know no pipelines."""
