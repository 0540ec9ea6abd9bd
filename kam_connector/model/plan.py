"""The account plan with its objectives, and the actions that become CRM tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "Action",
    "ActionState",
    "Level",
    "Measure",
    "MeasureType",
    "Nature",
    "Objective",
    "ObjectiveStatus",
    "Plan",
    "PlanStatus",
    "Theme",
]


class PlanStatus(StrEnum):
    """Where an account plan stands."""

    NONE = "none"
    DRAFT = "draft"
    ACTIVE = "active"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of one key account, as far as the nightly run needs it."""

    account_id: str
    status: PlanStatus
    next_review: date | None = None
    updated_at: datetime | None = None
    id: str | None = None
    """Also its record's key in a CRM, the same for ever; None: not opened yet."""
    opened_on: date | None = None


class Level(StrEnum):
    """What an objective is about: where we want to be, or what gets us there."""

    STRATEGIC = "strategic"
    OPERATIONAL = "operational"


class ObjectiveStatus(StrEnum):
    """Where an objective stands."""

    OPEN = "open"
    REACHED = "reached"
    CLOSED = "closed"
    """A person closed it, or its reason went away."""


class Nature(StrEnum):
    """Whether an objective is counted or judged (S2.24)."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class Theme(StrEnum):
    """What an objective wants more of (S2.22)."""

    REVENUE = "revenue"
    SCOPE = "scope"
    SATISFACTION = "satisfaction"
    PARTNERSHIP = "partnership"
    RELATIONSHIP = "relationship"
    PROFITABILITY = "profitability"
    SHARED_VALUE = "shared_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Something a plan wants to reach; it makes at most one CRM record."""

    id: str
    """Also its record's key in a CRM: one objective is one record, for ever."""
    account_id: str
    title: str
    reason: str
    """Why it is asked, with the number it started from."""
    level: Level
    metric: str
    """What is measured: a KAM path, or ``renewal.roles``; of a judged objective, its theme."""
    baseline: Decimal | None
    """The metric when it was first known; None: not known yet."""
    target: Decimal | None
    """None: judged by its success criterion."""
    due: date
    status: ObjectiveStatus = ObjectiveStatus.OPEN
    settled_at: datetime | None = None
    """When a person last set the status in a CRM: what is measured no longer changes it."""
    nature: Nature = Nature.QUANTITATIVE
    theme: Theme | None = None
    owner_id: str | None = None
    success_criterion: str | None = None
    customer_shared: bool = False
    """The customer wants it too, and has said so (S2.05)."""
    made_by: str | None = None
    """The person who set it; None: a rule did."""
    set_on: date | None = None
    """The day from which progress is expected; None: the plan's first day."""
    last: Decimal | None = None
    """The metric as last measured while it was open; None: never known, or judged."""


class MeasureType(StrEnum):
    """What a measure's numbers are."""

    NUMBER = "number"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How far one objective has got."""

    id: str
    """Also its record's key in a CRM."""
    objective_id: str
    name: str
    value_type: MeasureType
    current: Decimal | None
    """None: not known today."""
    target: Decimal


class ActionState(StrEnum):
    """An action's life; only ``open`` ones are tasks in the CRM."""

    WAITING = "waiting"
    """Ready, but its owner already has as many tasks as allowed."""
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    """Taken back by us, never counted as done."""
    DISMISSED = "dismissed"
    """A person deleted its task: it is not asked again."""
    EXPIRED = "expired"
    """Its reason went away before anybody acted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something one of our people should do; it makes at most one CRM task."""

    id: str
    """Also the task's key in the CRM: an action makes one task, whatever made the action."""
    account_id: str
    title: str
    reason: str
    due: date
    owner_id: str | None
    contact_id: str | None = None
    severity: str = "warning"
    """``info``, ``warning`` or ``critical``."""
    state: ActionState = ActionState.WAITING
    signal_key: str | None = None
    created_on: date
    closed_on: date | None = None
    milestone: bool = False
    success_indicator: str | None = None
    """What shows that it worked (S2.23)."""
    objective_id: str | None = None
    initiative_id: str | None = None
    playbook_run_id: str | None = None
    made_by: str | None = None
    """The person who asked for it; None: a rule or a playbook did."""
    digest_week: str | None = None
    """ISO week of the digest that this action carries to its owner: not about one account."""
