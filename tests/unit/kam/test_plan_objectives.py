"""Objectives of a plan: out of what is measured, made once, and fair to those who reach them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.assess import Assessment, assess, conclude
from kam_connector.kam.plan.opening import opened, opening_plan
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Objective, ObjectiveStatus, Plan, PlanStatus


@pytest.fixture(name="facts")
def _facts(make: Any) -> AccountFacts:
    """Nordwind, whose plan was opened today and whose renewal is near."""
    found: AccountFacts = make.nordwind(plan=opening_plan("acc_1", as_of=make.as_of, now=make.now))
    return found


def night(make: Any, facts: AccountFacts, *, days: int = 0) -> Assessment:
    """Assess some days later."""
    later = timedelta(days=days)
    return assess(facts, as_of=make.as_of + later, now=make.now + later)


def of(found: Assessment, metric: str) -> Objective:
    """Return the objective with a metric."""
    (one,) = [each for each in found.aims.objectives if each.metric == metric]
    return one


def test_a_plan_wants_what_is_measured_anyway(make: Any, facts: AccountFacts) -> None:
    """Roles, relationship and health, and the renewal while its window is open."""
    aims = night(make, facts).aims
    assert [one.metric for one in aims.objectives] == [
        "coverage.percent", "relationship.score", "health.score", "renewal.roles",
    ]  # fmt: skip
    assert [one.objective_id for one in aims.measures] == [one.id for one in aims.objectives]


def test_every_objective_says_why_with_its_numbers(make: Any, facts: AccountFacts) -> None:
    """A start, a target, and whose wish it is; nobody is named."""
    for_all = night(make, facts).aims.objectives
    assert all("target" in one.reason and "at the start" in one.reason for one in for_all)
    assert not any(name in str(for_all) for name in ("Claire", "Inès", "Framework"))


def test_an_objective_stays_the_same_one(make: Any, facts: AccountFacts) -> None:
    """Its id, its start and its day do not move with what is measured."""
    first = night(make, facts).aims.objectives
    later = night(make, replace(facts, objectives=first), days=20).aims.objectives
    assert [(one.id, one.baseline, one.due) for one in later] == [
        (one.id, one.baseline, one.due) for one in first
    ]


def test_the_plan_looks_a_year_ahead_and_the_renewal_to_its_day(
    make: Any, facts: AccountFacts
) -> None:
    """A moved decision moves the objective with it."""
    found = night(make, facts)
    assert of(found, "health.score").due == make.as_of + timedelta(days=365)
    assert of(found, "renewal.roles").due == date(2027, 1, 30)


def test_a_renewal_that_is_decided_closes_its_objective(make: Any, facts: AccountFacts) -> None:
    """Closed, not forgotten: its record is never made twice."""
    known = night(make, facts).aims.objectives
    deals = [replace(one, closed=True, won=True) for one in facts.opportunities]
    decided = replace(facts, opportunities=tuple(deals), objectives=known)
    after = night(make, decided)
    assert of(after, "renewal.roles").status is ObjectiveStatus.CLOSED
    assert len(after.aims.measures) == 3


def with_baseline(
    make: Any, facts: AccountFacts, baseline: str | None, **changes: Any
) -> Objective:
    """Return today's relationship objective, had it begun at another value."""
    known = of(night(make, facts), "relationship.score")
    start = None if baseline is None else Decimal(baseline)
    earlier = replace(known, baseline=start, **changes)
    return of(night(make, replace(facts, objectives=(earlier,))), "relationship.score")


def test_what_began_where_it_should_be_is_kept_never_reached(
    make: Any, facts: AccountFacts
) -> None:
    """A strong relationship is no objective that is over on its first day."""
    assert with_baseline(make, facts, "80").status is ObjectiveStatus.OPEN


def test_a_start_that_was_unknown_is_the_first_known_value(make: Any, facts: AccountFacts) -> None:
    """Missing data is never a zero."""
    today = of(night(make, facts), "relationship.score").baseline
    assert with_baseline(make, facts, None).baseline == today


def test_who_settled_a_status_has_the_last_word(make: Any, facts: AccountFacts) -> None:
    """Closed in the CRM: what is measured does not open it again."""
    settled = {"status": ObjectiveStatus.CLOSED, "settled_at": datetime(2026, 11, 20, tzinfo=UTC)}
    assert with_baseline(make, facts, "10", **settled).status is ObjectiveStatus.CLOSED


@pytest.mark.parametrize(
    ("target", "before", "after"),
    [
        (-1, ObjectiveStatus.OPEN, ObjectiveStatus.REACHED),
        (2, ObjectiveStatus.OPEN, ObjectiveStatus.OPEN),
        (2, ObjectiveStatus.REACHED, ObjectiveStatus.REACHED),
        (5, ObjectiveStatus.REACHED, ObjectiveStatus.OPEN),
    ],
    ids=["reached", "not yet", "a day's decay", "lost again"],
)
def test_what_was_reached_stays_so_through_a_days_decay(
    make: Any, facts: AccountFacts, target: int, before: ObjectiveStatus, after: ObjectiveStatus
) -> None:
    """Less than three points below its target is no news; more is."""
    found = night(make, facts)
    now = next(one for one in found.aims.measures if one.name.startswith("Relationship")).current
    health = replace(found.situation.settings.health, tie_full_at=int(now) + target)
    settings = replace(found.situation.settings, health=health)
    known = replace(of(found, "relationship.score"), baseline=Decimal(1), status=before)
    later = assess(
        replace(facts, objectives=(known,)), as_of=make.as_of, now=make.now, settings=settings
    )
    assert of(later, "relationship.score").status is after


def test_without_an_open_plan_nothing_is_wanted(make: Any) -> None:
    """A review date alone is no plan."""
    bare = Plan(account_id="acc_1", status=PlanStatus.NONE)
    found = night(make, make.nordwind(plan=bare))
    kinds = {one.kind for one in conclude(found, ())}
    assert (found.aims.objectives, Kind.PLAN in kinds) == ((), False)


def test_opening_a_plan_again_changes_nothing(make: Any) -> None:
    """The id and the first day are for ever."""
    plan = opening_plan("acc_1", as_of=make.as_of, now=make.now)
    assert opened(plan, as_of=make.as_of + timedelta(days=9)) == plan
