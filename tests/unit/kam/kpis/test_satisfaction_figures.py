"""Promises of the satisfaction figures (S2.32, S2.17, S2.12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kam_connector.model.contact import Contact
from kam_connector.model.figures import SurveyKind


@pytest.mark.checklist(
    "S2.32",
    home="`SurveyAnswer`, KPIs nps, csat, verbatims; `kam import nps`, `csat`, `verbatims`",
)
def test_promoters_less_detractors_with_count_and_spread(figures: Any) -> None:
    """Four promoters, one passive, three detractors of eight: 12.5."""
    answers = figures.answers(10, 9, 9, 10, 8, 6, 2, 0)
    found = figures.of(figures.facts(*answers))["nps"]
    assert (found.value, found.unit) == (Decimal("12.5"), "score")
    assert found.reason == (
        "8 answers in 365 days: promoters 4, passives 1, detractors 3; from 0 to 10"
    )


def test_the_same_survey_a_year_earlier_stands_beside_it(figures: Any) -> None:
    """Minus 100 became 100."""
    answers = [figures.answer(10), figures.answer(3, "2025-10-01")]
    found = figures.of(figures.facts(*answers))["nps"]
    assert (found.value, found.before) == (100, -100)


def test_one_person_answers_once(figures: Any) -> None:
    """The newest answer of a person counts; answers without a name count one each."""
    answers = [
        figures.answer(2, "2026-03-01", contact_id="ines"),
        figures.answer(9, "2026-09-01", contact_id="ines"),
        figures.answer(9),
    ]
    assert figures.of(figures.facts(*answers))["nps"].value == 100


@pytest.mark.checklist(
    "S2.17", home="`Profile.OPERATIONAL_USER`, `SurveyAnswer.contact_id`, KPI `csat_users`"
)
def test_the_satisfaction_of_operational_users_is_read_apart(figures: Any) -> None:
    """Theirs spreads, so it stands beside everybody's."""
    people = [
        Contact(id="kurt", account_id="acc_1", name="Kurt", roles=("operational_user",)),
        Contact(id="ines", account_id="acc_1", name="Inès", roles=("economic_decider",)),
    ]
    answers = [
        figures.answer(2, contact_id="kurt", kind=SurveyKind.CSAT),
        figures.answer(5, contact_id="ines", kind=SurveyKind.CSAT),
    ]
    found = figures.of(figures.facts(*answers, contacts=tuple(people)))
    assert (found["csat"].value, found["csat_users"].value) == (Decimal("3.5"), 2)
    assert found["csat"].reason == "mean of 2 answers of 1 to 5; from 2 to 5"


def test_what_customers_wrote_is_counted_with_its_last_day(figures: Any) -> None:
    """Their words are not numbers: how many, and how fresh."""
    answers = [
        figures.answer(None, "2026-02-01", kind=SurveyKind.QUALITATIVE, verbatim="Quick"),
        figures.answer(9, "2026-09-01", verbatim="Thank you"),
        figures.answer(9, "2025-09-01", verbatim="Late"),
    ]
    found = figures.of(figures.facts(*answers))["verbatims"]
    assert (found.value, found.before, found.reason) == (2, 1, "the last of 2026-09-01")


def test_escalations_of_a_year_are_counted(figures: Any) -> None:
    """One of this year, one open since longer; one of the year before."""
    cases = (
        figures.case("2026-06-26", "2026-06-29", escalated=True),
        figures.case("2025-06-01", escalated=True),
        figures.case("2026-08-01"),
    )
    found = figures.of(figures.facts(cases=cases))["escalations"]
    assert (found.value, found.before) == (2, 1)
    assert found.reason == "escalated in 365 days; 2 requests are open now"


def test_no_survey_is_not_zero(figures: Any) -> None:
    """What nobody was asked is not known."""
    found = figures.of(figures.facts())
    assert [found[key].value for key in ("nps", "csat", "csat_users", "verbatims")] == [None] * 4
