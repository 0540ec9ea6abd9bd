"""The year a plan looks at, and where a day stands in it."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.plan.opening import HORIZON_DAYS
from kam_connector.model.plan import Objective, Plan
from kam_connector.model.plan_content import PlanFrame

__all__ = ["aims_due", "begun_on", "plan_span", "plan_year", "year_number"]


def year_number(opened_on: date, as_of: date) -> int:
    """Return which of its years a plan is in, 0 being the first."""
    return max(0, (as_of - opened_on).days // HORIZON_DAYS)


def plan_year(opened_on: date, as_of: date) -> tuple[date, date]:
    """Return the first day of the plan's present year, and the first day after it."""
    starts = opened_on + timedelta(days=HORIZON_DAYS * year_number(opened_on, as_of))
    return starts, starts + timedelta(days=HORIZON_DAYS)


def plan_span(opened_on: date, as_of: date, frame: PlanFrame | None) -> tuple[date, date]:
    """Return a plan's first and last day: those people set, else its first day and its year's end.

    A horizon that is over no longer holds: the plan goes on by its years.
    """
    if frame is None or (frame.horizon_to and frame.horizon_to < as_of):
        return opened_on, plan_year(opened_on, as_of)[1]
    end = frame.horizon_to or plan_year(opened_on, as_of)[1]
    return frame.horizon_from or opened_on, end


def aims_due(opened_on: date, as_of: date, frame: PlanFrame | None) -> date:
    """Return when a year's objectives are due: with the year, or with the plan if sooner."""
    return min(plan_year(opened_on, as_of)[1], plan_span(opened_on, as_of, frame)[1])


def begun_on(one: Objective, plan: Plan | None) -> date | None:
    """Return the day from which progress is expected of an objective."""
    return one.set_on or (plan.opened_on if plan else None)
