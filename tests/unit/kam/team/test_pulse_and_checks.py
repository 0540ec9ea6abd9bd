"""How teams find the work, and what is too much or too little in a team."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.programme.checks import Measure, MethodCheck
from kam_connector.kam.programme.methods import METHODS
from kam_connector.kam.team.pulse import QUESTIONS, Trend, pulse_trend
from kam_connector.kam.team.team_checks import team_checks
from kam_connector.language import Language, voice
from kam_connector.model.account_team import Circle, Teammate, TeamPulse, TeamRole
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Maturity

AS_OF = date(2026, 11, 21)
ADVANCED = METHODS[Maturity.ADVANCED]


def answer(name: str, day: str, mark: int, **changes: Any) -> TeamPulse:
    """The same mark to every question."""
    values: dict[str, Any] = {
        "id": f"{name}-{day}",
        "account_id": "acc_1",
        "on": date.fromisoformat(day),
        "user_id": name,
        "clarity": mark,
        "workload": mark,
        "priorities": mark,
        "collaboration": mark,
    }
    return TeamPulse(**(values | changes))


@pytest.mark.checklist(
    "S1.21", "S1.11", home="`TeamPulse`, `pulse_trend`; `kam team pulse`; ritual cadence"
)
def test_a_pulse_has_rounds_and_a_trend() -> None:
    """Spring against autumn, question by question."""
    spring = [answer(name, "2026-05-04", 3) for name in ("a", "b", "c")]
    autumn = [answer(name, "2026-11-04", 4, workload=2) for name in ("a", "b", "c")]
    found = pulse_trend([*autumn, *spring], as_of=AS_OF)
    assert [one.answers for one in found.rounds] == [3, 3]
    assert dict(found.rounds[1].means) == {
        "clarity": 4, "workload": 2, "priorities": 4, "collaboration": 4,
    }  # fmt: skip
    assert dict(found.trends)["clarity"] is Trend.UP
    assert dict(found.trends)["workload"] is Trend.DOWN


def test_below_three_answers_nothing_is_shown() -> None:
    """Somebody who answers twice is one person."""
    told = [
        answer("a", "2026-11-02", 1),
        answer("a", "2026-11-03", 5),
        answer("b", "2026-11-04", 5),
    ]
    (found,) = pulse_trend(told, as_of=AS_OF).rounds
    assert (found.answers, found.shown, found.means) == (2, False, ())


def test_answers_without_a_name_count_each() -> None:
    """They cannot be told apart, and need not be."""
    told = [answer(f"n{place}", "2026-11-02", 4, user_id=None) for place in range(3)]
    assert pulse_trend(told, as_of=AS_OF).rounds[0].shown


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 5)), max_size=12))
def test_means_stay_within_the_scale_in_any_order(given_: list[tuple[str, int]]) -> None:
    """1 to 5, and no order of answers changes them."""
    told = [answer(name, "2026-11-02", mark, id=str(place)) for place, (name, mark) in
            enumerate(given_)]  # fmt: skip
    found = pulse_trend(told, as_of=AS_OF)
    assert found == pulse_trend(reversed(told), as_of=AS_OF)
    assert all(1 <= mean <= 5 for one in found.rounds for _, mean in one.means)
    assert {asked for asked, _ in found.trends} == set(QUESTIONS)


def mate(user_id: str, **changes: Any) -> Teammate:
    """A core member."""
    values: dict[str, Any] = {
        "id": f"t-{user_id}-{changes.get('account_id', 'acc_1')}",
        "account_id": "acc_1",
        "user_id": user_id,
        "circle": Circle.CORE,
        "role": TeamRole.SALES,
    }
    return Teammate(**(values | changes))


def of(found: list[MethodCheck], key: str) -> list[MethodCheck]:
    """Return the checks of one key."""
    return [one for one in found if one.key == key]


@pytest.mark.parametrize(
    ("members", "measure"), [(0, Measure.LACK), (3, Measure.FINE), (9, Measure.EXCESS)]
)
def test_a_core_team_is_neither_one_person_nor_a_crowd(
    make: Any, members: int, measure: Measure
) -> None:
    """The owner counts."""
    kept = KeptRecords.holding([mate(f"u{place}") for place in range(members)])
    (found,) = of(team_checks(make.facts(kept=kept), AS_OF), "team_size")
    assert found.measure is measure


def test_time_promised_elsewhere_counts_here(make: Any) -> None:
    """110 % over two accounts is too much in both."""
    here = mate("u", time_share_agreed=Decimal(60), time_share_actual=Decimal(80), agreed_by="b")
    there = mate("u", account_id="acc_2", time_share_agreed=Decimal(50), agreed_by="b")
    listed = make.facts(kept=KeptRecords.holding([here]))
    found = of(team_checks(listed, AS_OF, everywhere=[here, there]), "time_share")
    assert [(one.measure, one.value) for one in found if one.user_id == "u"] == [
        (Measure.EXCESS, 110),
        (Measure.EXCESS, 80),
    ]


def test_only_checks_of_the_method_are_asked(make: Any) -> None:
    """A starter is asked for nothing but covered contacts."""
    starter = team_checks(make.facts(), AS_OF, method=METHODS[Maturity.STARTER])
    advanced = team_checks(make.facts(), AS_OF, method=ADVANCED)
    assert {one.key for one in starter} == {"contact_covered"}
    assert {"raci", "team_pulse", "outside_the_kam"} <= {one.key for one in advanced}


def test_a_falling_pulse_is_named(make: Any) -> None:
    """Question by question, never person by person."""
    told = [answer(name, "2026-05-04", 4) for name in ("a", "b", "c")]
    told += [answer(name, "2026-11-04", 2) for name in ("a", "b", "c")]
    listed = make.facts(kept=KeptRecords.holding(told))
    found = of(team_checks(listed, AS_OF, method=ADVANCED, say=voice(Language.FR)), "team_pulse")
    assert found[0].measure is Measure.LACK
    assert "charge de travail" in found[0].reason
