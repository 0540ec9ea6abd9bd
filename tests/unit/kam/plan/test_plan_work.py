"""Actions, milestones, risks and the SWOT: who does what until when, and what is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kam_connector.kam.actions import allot
from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.plan.answers import (
    overdue_actions,
    risk_matrix,
    risk_score,
    risks_to_review,
    unanswered_swot,
    unmitigated_risks,
)
from kam_connector.kam.plan.next_steps import next_steps
from kam_connector.kam.plan.page import section_view
from kam_connector.model.kind import Kind
from kam_connector.model.plan import ActionState, ObjectiveStatus
from kam_connector.model.plan_content import RiskState, SectionKind, SwotQuadrant

TODAY = date(2026, 11, 21)


@pytest.mark.checklist("S2.23", home="`Action.owner_id`, `.due`, `.success_indicator`")
def test_an_action_has_owner_day_and_indicator_and_becomes_a_task(
    make: Any, told: Any, room: Any
) -> None:
    """What a person asks for is a CRM task like any other, in the same queue."""
    mine = room.action(severity="critical")
    facts = told(actions=(mine,), contacts=(), activities=())
    found = assess(facts, as_of=make.as_of, now=make.now)
    tasks = [one for one in conclude(found, allot(found.actions)) if one.kind is Kind.TASK]
    (task,) = [one for one in tasks if one.id == mine.id]
    assert task.values["owner"] == "usr_1"
    assert task.values["due"] == "2026-12-20"
    assert task.values["status"] == "open"


def test_the_action_plan_names_owner_indicator_and_milestones_first(
    whole: Any, room: Any, basis_of: Any
) -> None:
    """A milestone stands above the actions that lead to it."""
    stone = room.action("stone", title="Pilot signed", milestone=True, due=date(2027, 3, 1))
    view = section_view(
        basis_of(replace(whole, actions=(room.action(), stone))), SectionKind.ACTION_PLAN
    )
    first = view.facts[0]
    (own,) = [one for one in view.facts if one.record_id == "act"]
    assert (first.group, first.label) == ("Milestones", "Pilot signed")
    assert own.note.startswith("Claire Martin; shows in: A pilot is agreed")


def test_overdue_actions_are_named_the_oldest_first(told: Any, room: Any) -> None:
    """Done ones are over; today is not late."""
    late = [
        room.action("a", due=date(2026, 11, 20)),
        room.action("b", due=date(2026, 10, 1), state=ActionState.OPEN),
        room.action("c", due=date(2026, 10, 1), state=ActionState.DONE),
        room.action("d", due=TODAY),
    ]
    assert [one.id for one in overdue_actions(told(actions=tuple(late)), TODAY)] == ["b", "a"]


def test_a_weakness_without_a_living_objective_is_named(told: Any, room: Any) -> None:
    """Strengths and opportunities need no answer; an objective that is closed is none."""
    items = [room.swot(quadrant, objective_id="own") for quadrant in SwotQuadrant]
    alive = told(*items, objectives=(room.objective(),))
    closed = room.objective(status=ObjectiveStatus.CLOSED)
    assert unanswered_swot(alive) == []
    assert {one.quadrant for one in unanswered_swot(told(*items, objectives=(closed,)))} == {
        SwotQuadrant.WEAKNESS,
        SwotQuadrant.THREAT,
    }


@pytest.mark.parametrize("lacking", ["mitigation", "trigger", "owner_id"])
def test_a_grave_risk_without_mitigation_trigger_or_owner_is_named(
    told: Any, room: Any, lacking: str
) -> None:
    """A light one may wait."""
    bare = room.risk(**{lacking: None})
    light = room.risk(id="light", probability=1, **{lacking: None})
    assert unmitigated_risks(told(bare, light)) == [bare]


def test_the_matrix_has_every_field_and_every_risk_once(room: Any) -> None:
    """Five by five, the likely ones on top."""
    risks = [room.risk(id="a"), room.risk(id="b", probability=1, impact=1)]
    cells = risk_matrix(risks)
    assert len(cells) == 25
    assert [(one.probability, one.impact) for one in cells if one.risks] == [(4, 5), (1, 1)]
    assert [risk_score(one) for one in risks] == [20, 1]


def test_an_overdue_review_of_a_risk_is_named_until_it_is_closed(told: Any, room: Any) -> None:
    """Nobody reviews what is over."""
    late = room.risk(review_on=date(2026, 11, 1))
    assert risks_to_review(told(late), as_of=TODAY) == [late]
    over = replace(late, state=RiskState.CLOSED)
    assert risks_to_review(told(over), as_of=TODAY) == []


def test_what_to_do_next_begins_with_what_is_late(told: Any, room: Any) -> None:
    """Late actions, then unanswered risks, then gaps; few enough for one sitting."""
    facts = told(
        room.risk(mitigation=None),
        actions=(room.action(due=date(2026, 11, 1)),),
    )
    steps = next_steps(facts, as_of=TODAY)
    assert steps[0] == "Overdue since 2026-11-01: Workshop on storage in Madrid"
    assert steps[1].startswith("Give this risk an owner")
    assert len(steps) == 7
