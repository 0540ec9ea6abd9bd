"""What a plan is about decides which business is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.plan.horizon import aims_due, plan_span
from kam_connector.kam.plan.page import section_view
from kam_connector.model.kind import Kind
from kam_connector.model.plan_content import PlanFrame, PlanScope, SectionKind
from kam_connector.model.product import LineItem, Product


@pytest.mark.checklist("S1.24", home="`PlanFrame.scope`, `opportunity.in_plan`")
@pytest.mark.parametrize(
    ("about", "inside"),
    [
        ((PlanScope.ALL_SALES, ()), {"storage", "framework", "licences"}),
        ((PlanScope.INNOVATION, ()), {"licences"}),
        ((PlanScope.INNOVATION, ("Storage",)), {"licences", "storage"}),
        ((PlanScope.SELECTED_SEGMENTS, ("storage",)), {"storage"}),
        ((PlanScope.SELECTED_SEGMENTS, ()), set()),
    ],
    ids=["all", "what is new", "new and a segment", "a segment", "no segment named"],
)
def test_the_scope_says_which_opportunities_are_in_the_plan(
    make: Any, told: Any, room: Any, about: tuple[PlanScope, tuple[str, ...]], inside: set[str]
) -> None:
    """By product line or kind of business; the reason says why."""
    facts = told(
        room.frame(scope=about[0], segments=about[1]),
        opportunities=(
            make.deal("2027-01-30", 100, id="storage", kind="upsell"),
            make.deal("2027-01-30", 100, id="framework", kind="renewal"),
            make.deal("2027-01-30", 100, id="licences", kind="new"),
        ),
        line_items=(LineItem(id="l1", opportunity_id="storage", product_id="p1"),),
        products={"p1": Product(id="p1", name="Rack 4", family="Storage")},
    )
    found = assess(facts, as_of=make.as_of, now=make.now)
    said = {one.id: one for one in conclude(found, ()) if one.kind is Kind.OPPORTUNITY}
    assert {id_ for id_, one in said.items() if one.values["in_plan"]} == inside
    assert all(one.reasons["in_plan"] for one in said.values())


def test_business_outside_the_plan_is_shown_apart_with_its_reason(
    told: Any, room: Any, basis_of: Any
) -> None:
    """Nothing is swept under the carpet."""
    facts = told(room.frame(scope=PlanScope.INNOVATION))
    view = section_view(basis_of(facts), SectionKind.OPPORTUNITIES)
    assert {one.group for one in view.facts} == {"Outside the plan"}
    assert "more of the same" in view.facts[0].note


def test_a_segment_may_be_that_of_a_subsidiary(make: Any, told: Any, room: Any) -> None:
    """The account an opportunity belongs to has its own grading."""
    frame = room.frame(scope=PlanScope.SELECTED_SEGMENTS, segments=("Public sector",))
    facts = told(frame, opportunities=(make.deal("2027-01-30", 100, account_id="acc_2"),))
    below = replace(facts.account, id="acc_2", segment="public  sector")
    found = assess(replace(facts, tree=(below,)), as_of=make.as_of, now=make.now)
    (deal,) = [one for one in conclude(found, ()) if one.kind is Kind.OPPORTUNITY]
    assert deal.values["in_plan"] is True


@pytest.mark.parametrize(
    ("horizon_to", "ends", "due"),
    [
        (None, date(2027, 3, 1), date(2027, 3, 1)),
        (date(2028, 12, 31), date(2028, 12, 31), date(2027, 3, 1)),
        (date(2026, 12, 31), date(2026, 12, 31), date(2026, 12, 31)),
        (date(2026, 6, 30), date(2027, 3, 1), date(2027, 3, 1)),
    ],
)
def test_a_horizon_people_set_moves_the_plans_end(
    horizon_to: date | None, ends: date, due: date
) -> None:
    """The plan ends with it, the year's objectives no later; one that is over holds no more."""
    frame = PlanFrame(id="f", account_id="acc_1", horizon_to=horizon_to)
    opened, today = date(2026, 3, 1), date(2026, 11, 21)
    assert plan_span(opened, today, frame) == (opened, ends)
    assert aims_due(opened, today, frame) == due
