"""What people tell the layer and the layer remembers: one list of record types, one way in.

Every type is a frozen dataclass with an ``id``; those of one account carry ``account_id``,
those without one are the programme's. The store makes a table of each, the workbook a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol, TypeVar

from kam_connector.model import (
    account_team,
    figures,
    journey,
    plan_content,
    programme,
    signal,
    stakeholder,
)
from kam_connector.model.kind import JsonValue

__all__ = ["KEPT", "PROGRAM", "Kept", "KeptChange", "KeptRecords", "kept_id", "kept_name"]


PROGRAM = "kam-connector"
"""The author of what no person said."""


class Kept(Protocol):
    """What all kept records have."""

    @property
    def id(self) -> str:
        """The same for ever."""


T = TypeVar("T", bound=Kept)

KEPT: tuple[type[Any], ...] = (
    programme.Programme,
    programme.ProgrammeMember,
    programme.RoadmapItem,
    programme.ProgrammeCost,
    programme.Ritual,
    programme.Criterion,
    programme.SelectionScore,
    programme.Competency,
    programme.InternalSla,
    account_team.Teammate,
    account_team.Responsibility,
    account_team.ContactCoverage,
    account_team.ExecutivePair,
    account_team.Handover,
    account_team.HandoverStep,
    account_team.TeamPulse,
    plan_content.PlanFrame,
    plan_content.PlanSection,
    plan_content.PlanVersion,
    plan_content.SwotItem,
    plan_content.Competitor,
    plan_content.Tactic,
    plan_content.Initiative,
    plan_content.Risk,
    plan_content.SharedValue,
    plan_content.CommunicationCharter,
    plan_content.SharedSpace,
    plan_content.Insight,
    stakeholder.Stakeholder,
    stakeholder.PeopleEdge,
    stakeholder.ProfilePath,
    journey.StageMove,
    journey.GateAnswer,
    journey.KeyMoment,
    journey.Tender,
    journey.Touchpoint,
    journey.PlaybookRun,
    figures.RevenueLine,
    figures.CostLine,
    figures.SurveyAnswer,
    figures.Wallet,
    figures.CatalogueItem,
    figures.OfferPosition,
    figures.OutsideNews,
    figures.KpiValue,
    signal.SignalAct,
    signal.SignalTrial,
)
"""Every type the layer keeps, by room."""


def kept_name(made: type[Any]) -> str:
    """Return the name of a type's table and sheet: ``SwotItem`` -> ``swot_item``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", made.__name__).lower()


def kept_id(made: type[Any], *parts: object) -> str:
    """Return the id that follows from what a record is about: asked twice, the same."""
    text = "\x1f".join((kept_name(made), *map(str, parts)))
    return f"{kept_name(made)}-{blake2b(text.encode(), digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecords:
    """Kept records in sight, by type: of one account with the programme's, or of all."""

    by_type: Mapping[type[Any], tuple[Any, ...]] = field(default_factory=dict)

    @classmethod
    def holding(cls, records: Iterable[Kept]) -> KeptRecords:
        """Return *records*, put apart by type, in the order given."""
        found: dict[type[Any], list[Any]] = {}
        for one in records:
            found.setdefault(type(one), []).append(one)
        return cls(by_type={made: tuple(listed) for made, listed in found.items()})

    def of(self, made: type[T]) -> tuple[T, ...]:
        """Return those of one type."""
        return self.by_type.get(made, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChange:
    """One change of one kept record: who, when, from what to what."""

    type: str
    """`kept_name` of its type."""
    record_id: str
    account_id: str | None
    at: datetime
    by: str
    before: Mapping[str, JsonValue] | None
    """None: it was new."""
    after: Mapping[str, JsonValue] | None
    """None: it was dropped."""
