"""Charybdis and Scylla: each check names excess as well as lack."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.programme.checks import Measure, MethodCheck, worst_first
from kam_connector.kam.programme.methods import METHODS
from kam_connector.kam.programme.passage import method_checks
from kam_connector.language import Language, voice
from kam_connector.model.plan_content import PlanSection, SectionKind
from kam_connector.model.programme import Competency, Maturity, RitualKind


def of(found: list[MethodCheck], key: str) -> list[MethodCheck]:
    """Return the checks of one key."""
    return [one for one in found if one.key == key]


@pytest.mark.checklist(
    "S1.15", home="`method_checks`: lack and excess with thresholds; `kam programme check`"
)
@pytest.mark.parametrize(
    ("accounts", "measure"), [(1, Measure.FINE), (8, Measure.FINE), (9, Measure.EXCESS)]
)
def test_too_many_accounts_for_one_person_are_named(
    portfolio: Any, accounts: int, measure: Measure
) -> None:
    """A ninth leaves less than half a day a week for each."""
    (found,) = of(method_checks(portfolio(count=accounts)), "accounts_per_kam")
    assert (found.measure, found.subject, found.high) == (measure, "Claire Martin", 8)


def test_an_account_nobody_leads_is_a_lack(portfolio: Any) -> None:
    """It has less than one."""
    found = method_checks(portfolio(count=1, accounts={}))
    assert [one.measure for one in of(found, "accounts_per_kam")] == [Measure.LACK]


@pytest.mark.parametrize(
    ("count", "cap", "measure"),
    [
        (0, None, Measure.LACK),
        (3, 2, Measure.EXCESS),
        (2, 2, Measure.FINE),
        (3, None, Measure.FINE),
    ],
)
def test_the_number_of_accounts_is_held_against_the_cap(
    programmes: Any, portfolio: Any, count: int, cap: int | None, measure: Measure
) -> None:
    """The programme's own, else what the tiers hold."""
    read = portfolio(programmes.programme(account_cap=cap), count=count)
    (found,) = of(method_checks(read), "account_cap")
    assert found.measure is measure


@pytest.mark.checklist("S1.15", home="check `objectives_per_plan`")
@pytest.mark.parametrize(
    ("count", "measure"), [(1, Measure.LACK), (2, Measure.FINE), (8, Measure.EXCESS)]
)
def test_objectives_of_a_plan_are_counted(
    programmes: Any, portfolio: Any, count: int, measure: Measure
) -> None:
    """One is a wish; eight are no longer discussed."""
    listed = tuple(
        programmes.objective("acc_0", "2027-03-01", id=str(place)) for place in range(count)
    )
    found = of(method_checks(portfolio(count=1, objectives=listed)), "objectives_per_plan")
    assert [one.measure for one in found] == [measure]


@pytest.mark.checklist("S1.15", home="check `horizon_mix`: short, mid and long term")
def test_short_mid_and_long_term_are_mixed(programmes: Any, portfolio: Any) -> None:
    """All that is due soon is too much of the short, and too little of the rest."""
    listed = tuple(programmes.objective("acc_0", "2027-01-15", id=str(place)) for place in range(5))
    found = of(method_checks(portfolio(count=1, objectives=listed)), "horizon_mix")
    assert {one.subject: one.measure for one in found} == {
        "short term": Measure.EXCESS,
        "mid term": Measure.LACK,
        "long term": Measure.LACK,
    }


def test_without_objectives_the_mix_is_unknown(portfolio: Any) -> None:
    """Nothing is measured of nothing."""
    found = of(method_checks(portfolio(count=1)), "horizon_mix")
    assert {one.measure for one in found} == {Measure.UNKNOWN}


@pytest.mark.parametrize(
    ("cadence", "measure"), [(90, Measure.LACK), (14, Measure.FINE), (1, Measure.EXCESS)]
)
def test_hours_of_rituals_are_counted(
    programmes: Any, portfolio: Any, cadence: int, measure: Measure
) -> None:
    """Less than an hour a month is no rhythm; more than a tenth of the month is no work."""
    ritual = programmes.ritual(kind=RitualKind.TEAM_MEETING, cadence_days=cadence)
    (found,) = of(method_checks(portfolio(ritual, count=1)), "ritual_hours")
    assert found.measure is measure


def training(user_id: str, place: int, trained: date | None) -> Competency:
    """One skill of somebody."""
    return Competency(
        id=f"{user_id}-{place}", user_id=user_id, skill=f"skill {place}", level=3, wanted=3,
        assessed_on=date(2026, 5, 1), training=f"course {place}", trained_on=trained,
    )  # fmt: skip


@pytest.mark.checklist("S1.15", home="check of how training is spread")
@pytest.mark.parametrize(
    ("trainings", "measures"),
    [(0, [Measure.LACK]), (2, [Measure.FINE]), (5, [Measure.EXCESS, Measure.FINE])],
)
def test_training_is_spread(portfolio: Any, trainings: int, measures: list[Measure]) -> None:
    """Nobody trained within a year, or one person more often than can be tried out."""
    told = [training("usr_1", place, date(2026, 6, 1 + place)) for place in range(trainings)]
    told.append(training("usr_1", 9, None))
    found = of(method_checks(portfolio(*told, count=1)), "training_spread")
    assert [one.measure for one in found] == measures


def section(kind: SectionKind, length: int = 10) -> PlanSection:
    """Somebody's words."""
    return PlanSection(
        id=f"s-{kind.value}", account_id="acc_0", kind=kind, body="x" * length, written_by="usr_1",
        written_on=date(2026, 6, 1),
    )  # fmt: skip


def test_sections_that_are_asked_and_empty_are_named(portfolio: Any) -> None:
    """A starter asks people for three; the profile comes from the CRM."""
    starter = METHODS[Maturity.STARTER]
    (bare,) = of(method_checks(portfolio(count=1, method=METHODS[Maturity.STANDARD])),
                 "empty_sections")  # fmt: skip
    assert bare.measure is Measure.LACK
    assert "tactics" in bare.reason
    assert of(method_checks(portfolio(count=1, method=starter)), "empty_sections") == []


def test_a_plan_too_long_to_be_read_is_too_much(portfolio: Any) -> None:
    """More than ten pages."""
    told = [section(kind, 4000) for kind in SectionKind]
    found = of(method_checks(portfolio(*told, count=1)), "empty_sections")
    assert [one.measure for one in found] == [Measure.EXCESS, Measure.FINE]


@pytest.mark.parametrize(
    ("maturity", "started", "measure"),
    [
        (Maturity.ADVANCED, date(2026, 6, 1), Measure.EXCESS),
        (Maturity.ADVANCED, date(2024, 6, 1), Measure.FINE),
        (Maturity.STARTER, date(2022, 6, 1), Measure.LACK),
        (Maturity.STARTER, date(2026, 6, 1), Measure.FINE),
    ],
)
def test_the_method_fits_the_programmes_age(
    programmes: Any, portfolio: Any, maturity: Maturity, started: date, measure: Measure
) -> None:
    """All of it in the first year is too much; four sections after three years too little."""
    read = portfolio(programmes.programme(maturity=maturity, started_on=started))
    (found,) = of(method_checks(read), "maturity")
    assert found.measure is measure


@pytest.mark.parametrize(
    ("value", "measure"),
    [(None, Measure.UNKNOWN), (0, Measure.LACK), (1, Measure.FINE), (3, Measure.FINE),
     (4, Measure.EXCESS)],
)  # fmt: skip
def test_every_check_has_two_sides(value: int | None, measure: Measure) -> None:
    """What is not known is neither."""
    found = MethodCheck.between("k", value, 1, 3, subject="s", reason="r")
    assert found.measure is measure
    assert worst_first([found]) == [found]


def test_checks_speak_french(portfolio: Any) -> None:
    """Whoever reads them may be French."""
    found = method_checks(portfolio(count=9, say=voice(Language.FR)))
    (one,) = of(found, "accounts_per_kam")
    assert one.reason == "9 comptes clés"
    assert isinstance(one.value, Decimal)
