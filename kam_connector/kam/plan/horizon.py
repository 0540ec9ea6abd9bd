"""The year a plan looks at, and where a day stands in it."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.plan.opening import HORIZON_DAYS
from kam_connector.model.plan import Objective, Plan

__all__ = ["begun_on", "plan_year", "year_number"]


def year_number(opened_on: date, as_of: date) -> int:
    """Return which of its years a plan is in, 0 being the first."""
    return max(0, (as_of - opened_on).days // HORIZON_DAYS)


def plan_year(opened_on: date, as_of: date) -> tuple[date, date]:
    """Return the first day of the plan's present year, and the first day after it."""
    starts = opened_on + timedelta(days=HORIZON_DAYS * year_number(opened_on, as_of))
    return starts, starts + timedelta(days=HORIZON_DAYS)


def begun_on(one: Objective, plan: Plan | None) -> date | None:
    """Return the day from which progress is expected of an objective."""
    return one.set_on or (plan.opened_on if plan else None)
