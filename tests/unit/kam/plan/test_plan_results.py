"""Does the plan bring results: objectives against their pace, year after year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.plan.attainment import attainment, objectives_off_track, results_in_words
from kam_connector.kam.plan.view import AttainmentState as State
from kam_connector.language import voice
from kam_connector.model.account import Account, KeyAccount, Stage
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Level, Nature, Objective, ObjectiveStatus

TODAY = date(2026, 11, 21)


@pytest.mark.checklist("S1.22", home="`attainment`, `plan.objectives_on_track`, `kam plan show`")
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"last": Decimal(600)}, State.REACHED),
        ({"last": Decimal(480)}, State.ON_TRACK),
        ({"last": Decimal(410)}, State.BEHIND),
        ({"last": Decimal(590), "due": date(2026, 11, 20)}, State.MISSED),
        ({"last": None}, State.NOT_KNOWN),
        ({"baseline": Decimal(40), "target": Decimal(20), "last": Decimal(30)}, State.ON_TRACK),
        ({"status": ObjectiveStatus.REACHED}, State.REACHED),
        ({"nature": Nature.QUALITATIVE, "target": None}, State.NOT_KNOWN),
        (
            {"nature": Nature.QUALITATIVE, "target": None, "due": date(2026, 11, 1)},
            State.MISSED,
        ),
    ],
    ids=["there", "at pace", "behind", "too late", "not measured", "fewer is better",
         "a person says so", "judged later", "nobody judged"],
)  # fmt: skip
def test_an_objective_is_held_against_its_pace(
    told: Any, room: Any, changes: dict[str, Any], state: State
) -> None:
    """Forty per cent of the year has passed: forty per cent of the way is expected."""
    facts = told(objectives=(room.objective(**changes),))
    (one,) = attainment(facts, as_of=TODAY)
    assert one.state is state


def test_the_results_are_one_sentence(told: Any, room: Any) -> None:
    """What cannot be judged is said, never counted as a failure."""
    facts = told(
        objectives=(
            room.objective("a", last=Decimal(600)),
            room.objective("b", last=Decimal(401)),
            room.objective("c"),
        )
    )
    found = attainment(facts, as_of=TODAY)
    assert results_in_words(found, voice("en")) == (
        "Of 2 objectives 1 reached, 0 on track, 1 behind or missed; 1 cannot be judged"
    )
    assert [one.objective.id for one in objectives_off_track(facts, as_of=TODAY)] == ["b"]


def test_what_a_person_closed_is_no_failure(told: Any, room: Any, make: Any) -> None:
    """It was dropped, not missed."""
    closed = room.objective(status=ObjectiveStatus.CLOSED, settled_at=make.now)
    assert attainment(told(objectives=(closed,)), as_of=TODAY) == ()


def test_objectives_of_the_method_begin_anew_each_year(make: Any, told: Any) -> None:
    """Last year's is closed and counts as missed; this year's starts from today's value."""
    facts = told()
    first = assess(facts, as_of=make.as_of, now=make.now).aims.objectives
    later = make.as_of + timedelta(days=250)
    again = assess(
        replace(facts, objectives=first), as_of=later, now=make.now + timedelta(days=250)
    ).aims.objectives
    old, new = sorted(
        (one for one in again if one.metric == "health.score"), key=lambda one: one.due
    )
    assert (old.status, new.status) == (ObjectiveStatus.CLOSED, ObjectiveStatus.OPEN)
    assert (old.due, new.due, new.set_on) == (date(2027, 6, 30), date(2028, 6, 29), later)
    states = {one.objective.id: one.state for one in attainment(
        replace(facts, objectives=again), as_of=later
    )}  # fmt: skip
    assert states[old.id] is State.MISSED


def test_the_night_leaves_peoples_objectives_as_they_are(make: Any, told: Any, room: Any) -> None:
    """Measured where it can be; words, target, day and status stay theirs."""
    mine = room.objective(metric="coverage.percent", baseline=Decimal(0), target=Decimal(80))
    found = assess(told(objectives=(mine,)), as_of=make.as_of, now=make.now)
    (after,) = [one for one in found.aims.objectives if one.id == "own"]
    assert replace(after, last=None) == mine
    assert after.last is not None
    assert [one.current for one in found.aims.measures if one.objective_id == "own"] == [after.last]


def test_a_judged_objective_has_no_measure_and_no_target(make: Any, told: Any, room: Any) -> None:
    """Its record says so with an empty number; a measure would want one."""
    judged = room.objective(nature=Nature.QUALITATIVE, target=None, metric="partnership")
    found = assess(told(objectives=(judged,)), as_of=make.as_of, now=make.now)
    said = conclude(found, ())
    (record,) = [one for one in said if one.kind is Kind.OBJECTIVE and one.id == "own"]
    measures = [one for one in said if one.kind is Kind.MEASURE]
    assert record.values["target"] is None
    assert "own" not in {one.values["objective"] for one in measures}


def test_a_key_figure_measures_an_objective_that_names_it(make: Any, told: Any, room: Any) -> None:
    """The latest figure of that key counts."""
    figures = [
        KpiValue(
            id=f"k{month}", account_id="acc_1", family=KpiFamily.DEVELOPMENT,
            key="revenue.storage", as_of=date(2026, month, 1), value=Decimal(100 * month),
            unit="EUR", reason="billed",
        )
        for month in (9, 5)
    ]  # fmt: skip
    facts = told(*figures, objectives=(room.objective(),))
    found = assess(facts, as_of=make.as_of, now=make.now)
    assert [one.last for one in found.aims.objectives if one.id == "own"] == [Decimal(900)]


numbers = st.decimals(min_value=-1000, max_value=1000, places=1)


@given(start=numbers, target=numbers, now=numbers, more=st.decimals(0, 100, places=1))
def test_progress_is_bounded_and_never_falls_on_the_way(
    start: Decimal, target: Decimal, now: Decimal, more: Decimal
) -> None:
    """Between -100 and 100 per cent; a step towards the target never takes any away."""
    step = more if target >= start else -more
    first, second = (progress(start, target, value) for value in (now, now + step))
    assert -100 <= first <= 100
    assert second >= first


def progress(start: Decimal, target: Decimal, now: Decimal) -> int:
    """Return the progress of one objective of a bare account."""
    one = Objective(
        id="o", account_id="a", title="t", reason="", level=Level.STRATEGIC, metric="m",
        baseline=start, target=target, due=date(2027, 1, 1), made_by="somebody", last=now,
    )  # fmt: skip
    key = KeyAccount(account_id="a", tier="A", stage=Stage.DEVELOPMENT, since=TODAY, reason="r")
    facts = AccountFacts(account=Account(id="a", name="A"), key=key, objectives=(one,))
    (found,) = attainment(facts, as_of=TODAY)
    return found.progress if found.progress is not None else 0
