"""SMART: five questions, each with a reason and, when not met, a hint."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.plan.smart import smart_check, smart_checks
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language
from kam_connector.model.plan import Nature, Theme
from kam_connector.model.plan_content import SwotQuadrant

TODAY = date(2026, 11, 21)


@pytest.mark.checklist("S2.22", home="`smart_check`, `Objective.theme`, `kam plan check`")
@pytest.mark.parametrize(
    ("changes", "letter", "reason"),
    [
        ({"title": "Grow"}, "specific", "the title has 1 word"),
        ({"target": None}, "measurable", "counted, but without a target"),
        ({"baseline": None}, "measurable", "a target, but nobody knows where it starts"),
        (
            {"nature": Nature.QUALITATIVE, "target": None},
            "measurable",
            "judged, but nothing says by what",
        ),
        ({"owner_id": "usr_gone"}, "achievable", "nobody of ours owns it"),
        ({"target": Decimal(4000)}, "achievable", "it asks for 900 % more a year"),
        (
            {"metric": "health.score", "target": Decimal(120)},
            "achievable",
            "the target 120 is beyond the scale",
        ),
        ({"customer_shared": False}, "relevant", "nothing in the plan says what it serves"),
        ({"due": date(2026, 11, 1)}, "time-bound", "its day passed on 2026-11-01"),
        ({"due": date(2031, 1, 1)}, "time-bound", "due on 2031-01-01, over 3 years away"),
    ],
)
def test_what_is_not_smart_says_which_letter_why_and_what_to_do(
    told: Any, room: Any, changes: dict[str, Any], letter: str, reason: str
) -> None:
    """Revenue, scope, satisfaction, partnership: whatever the theme, five questions."""
    one = room.objective(**changes)
    check = smart_check(one, told(objectives=(one,)), as_of=TODAY)
    failed = [each for each in check.letters if not each.met]
    assert [(each.name, each.reason) for each in failed] == [(letter, reason)]
    assert all(each.hint for each in failed)


def test_a_good_objective_is_smart(told: Any, room: Any) -> None:
    """And each letter says why."""
    one = room.objective()
    check = smart_check(one, told(objectives=(one,)), as_of=TODAY)
    assert check.is_smart
    assert all(each.reason and not each.hint for each in check.letters)


@pytest.mark.parametrize("theme", [Theme.SATISFACTION, Theme.PARTNERSHIP, Theme.RELATIONSHIP])
def test_a_judged_objective_is_smart_by_its_criterion(told: Any, room: Any, theme: Theme) -> None:
    """Not everything that counts can be counted."""
    one = room.objective(
        nature=Nature.QUALITATIVE, target=None, theme=theme, success_criterion="Asked to the board"
    )
    assert smart_check(one, told(objectives=(one,)), as_of=TODAY).is_smart


def test_an_objective_that_answers_the_swot_is_relevant(told: Any, room: Any) -> None:
    """A link to a threat says what it serves."""
    one = room.objective(customer_shared=False)
    threat = room.swot(SwotQuadrant.THREAT, objective_id=one.id)
    assert smart_check(one, told(threat, objectives=(one,)), as_of=TODAY).is_smart


def test_nobody_reaches_eight_objectives_at_once(told: Any, room: Any) -> None:
    """Aligned with capacity: a person with too many has none that is achievable."""
    many = tuple(room.objective(f"o{number}") for number in range(8))
    checks = smart_checks(told(objectives=many), as_of=TODAY)
    assert {one.is_smart for one in checks} == {False}


def test_the_check_speaks_french(told: Any, room: Any) -> None:
    """Letters, reasons and hints."""
    one = room.objective(title="Croître")
    facts = told(objectives=(one,))
    check = smart_check(one, facts, as_of=TODAY, settings=KamSettings(language=Language.FR))
    first = check.letters[0]
    assert (first.name, first.reason) == ("spécifique", "l’intitulé compte 1 mot")
