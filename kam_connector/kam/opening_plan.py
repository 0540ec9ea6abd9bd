"""The plan a newly chosen key account starts with: a draft and a first review date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kam_connector.model.plan import Plan, PlanStatus

__all__ = ["opening_plan"]

_FIRST_REVIEW_DAYS = 30
"""Our choice: the onboarding month; by then a plan is more than a name (S2.07)."""


def opening_plan(account_id: str, *, as_of: date, now: datetime) -> Plan:
    """Return a draft plan whose first review is a month away, on a working day."""
    review = as_of + timedelta(days=_FIRST_REVIEW_DAYS)
    while review.weekday() >= 5:
        review += timedelta(days=1)
    return Plan(account_id=account_id, status=PlanStatus.DRAFT, next_review=review, updated_at=now)
