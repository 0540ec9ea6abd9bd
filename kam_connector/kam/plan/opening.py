"""The plan a newly chosen key account starts with: a draft and a first review date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Plan, PlanStatus

__all__ = ["HORIZON_DAYS", "opened", "opening_plan"]

_FIRST_REVIEW_DAYS = 30
"""Our choice: the onboarding month; by then a plan is more than a name (S2.07)."""
HORIZON_DAYS = 365
"""A plan looks one year ahead. Our choice: as account planning is done in most companies."""


def opening_plan(account_id: str, *, as_of: date, now: datetime) -> Plan:
    """Return a draft plan whose first review is a month away, on a working day."""
    review = as_of + timedelta(days=_FIRST_REVIEW_DAYS)
    while review.weekday() >= 5:
        review += timedelta(days=1)
    plan = Plan(account_id=account_id, status=PlanStatus.DRAFT, next_review=review, updated_at=now)
    return opened(plan, as_of=as_of)


def opened(plan: Plan, *, as_of: date) -> Plan:
    """Return a plan that is open: it has an id for ever, a first day, and is a draft at least."""
    return replace(
        plan,
        status=PlanStatus.DRAFT if plan.status is PlanStatus.NONE else plan.status,
        id=plan.id or kam_id(Kind.PLAN, "kam", plan.account_id),
        opened_on=plan.opened_on or as_of,
    )
