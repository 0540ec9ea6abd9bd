"""Stages, gates and moves: four stages, no line, people before rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.journey.checks import CHECKS
from kam_connector.kam.journey.gates import GATES, ORDER
from kam_connector.kam.journey.state import journey_state, moved, stages_kept
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language
from kam_connector.model.account import KeyAccount, Stage
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import SurveyAnswer, SurveyKind
from kam_connector.model.journey import GateAnswer, KeyMoment, MomentKind, StageMove
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan_content import (
    CommunicationCharter,
    Initiative,
    InitiativeKind,
    SharedValue,
    SharedValueKind,
    WorkState,
)
from kam_connector.model.programme import SelectionScore

if TYPE_CHECKING:
    from tests.unit.kam.conftest import Make
else:
    Make = Any

AS_OF = date(2026, 11, 21)
CHARTER = CommunicationCharter(
    id="cha", account_id="acc_1", channels=("monthly meeting",), we_expect="Early warnings",
    they_expect="One person to call", joint_goals=("One system in Lyon",), signed_on=AS_OF,
)  # fmt: skip
SURVEY = SurveyAnswer(id="s", account_id="acc_1", kind=SurveyKind.NPS, on=AS_OF, score=Decimal(9))
SHARED = SharedValue(
    id="v", account_id="acc_1", kind=SharedValueKind.CO_INNOVATION, text="Pilot",
    state=WorkState.RUNNING,
)  # fmt: skip
MET = KeyMoment(
    id="k", account_id="acc_1", kind=MomentKind.EXECUTIVE_MEETING, title="Dinner",
    planned_on=AS_OF, held_on=AS_OF,
)  # fmt: skip


def initiative(kind: InitiativeKind = InitiativeKind.CROSS_SELL) -> Initiative:
    """A running initiative."""
    return Initiative(
        id="i", account_id="acc_1", kind=kind, title="Sensors for Lyon", state=WorkState.RUNNING
    )


def answered(stage: Stage, item: str, *, met: bool = True) -> GateAnswer:
    """A person's answer."""
    return GateAnswer(
        id=item, account_id="acc_1", stage=stage, item=item, met=met, answered_by="Ada",
        answered_on=AS_OF,
    )  # fmt: skip


def at_stage(facts: AccountFacts, stage: Stage, *records: Any) -> AccountFacts:
    """Return an account in a stage, with kept records."""
    return replace(facts, key=replace(facts.key, stage=stage), kept=KeptRecords.holding(records))


def open_items(facts: AccountFacts, coverage: int | None = None) -> set[str]:
    """Return what keeps the gate from being met."""
    percent = None if coverage is None else Decimal(coverage)
    return set(journey_state(facts, AS_OF, coverage=percent).unmet)


@pytest.mark.checklist(
    "S2.07", home="gate of `onboarding` in `kam/journey/gates.py`, `CommunicationCharter`"
)
def test_onboarding_asks_for_people_plan_and_charter(make: Make) -> None:
    """Without a word from anybody, what both sides should agree is open, each with its to-do."""
    state = journey_state(at_stage(make.facts(), Stage.ONBOARDING), AS_OF)
    assert {
        "stakeholders_identified", "decider_reached", "channels_agreed", "expectations_agreed",
        "goals_agreed", "charter_signed", "first_win",
    } == set(state.unmet)  # fmt: skip
    assert all(one.todo for one in state.exit if not one.met)


def test_a_signed_charter_answers_four_items(make: Make) -> None:
    """Channels, expectations, common objectives, signature: with the day as evidence."""
    facts = at_stage(make.facts(), Stage.ONBOARDING, CHARTER)
    state = journey_state(facts, AS_OF)
    assert not {"channels_agreed", "expectations_agreed", "goals_agreed"} & set(state.unmet)
    signed = next(one for one in state.exit if one.item == "charter_signed")
    assert (signed.met, signed.reason) == (True, "Signed on 2026-11-21")


def test_a_decider_who_answered_is_evidence(make: Make) -> None:
    """The layer sees it in the exchanges."""
    people = [make.contact("ines", "economic_decider")]
    facts = make.facts(contacts=people, activities=[make.mail("2026-11-03", "ines")])
    state = journey_state(at_stage(facts, Stage.ONBOARDING), AS_OF)
    reached = next(one for one in state.exit if one.item == "decider_reached")
    assert (reached.met, reached.reason) == (True, "A decider last answered on 2026-11-03")


def test_unrecorded_exchanges_are_not_known_rather_than_missing(make: Make) -> None:
    """No record is no silence."""
    facts = at_stage(make.facts(captured_user_ids=frozenset()), Stage.ONBOARDING)
    reached = next(one for one in journey_state(facts, AS_OF).exit if one.item == "decider_reached")
    assert reached.met is None


def test_a_person_s_answer_comes_first_and_what_we_see_stays(make: Make) -> None:
    """They know what no CRM knows; the difference is shown."""
    facts = at_stage(make.facts(), Stage.ONBOARDING, answered(Stage.ONBOARDING, "first_win"))
    won = next(one for one in journey_state(facts, AS_OF).exit if one.item == "first_win")
    assert won.met is True
    assert won.reason == "Ada says yes on 2026-11-21; what we see: Nothing is won yet"


@pytest.mark.checklist("S2.06", home="gate of `identification`")
def test_identification_is_done_when_choice_fit_and_people_are_known(make: Make) -> None:
    """Then, and only then, onboarding is suggested."""
    scored = SelectionScore(
        id="c", account_id="acc_1", criterion_id="x", value=Decimal(4), scored_by="Ada",
        scored_on=AS_OF,
    )  # fmt: skip
    fit = answered(Stage.IDENTIFICATION, "partnership_fit")
    facts = make.facts(contacts=[make.contact("ines", "economic_decider")])
    state = journey_state(at_stage(facts, Stage.IDENTIFICATION, scored, fit), AS_OF)
    assert (state.unmet, state.suggested) == ((), Stage.ONBOARDING)
    assert state.because == "Every item of the gate is met"


@pytest.mark.checklist("S2.08", home="gate of `development`: `Initiative`, `SharedValue`, coverage")
@pytest.mark.parametrize(
    ("kind", "grows"),
    [
        (InitiativeKind.CROSS_SELL, True),
        (InitiativeKind.UPSELL, True),
        (InitiativeKind.CO_INNOVATION, True),
        (InitiativeKind.NEW_COUNTRY, True),
        (InitiativeKind.RETENTION, False),
    ],
)
def test_development_asks_for_an_initiative_that_grows_the_account(
    make: Make, kind: InitiativeKind, *, grows: bool
) -> None:
    """Keeping what is there does not count as growth."""
    facts = at_stage(make.facts(), Stage.DEVELOPMENT, initiative(kind))
    assert ("growth_initiative" not in open_items(facts)) is grows


def test_a_developed_account_may_be_consolidated(make: Make) -> None:
    """Coverage, growth, shared value, satisfaction, executives: all known and met."""
    facts = at_stage(make.facts(), Stage.DEVELOPMENT, initiative(), SHARED, SURVEY, MET)
    state = journey_state(facts, AS_OF, coverage=Decimal(75))
    assert (state.unmet, state.suggested) == ((), Stage.CONSOLIDATION)


def test_coverage_below_the_mark_keeps_the_gate_open(make: Make) -> None:
    """With the number and the mark in the reason."""
    facts = at_stage(make.facts(), Stage.DEVELOPMENT)
    state = journey_state(facts, AS_OF, coverage=Decimal(42))
    covered = next(one for one in state.exit if one.item == "covered")
    assert (covered.met, covered.reason) == (False, "Coverage is 42 of 100, 60 wanted")


@pytest.mark.checklist("S2.09", home="gate of `consolidation`: satisfaction, review, watched risks")
def test_consolidation_asks_what_keeps_the_account(make: Make) -> None:
    """Satisfaction, a review together, every risk answered, value reaffirmed."""
    facts = at_stage(make.facts(), Stage.CONSOLIDATION)
    assert open_items(facts) == {
        "satisfaction_known", "reviewed", "risks_watched", "value_reaffirmed",
    }  # fmt: skip


def test_a_new_initiative_suggests_development_again(make: Make) -> None:
    """The journey loops: from consolidation back to growth."""
    facts = at_stage(make.facts(), Stage.CONSOLIDATION, initiative())
    assert journey_state(facts, AS_OF).suggested is Stage.DEVELOPMENT


def test_losing_sponsor_and_decider_suggests_onboarding_again(make: Make) -> None:
    """Nobody is left who knows us."""
    gone = make.contact("claire", "internal_sponsor", left_at=make.at("2026-10-01"))
    facts = at_stage(make.facts(contacts=[gone]), Stage.DEVELOPMENT)
    assert journey_state(facts, AS_OF).suggested is Stage.ONBOARDING


@pytest.mark.checklist("S2.02", home="`StageMove`, `kam journey move`")
def test_moves_go_in_any_direction_and_loops_are_kept(make: Make) -> None:
    """Development, consolidation, development again: three moves, the last one holds."""
    facts = at_stage(make.facts(), Stage.DEVELOPMENT)
    first = moved(journey_state(facts, AS_OF), Stage.CONSOLIDATION, on=AS_OF, by="Ada")
    facts = at_stage(facts, Stage.CONSOLIDATION, first)
    back = moved(
        journey_state(facts, AS_OF), Stage.DEVELOPMENT, on=AS_OF, by="Ada", reason="Merger"
    )
    state = journey_state(at_stage(facts, Stage.DEVELOPMENT, back, first), AS_OF)
    assert [one.to_stage for one in state.moves] == [Stage.CONSOLIDATION, Stage.DEVELOPMENT]
    assert stages_kept([facts.key], [back, first])[0].stage is Stage.DEVELOPMENT


def test_a_move_past_an_open_gate_notes_what_was_open(make: Make) -> None:
    """A person may; it is remembered with the move."""
    state = journey_state(at_stage(make.facts(), Stage.CONSOLIDATION), AS_OF)
    onward = journey_state(at_stage(make.facts(), Stage.ONBOARDING, CHARTER), AS_OF)
    forward = moved(onward, Stage.DEVELOPMENT, on=AS_OF, by="Ada")
    assert set(forward.unmet) == {"stakeholders_identified", "decider_reached", "first_win"}
    assert moved(state, Stage.ONBOARDING, on=AS_OF, by="Ada").unmet == ()


def test_a_country_goes_its_own_way(make: Make) -> None:
    """Global development, and Spain just begins: both are told (S2.45)."""
    facts = at_stage(make.facts(), Stage.DEVELOPMENT)
    spain = moved(journey_state(facts, AS_OF), Stage.ONBOARDING, on=AS_OF, by="Ada", part="ES")
    state = journey_state(at_stage(facts, Stage.DEVELOPMENT, spain), AS_OF)
    assert (state.stage, state.parts) == (Stage.DEVELOPMENT, (("ES", Stage.ONBOARDING),))
    assert stages_kept([facts.key], [spain])[0].stage is Stage.DEVELOPMENT


def test_what_a_person_left_is_not_suggested_again_soon(make: Make) -> None:
    """Their word stands for a quarter; then the rule may ask again."""
    facts = at_stage(make.facts(), Stage.DEVELOPMENT)
    move = moved(journey_state(facts, AS_OF), Stage.CONSOLIDATION, on=AS_OF, by="Ada")
    after = at_stage(facts, Stage.CONSOLIDATION, move, initiative())
    assert journey_state(after, AS_OF + timedelta(days=30)).suggested is None
    assert journey_state(after, AS_OF + timedelta(days=120)).suggested is Stage.DEVELOPMENT


def test_a_renewal_stands_beside_the_stage(make: Make) -> None:
    """The phase shown says renewal, the stage stays what it is."""
    renewal = make.deal("2027-01-30", 100, kind="renewal")
    state = journey_state(make.facts(opportunities=[renewal]), AS_OF)
    assert (state.phase, state.stage, len(state.renewals)) == ("renewal", Stage.DEVELOPMENT, 1)


def test_gates_speak_french(make: Make) -> None:
    """Texts, reasons and to-dos."""
    facts = at_stage(make.facts(), Stage.ONBOARDING, CHARTER)
    state = journey_state(facts, AS_OF, settings=KamSettings(language=Language.FR))
    signed = next(one for one in state.exit if one.item == "charter_signed")
    assert (signed.text, signed.reason) == (
        "La charte de communication est signée",
        "Signée le 21/11/2026",
    )


@pytest.mark.parametrize("stage", list(Stage))
def test_every_gate_item_is_asked_once_and_most_are_seen_by_the_layer(stage: Stage) -> None:
    """People answer only what nothing shows."""
    keys = [one.key for one in GATES[stage]]
    assert len(set(keys)) == len(keys)
    assert sum(key not in CHECKS for key in keys) <= 1


@given(st.permutations(range(4)))
def test_the_order_of_moves_told_does_not_matter(order: list[int]) -> None:
    """Kept records come in any order."""
    moves = [
        StageMove(
            id=str(n), account_id="a", from_stage=None, to_stage=ORDER[n], on=AS_OF, moved_by="Ada",
            number=n,
        )
        for n in range(4)
    ]  # fmt: skip
    key = KeyAccount(
        account_id="a", tier="A", stage=Stage.IDENTIFICATION, since=AS_OF, reason="rule"
    )
    assert stages_kept([key], [moves[n] for n in order])[0].stage is Stage.CONSOLIDATION
