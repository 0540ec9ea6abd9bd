"""The page of a plan: every section filled from the CRM, beside people's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kam_connector.kam.plan.page import plan_page, section_view
from kam_connector.kam.plan.view import SectionView
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.plan import PlanSettings, asked_sections
from kam_connector.language import Language
from kam_connector.model.contract import Contract
from kam_connector.model.figures import SurveyAnswer, SurveyKind
from kam_connector.model.plan_content import SectionKind, SwotQuadrant
from kam_connector.model.programme import Maturity
from kam_connector.model.service import Case
from kam_connector.model.stakeholder import Stakeholder, Support


def said(view: SectionView | None) -> str:
    """Return all facts of a section as one text."""
    assert view is not None
    return "\n".join(f"{one.group}: {one.label} {one.value} {one.note}" for one in view.facts)


@pytest.mark.checklist("S1.23", home="`SectionKind`, `kam plan show ACCOUNT --full`")
@pytest.mark.parametrize("kind", list(SectionKind), ids=lambda kind: str(kind.value))
def test_every_section_fills_itself_from_what_is_known(
    whole: Any, basis_of: Any, kind: SectionKind
) -> None:
    """Profile, history, network, competition, opportunities, objectives and the rest: no blanks."""
    assert section_view(basis_of(whole), kind).facts


@pytest.mark.checklist("S2.24", home="`SectionKind`, [plans](plans.md)")
def test_a_whole_plan_holds_the_seven_constituents(whole: Any, basis_of: Any) -> None:
    """Relations and history, deciders, SWOT, both sorts of objective, actions, KPIs, risks."""
    page = plan_page(basis_of(whole))
    assert [one.kind for one in page.sections] == list(SectionKind)
    situation = said(page.section(SectionKind.SITUATION))
    assert all(f"{one}: A {one}" in situation for one in ("strength", "weakness", "threat"))
    assert "20 of 25" in said(page.section(SectionKind.RISKS))
    assert "economic decider" in said(page.section(SectionKind.RELATIONSHIPS))


@pytest.mark.checklist("S1.26", home="`SectionView.facts` beside `SectionView.words`")
def test_facts_follow_the_crm_and_words_stay_as_they_were_written(
    told: Any, room: Any, basis_of: Any
) -> None:
    """Nobody copies anything: a new contract is in the profile, the words are untouched."""
    words = room.words(SectionKind.PROFILE, "They think in decades.")
    before = section_view(basis_of(told(words)), SectionKind.PROFILE)
    contract = Contract(id="c1", account_id="acc_1", number="FR-77", ends_on=date(2027, 1, 30))
    after = section_view(basis_of(told(words, contracts=(contract,))), SectionKind.PROFILE)
    assert ("FR-77" in said(before), "FR-77" in said(after)) == (False, True)
    assert before.words == after.words == (words,)


@pytest.mark.checklist("S2.05", home="`PlanFrame.customer_goals`, `Objective.customer_shared`")
def test_the_customers_own_goals_stand_in_the_profile_and_in_shared_objectives(
    whole: Any, basis_of: Any
) -> None:
    """A partnership begins with what they want."""
    page = plan_page(basis_of(whole))
    assert "Halve emissions by 2030" in said(page.section(SectionKind.PROFILE))
    assert "shared with the customer" in said(page.section(SectionKind.STRATEGIC_OBJECTIVES))


@pytest.mark.checklist("S2.20", home="`SectionKind.SITUATION`, `SwotItem`")
def test_the_situation_says_satisfaction_service_signals_and_swot(
    told: Any, room: Any, basis_of: Any
) -> None:
    """Where we stand today, by what is recorded and what we think of it."""
    nps = SurveyAnswer(
        id="s1", account_id="acc_1", kind=SurveyKind.NPS, on=room.as_of, verbatim="Fast help"
    )
    case = Case(id="case", account_id="acc_1", escalated=True)
    threat = room.swot(SwotQuadrant.THREAT, text="Voltra offers storage")
    view = section_view(basis_of(told(nps, threat, cases=(case,))), SectionKind.SITUATION)
    assert "Fast help" in said(view)
    assert "1 open request" in said(view)
    assert "1 escalated" in said(view)
    assert "threat: Voltra offers storage" in said(view)


@pytest.mark.checklist("S2.25", "S2.26", "S2.27", home="`SharedValue` with both benefits")
@pytest.mark.parametrize("kind", ["co innovation", "knowledge sharing", "process optimisation"])
def test_shared_value_says_what_each_side_gains(whole: Any, basis_of: Any, kind: str) -> None:
    """Co-innovation, shared knowledge, joint processes: a gain for us and one for them."""
    view = section_view(basis_of(whole), SectionKind.SHARED_VALUE)
    (line,) = [one for one in view.facts if one.group == kind]
    assert line.note == "for us: A reference; for them: Half the downtime"


@pytest.mark.checklist("S2.44", home="`PlanFrame.partnership`, `Exclusivity`, `SharedValue`")
def test_a_strategic_partnership_has_its_level_exclusivity_and_joint_investment(
    whole: Any, basis_of: Any
) -> None:
    """What we are, what we want to be, who is bound, what both sides put in."""
    page = plan_page(basis_of(whole))
    profile = said(page.section(SectionKind.PROFILE))
    assert "Level preferred wanted: strategic" in profile
    assert "Exclusivity mutual" in profile
    assert "joint investment" in said(page.section(SectionKind.SHARED_VALUE))


@pytest.mark.checklist("S1.25", home="`[kam] plan_sections`, `asked_sections`")
def test_any_section_can_be_switched_on_or_off() -> None:
    """A flexible method: the profile proposes, the administrator disposes."""
    chosen = PlanSettings(sections={SectionKind.RISKS: True, SectionKind.PROFILE: False})
    asked = asked_sections(Maturity.STARTER, chosen)
    assert SectionKind.RISKS in asked
    assert SectionKind.PROFILE not in asked


@pytest.mark.parametrize(
    ("maturity", "count"), [(Maturity.STARTER, 4), (Maturity.STANDARD, 10), (Maturity.ADVANCED, 14)]
)
def test_a_programme_asks_for_as_much_as_it_can_carry(maturity: Maturity, count: int) -> None:
    """Four sections to start with; each degree keeps what the one before asked for."""
    assert len(asked_sections(maturity, PlanSettings())) == count
    assert set(asked_sections(Maturity.STARTER, PlanSettings())) <= set(
        asked_sections(maturity, PlanSettings())
    )


def test_words_are_never_hidden_by_a_lighter_method(told: Any, room: Any, basis_of: Any) -> None:
    """What somebody wrote is shown, though the starter method does not ask for it."""
    starter = room.programme(Maturity.STARTER)
    page = plan_page(basis_of(told(starter, room.words(SectionKind.RISKS))))
    shown = page.section(SectionKind.RISKS)
    assert (shown is not None and shown.asked, len(page.sections)) == (False, 5)


def test_an_empty_section_says_what_is_missing(told: Any, basis_of: Any) -> None:
    """In words, not as a bare percentage."""
    view = section_view(basis_of(told()), SectionKind.RISKS)
    assert (view.completeness, view.missing) == (0, ("no risk is named",))


def test_judgements_of_people_are_marked_as_such(told: Any, room: Any, basis_of: Any) -> None:
    """Whatever goes outside the team can leave them out; those that ended are gone."""
    judged = Stakeholder(
        id="st", account_id="acc_1", contact_id="ines", support=Support.RESERVED,
        asserted_by="usr_1", asserted_on=room.as_of,
    )  # fmt: skip
    over = replace(judged, id="old", contact_id="jonas", expires_on=date(2026, 1, 1))
    over = replace(over, asserted_on=date(2025, 1, 1))
    view = section_view(basis_of(told(judged, over)), SectionKind.RELATIONSHIPS)
    assert [one.label for one in view.facts if one.opinion] == ["Inès Roy"]


def test_the_whole_page_speaks_french(whole: Any, basis_of: Any) -> None:
    """Headings, gaps, numbers and days."""
    page = plan_page(basis_of(whole, language=Language.FR))
    assert page.sections[0].title == "Synthèse"
    assert "Affaires gagnées: Deal" in said(page.section(SectionKind.HISTORY))
    assert "probabilité 4, impact 5" in said(page.section(SectionKind.RISKS))
    assert page.results.startswith("Sur ")


def test_sections_may_be_switched_by_the_settings_of_a_page(told: Any, basis_of: Any) -> None:
    """The page asks for what the settings switch on."""
    settings = KamSettings(plan=PlanSettings(sections={SectionKind.RISKS: True}))
    page = plan_page(basis_of(told(), settings=settings))
    assert page.section(SectionKind.RISKS) is not None
