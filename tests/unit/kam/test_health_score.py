"""Promises of the health score: explained, honest about what it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_connector.kam.assess import Assessment, assess, conclude
from kam_connector.kam.explain import explain_score
from kam_connector.kam.health.readings import ramp
from kam_connector.kam.ledger import differences, exact_tenths, ledger_sum
from kam_connector.kam.settings import HealthSettings, KamSettings
from kam_connector.model.money import Money
from kam_connector.model.score import Band, Contribution, Score


def health(make: Any, facts: Any, **changes: Any) -> Score:
    """Return the health of an account on the demo's day."""
    return assess(facts, as_of=make.as_of, now=make.now, **changes).scores["health"]


def line(key: str, points: str) -> Contribution:
    """A ledger line."""
    return Contribution(
        key=key, points=Decimal(points), weight=Decimal(0), reading=None, reason="because"
    )


def test_uncaptured_account_is_insufficient_data_not_red_or_green(make: Any) -> None:
    """Story 3: the owner's mail is not captured and nothing two-way is known."""
    facts = make.facts(
        contacts=[make.contact("mona", "internal_sponsor")],
        opportunities=make.steady_business(),
        captured_user_ids=frozenset(),
    )
    score = health(make, facts)
    assert (score.value, score.band) == (None, Band.INSUFFICIENT_DATA)
    assert score.data_coverage == Decimal("0.30")
    assert score.inputs["activity_coverage"] == "0.00"
    assert "Activity data: mail of 0% of the team is recorded" in explain_score(score)


def test_insufficient_data_is_said_in_the_crm_too(make: Any) -> None:
    """The summary names what is missing; the number is empty, not zero."""
    facts = make.facts(
        contacts=[make.contact("mona", "internal_sponsor")], captured_user_ids=frozenset()
    )
    outcomes = conclude(assess(facts, as_of=make.as_of, now=make.now), [])
    account, contact = outcomes[0].values, outcomes[1].values
    assert account["health.score"] is None
    assert str(account["summary.text"]).startswith("Insufficient data: mail of 0 % of the team")
    assert (contact["strength.score"], contact["strength.band"]) == (None, None)


def test_a_recent_two_way_contact_proves_that_ties_are_recorded(make: Any) -> None:
    """A meeting on record makes ties readable, though silence still means nothing."""
    facts = make.facts(
        contacts=[make.contact("mona", "internal_sponsor")],
        activities=[make.activity("2026-11-01", "mona")],
        opportunities=make.steady_business(),
        captured_user_ids=frozenset(),
    )
    assert health(make, facts).value is not None


def test_nothing_known_is_never_a_verdict(make: Any) -> None:
    """An account without business or contacts is not judged."""
    assert health(make, make.facts()).band is Band.INSUFFICIENT_DATA


def test_weights_of_zero_leave_a_metric_out(make: Any) -> None:
    """An admin may switch a metric off without breaking the sum."""
    weights = {**HealthSettings().weights, "development.win_rate": 0, "satisfaction.nps": 0}
    chosen = KamSettings(health=HealthSettings(weights=weights))
    score = health(make, make.nordwind(), settings=chosen)
    assert ledger_sum(score.ledger) == score.value
    assert {each.key: each.points for each in score.ledger}["development.win_rate"] == 0


def test_families_weigh_thirty_twenty_thirty_twenty() -> None:
    """The default weights are those of the four families (docs/scores.md)."""
    weights = HealthSettings().weights
    families = {key.split(".")[0] for key in weights}
    sums = {f: sum(w for key, w in weights.items() if key.startswith(f)) for f in families}
    assert sums == {
        "development": 30,
        "satisfaction": 20,
        "relationship": 30,
        "profitability": 20,
    }


def test_successor_in_dialogue_lifts_the_cap(make: Any) -> None:
    """Once another sponsor is in dialogue, the departure no longer caps."""
    facts = make.nordwind()
    heir = make.contact("vera", "internal_sponsor")
    seen = make.every(14, "vera", until="2026-11-19", times=8)
    found = health(
        make,
        make.nordwind(contacts=(*facts.contacts, heir), activities=(*facts.activities, *seen)),
    )
    assert found.caps == ()
    assert found.value is not None
    assert found.value > 75


def test_no_sponsor_before_a_renewal_is_never_green(make: Any) -> None:
    """Ninety days before a renewal somebody who decides must be in dialogue."""
    people = [make.contact("ines", "economic_decider"), make.contact("kurt", "operational_user")]
    facts = make.facts(
        contacts=people,
        activities=make.every(7, "kurt", until="2026-11-19", times=20),
        opportunities=[*make.steady_business(), make.deal("2027-01-30", 900_000, kind="renewal")],
    )
    found = health(make, facts)
    assert found.caps == ("no sponsor in dialogue, 70 days before renewal",)
    assert found.band in {Band.AMBER, Band.RED}
    assert ledger_sum(found.ledger) == found.value


def test_other_currencies_are_left_out_and_said(make: Any) -> None:
    """Amounts are never added across currencies without a rate."""
    pound = Money(amount=Decimal(900_000), currency="GBP")
    deals = [*make.steady_business(), replace(make.won("2026-05-01", 1), amount=pound)]
    lines = {each.key: each for each in health(make, make.facts(opportunities=deals)).ledger}
    assert "(EUR, 1 in other currencies left out)" in lines["development.revenue_trend"].reason


def test_baseline_knows_only_what_existed_then(make: Any) -> None:
    """A week ago the champion had not left, and a later contact was not there."""
    facts = make.nordwind()
    late = make.activity("2026-11-20", "malika")
    with_late = health(make, make.nordwind(activities=(*facts.activities, late)))
    assert with_late.before == health(make, facts).before
    assert with_late.before_as_of == date(2026, 11, 14)


def test_second_night_compares_with_the_first(make: Any) -> None:
    """From the second run on, the last run is the comparison."""
    first = assess(make.nordwind(), as_of=make.as_of, now=make.now)
    night = timedelta(days=1)
    second = assess(
        make.nordwind(previous=first.scores), as_of=make.as_of + night, now=make.now + night
    ).scores["health"]
    assert second.before == first.scores["health"].value
    assert second.value is not None
    assert ledger_sum(second.changes) == second.value - second.before


def test_second_run_of_a_day_adds_to_the_days_changes(make: Any) -> None:
    """An activity pulled later the same day shows in that day's change, which still sums."""
    first = assess(make.nordwind(), as_of=make.as_of, now=make.now)
    facts = make.nordwind(previous=first.scores)
    reply = make.mail(make.now, "ines")
    again = health(make, replace(facts, activities=(*facts.activities, reply)))
    assert again.before == first.scores["health"].before
    assert again.value is not None
    assert again.before is not None
    assert ledger_sum(again.changes) == again.value - again.before


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_ledger_and_changes_always_sum_exactly(make: Any, data: st.DataObject) -> None:
    """Whatever the facts, the lines are the value and the changes are the difference."""
    roles = st.sampled_from(["internal_sponsor", "economic_decider", "legal", "other"])
    days = st.integers(0, 700).map(lambda k: make.now - timedelta(days=k))
    who = [
        make.contact(f"p{k}", data.draw(roles), left_at=data.draw(st.none() | days))
        for k in range(4)
    ]
    seen = [
        make.mail(moment, f"p{k % 4}")
        for k, moment in enumerate(data.draw(st.lists(days, max_size=20)))
    ]
    amounts = data.draw(st.lists(st.integers(1, 10**6), min_size=3, max_size=8))
    deals = [make.won(f"202{5 + k % 2}-0{1 + k}-11", amount) for k, amount in enumerate(amounts)]
    found = assess(
        make.facts(contacts=who, activities=seen, opportunities=deals),
        as_of=make.as_of,
        now=make.now,
    )
    assert_sums(found)


def assert_sums(found: Assessment) -> None:
    """The sums of both scores, with nothing for a value that is not known."""
    for_each = [(s, s.value or Decimal(0), s.before or Decimal(0)) for s in found.scores.values()]
    assert all(ledger_sum(s.ledger) == value for s, value, _ in for_each)
    known = [row for row in for_each if row[0].value is not None and row[0].before is not None]
    assert all(ledger_sum(s.changes) == value - before for s, value, before in known)
    assert all(Decimal(0) <= value <= Decimal(100) for _, value, _ in for_each)


@given(st.dictionaries(st.text(max_size=5), st.decimals(0, 100, places=4), max_size=12))
def test_tenths_sum_to_the_rounded_total(parts: dict[str, Decimal]) -> None:
    """Rounding loses nothing, and no line is off by a tenth."""
    rounded = exact_tenths(parts)
    total = sum(parts.values(), Decimal(0))
    assert sum(rounded.values(), Decimal(0)) == total.quantize(Decimal("0.1"))
    assert all(abs(rounded[key] - part) < Decimal("0.1") for key, part in parts.items())


def test_differences_name_lines_that_went_away() -> None:
    """A lifted cap is a change like any other."""
    found = differences([line("a", "40.0")], [line("a", "41.0"), line("cap.x", "-9.0")])
    assert [(each.key, each.points) for each in found] == [
        ("cap.x", Decimal("9.0")),
        ("a", Decimal("-1.0")),
    ]


@pytest.mark.parametrize(
    ("value", "span", "expected"),
    [
        (18, (7, 30), 48),
        (5, (7, 30), 0),
        (31, (7, 30), 100),
        (21, (90, 21), 100),
        (90, (90, 21), 0),
    ],
)
def test_ramp_is_linear_between_its_ends(
    value: float, span: tuple[float, float], expected: int
) -> None:
    """Natero's published example: (18 - 7) / (30 - 7) is 48."""
    assert round(ramp(value, span)) == expected
