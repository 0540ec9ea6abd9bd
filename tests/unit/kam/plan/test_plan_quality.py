"""The quality of a plan explains itself, and freshness only falls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.plan.freshness import freshness, section_age, stale_sections
from kam_connector.kam.plan.quality import plan_completeness, plan_freshness, plan_quality
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.plan import PlanSettings
from kam_connector.model.account import Account, KeyAccount, Stage
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan import Action, Level, Objective
from kam_connector.model.plan_content import (
    PlanSection,
    Risk,
    SectionKind,
    SwotItem,
    SwotQuadrant,
)

TODAY = date(2026, 11, 21)


@pytest.mark.checklist("S1.30", home="`plan_quality`, `plan.quality`, `kam plan check`")
def test_quality_is_a_ledger_with_reasons_that_sums_exactly(whole: Any) -> None:
    """Completeness, freshness, SMART, actions, SWOT, risks, attainment, horizons."""
    found = plan_quality(whole, as_of=TODAY)
    assert found.value == sum((one.points for one in found.ledger), Decimal(0))
    assert all(one.reason for one in found.ledger)
    assert [one.key.removeprefix("plan.") for one in found.ledger] == list(
        PlanSettings().quality_weights
    )


def test_a_plan_that_people_work_on_beats_one_that_only_rules_fill(told: Any, whole: Any) -> None:
    """A page that filled itself is no plan yet."""
    worked, filled = (plan_quality(one, as_of=TODAY) for one in (whole, told()))
    assert worked.value is not None
    assert worked.value > (filled.value or 0)


def test_below_half_of_the_weight_there_is_no_verdict(told: Any) -> None:
    """Unknown is never zero: nothing to judge yet gives no number."""
    found = plan_quality(told(), as_of=TODAY)
    assert (found.value, found.data_coverage) == (None, Decimal("0.40"))


def test_answering_a_threat_raises_quality(told: Any, room: Any) -> None:
    """Each line moves by what it is about."""
    threat = room.swot(SwotQuadrant.THREAT)
    kept, aim = room.words(SectionKind.SUMMARY), room.objective()
    before = plan_quality(told(kept, threat, objectives=(aim,)), as_of=TODAY)
    answered = replace(threat, objective_id=aim.id)
    after = plan_quality(told(kept, answered, objectives=(aim,)), as_of=TODAY)
    assert (after.value or 0) > (before.value or 0)


def test_words_age_and_reading_them_again_makes_them_fresh(told: Any, room: Any) -> None:
    """Half after one half-life; a review counts like writing."""
    old = room.words(SectionKind.SUMMARY, written_on=TODAY - timedelta(days=90))
    read = replace(old, reviewed_on=TODAY)
    settings = PlanSettings()
    ages = [
        section_age(SectionKind.SUMMARY, told(one), as_of=TODAY, settings=settings).freshness
        for one in (old, read)
    ]
    assert ages == [50, 100]


def test_a_stale_section_is_named_with_its_day(told: Any, room: Any) -> None:
    """Only where somebody wrote, and only what the method asks for."""
    day = TODAY - timedelta(days=120)
    facts = told(room.programme(), room.words(SectionKind.SITUATION, written_on=day))
    assert [(one.kind, one.spoken_on) for one in stale_sections(facts, as_of=TODAY)] == [
        (SectionKind.SITUATION, day)
    ]


def test_facts_are_as_fresh_as_the_last_run(told: Any) -> None:
    """A week without a night: half."""
    facts, week_ago = told(), TODAY - timedelta(days=7)
    assert plan_freshness(facts, as_of=TODAY, facts_on=TODAY) == 100
    assert plan_freshness(facts, as_of=TODAY, facts_on=week_ago) == 50


def test_a_section_that_is_switched_off_is_not_missed(told: Any) -> None:
    """Completeness is of what is asked for."""
    only = dict.fromkeys(SectionKind, False) | {SectionKind.RISKS: True}
    settings = KamSettings(plan=PlanSettings(sections=only))
    assert plan_completeness(told(), as_of=TODAY, settings=settings) == 0


@given(age=st.integers(-10, 5000), later=st.integers(0, 500), half=st.integers(1, 1000))
def test_freshness_is_bounded_and_never_rises_by_waiting(age: int, later: int, half: int) -> None:
    """From 100 towards 0."""
    assert 0 <= freshness(age + later, half) <= freshness(age, half) <= 100


def test_a_half_life_must_be_positive() -> None:
    """Zero days is a mistake, said at once."""
    with pytest.raises(ValueError, match="positive"):
        freshness(1, 0)


days = st.dates(date(2025, 1, 1), date(2029, 1, 1))
five = st.integers(1, 5)
_MINE = {"account_id": st.just("a")}
risks = st.builds(Risk, id=st.uuids().map(str), text=st.just("r"), probability=five, impact=five,
                  mitigation=st.sampled_from([None, "m"]), **_MINE)  # fmt: skip
swots = st.builds(SwotItem, id=st.uuids().map(str), quadrant=st.sampled_from(SwotQuadrant),
                  text=st.just("s"), impact=five, objective_id=st.sampled_from([None, "o"]),
                  **_MINE)  # fmt: skip
words = st.builds(PlanSection, id=st.uuids().map(str), kind=st.sampled_from(SectionKind),
                  body=st.just("w"), written_by=st.just("x"), written_on=days, **_MINE)  # fmt: skip
aims = st.builds(Objective, id=st.sampled_from(["o", "p"]), title=st.text(max_size=20),
                 reason=st.just(""), level=st.sampled_from(Level), metric=st.just("m"),
                 baseline=st.none() | st.just(Decimal(1)), target=st.none() | st.just(Decimal(2)),
                 due=days, last=st.none() | st.just(Decimal(1)),
                 made_by=st.sampled_from([None, "x"]), **_MINE)  # fmt: skip
acts = st.builds(Action, id=st.uuids().map(str), title=st.just("t"), reason=st.just(""), due=days,
                 owner_id=st.sampled_from([None, "x"]), created_on=days, **_MINE)  # fmt: skip


@given(
    kept=st.lists(risks | swots | words, max_size=8),
    objectives=st.lists(aims, max_size=4),
    actions=st.lists(acts, max_size=4),
    turn=st.randoms(use_true_random=False),
)
def test_quality_is_bounded_sums_exactly_and_knows_no_order(
    kept: list[Any], objectives: list[Objective], actions: list[Action], turn: Any
) -> None:
    """Whatever people tell, in whatever order."""
    first = plan_quality(facts_of(kept, objectives, actions), as_of=TODAY)
    mixed = [list(listed) for listed in (kept, objectives, actions)]
    turned = [turn.sample(listed, len(listed)) for listed in mixed]
    second = plan_quality(facts_of(*turned), as_of=TODAY)
    value = first.value or Decimal(0)
    assert 0 <= value <= 100
    assert value == sum((one.points for one in first.ledger), Decimal(0))
    assert first == second


def facts_of(kept: list[Any], objectives: list[Objective], actions: list[Action]) -> AccountFacts:
    """Return a bare account with a plan's records."""
    key = KeyAccount(account_id="a", tier="A", stage=Stage.DEVELOPMENT, since=TODAY, reason="r")
    return AccountFacts(
        account=Account(id="a", name="A"),
        key=key,
        kept=KeptRecords.holding(kept),
        objectives=tuple(objectives),
        actions=tuple(actions),
    )
