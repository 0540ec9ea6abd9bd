"""The account plan (minimal so far) and the actions that become CRM tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = ["Action", "ActionState", "Plan", "PlanStatus"]


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
