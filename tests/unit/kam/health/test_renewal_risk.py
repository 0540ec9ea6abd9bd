"""Promises of renewal risk: bounded, explained, urgent near the decision, honest about gaps."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.explain import explain_score
from kam_connector.kam.health.renewal_risk import open_cycles, renewal_risk, renewal_risks
from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.risks import RenewalRiskSettings
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.model.figures import NewsKind, OutsideNews
from kam_connector.model.kept import KeptRecords
from kam_connector.model.score import Band, Score

FEW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def situation(make: Any, facts: Any) -> Situation:
    """Return the facts, read on the demo's day."""
    return read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())


def risk(make: Any, facts: Any) -> Score:
    """Return the risk of the next renewal."""
    read = situation(make, facts)
    return renewal_risk(read, open_cycles(read)[0])


def well_kept(make: Any, closes: str = "2027-03-20", **changes: Any) -> Any:
    """Return an account whose sponsor is met every week, with a renewal that moves."""
    values: dict[str, Any] = {
        "contacts": [make.contact("mona", "internal_sponsor")],
        "activities": make.every(7, "mona", until="2026-11-19", times=60),
        "opportunities": [make.deal(closes, 900_000, kind="renewal")],
    }
    return make.facts(**(values | changes))


def readings(score: Score) -> dict[str, Decimal | None]:
    """Return each line's reading."""
    return {one.key: one.reading for one in score.ledger}


def test_weights_are_the_published_ones_and_sum_to_a_hundred() -> None:
    """PILLAR's invariant."""
    assert sum(RenewalRiskSettings().weights.values()) == 100


def test_a_well_kept_account_is_hardly_at_risk(make: Any) -> None:
    """Ties as before, a sponsor in dialogue, the opportunity moved three weeks ago."""
    found = risk(make, well_kept(make))
    assert found.value is not None
    assert (found.band, found.value < 10) == (Band.GREEN, True)
    assert readings(found)["renewal.sponsor_gap"] == 0
    assert readings(found)["renewal.late_payments"] is None


def test_the_champions_leaving_before_a_renewal_is_red(make: Any) -> None:
    """Nordwind: nobody who decides is in dialogue; the ledger sums to the value."""
    found = risk(make, make.nordwind())
    assert (found.value, found.band) == (Decimal("75.2"), Band.RED)
    assert ledger_sum(found.ledger) == found.value
    assert found.caps == ("a sponsor or decider left and nobody of them is in dialogue",)
    told = explain_score(found)
    assert told[0] == "Renewal risk on 2026-11-21: 75.2 (red)"
    assert told[-1] == (
        "What would help most: ties as warm as three months ago would take away 15.2"
    )


@pytest.mark.parametrize(
    ("closes", "urgency"), [("2027-02-19", None), ("2027-01-05", "12"), ("2026-11-22", "25")]
)
def test_the_same_risk_weighs_more_near_the_decision(
    make: Any, closes: str, urgency: str | None
) -> None:
    """From ninety days on it is multiplied, up to a quarter more on the day."""
    fading = make.every(7, "mona", until="2026-10-01", times=60)
    found = risk(make, well_kept(make, closes, activities=fading))
    lines = {one.key: one.reason for one in found.ledger}
    assert lines.get("renewal.urgency", "").partition(": ")[2] == (
        f"{urgency} % more" if urgency else ""
    )
    assert ledger_sum(found.ledger) == found.value


def test_below_half_of_the_weight_there_is_no_value(make: Any) -> None:
    """Without recorded contact and requests hardly anything is known."""
    found = risk(make, well_kept(make, captured_user_ids=frozenset(), activities=[]))
    assert (found.value, found.band) == (None, Band.INSUFFICIENT_DATA)
    assert found.data_coverage < Decimal("0.5")
    assert found.counterfactual is None


def test_an_open_escalation_near_the_decision_is_never_below_red(make: Any, figures: Any) -> None:
    """The floor names itself and lifts by exactly what is missing."""
    case = figures.case("2026-11-01", escalated=True)
    found = risk(make, well_kept(make, "2027-01-30", cases=(case,)))
    assert (found.value, found.band) == (Decimal("60.0"), Band.RED)
    assert found.caps == ("an escalated request is open",)
    assert ledger_sum(found.ledger) == found.value


def test_somebody_met_punctually_every_quarter_shows_no_decay(make: Any) -> None:
    """Time between two expected meetings is no fading tie."""
    facts = well_kept(
        make,
        contacts=[make.contact("ines", "economic_decider")],
        activities=make.every(90, "ines", until="2026-11-01", times=8),
    )
    assert (readings(risk(make, facts))["renewal.engagement_decay"] or 0) < 1


def test_every_open_renewal_has_its_own_score(make: Any) -> None:
    """The next decision has the plain name, a second one carries its cycle."""
    deals = [make.deal(day, 100, kind="renewal") for day in ("2027-03-20", "2027-01-30")]
    found = renewal_risks(situation(make, well_kept(make, opportunities=deals)))
    assert [(name.partition(":")[0], one.inputs["decision"]) for name, one in found.items()] == [
        ("renewal_risk", "2027-01-30"),
        ("renewal_risk", "2027-03-20"),
    ]


def test_a_renewal_far_away_is_not_judged(make: Any) -> None:
    """Before its window opens there is nothing to be late with."""
    assert renewal_risks(situation(make, well_kept(make, "2027-09-20"))) == {}


def test_news_that_puts_suppliers_in_question_weighs(make: Any) -> None:
    """A merger of last month; without any news the market is not known, not calm."""
    news = OutsideNews(
        id="n",
        account_id="acc_1",
        kind=NewsKind.MERGER,
        title="Two become one",
        on=make.as_of - timedelta(days=30),
    )
    stirred = risk(make, well_kept(make, kept=KeptRecords.holding([news])))
    calm = risk(make, well_kept(make))
    assert readings(stirred)["renewal.market"] == 100
    assert readings(calm)["renewal.market"] is None


@pytest.mark.parametrize(
    ("answer", "reading"), [(4, 100), (6, 100), (7, 60), (8, 30), (9, 0), (10, 0)]
)
def test_recommendation_reads_as_published(
    make: Any, figures: Any, answer: int, reading: int
) -> None:
    """PILLAR: below 6 100, 7 60, 8 30, from 9 nothing."""
    kept = KeptRecords.holding(figures.answers(answer, answer))
    assert readings(risk(make, well_kept(make, kept=kept)))["renewal.nps"] == reading


def test_the_mapping_may_write_risk_and_decision(make: Any) -> None:
    """Paths renewal.risk and renewal.decision; empty while no renewal is open."""
    told = conclude(assess(make.nordwind(), as_of=make.as_of, now=make.now), [])[0].values
    assert (told["renewal.risk"], told["renewal.decision"]) == ("75.2", "2027-01-30")
    calm = conclude(assess(make.facts(), as_of=make.as_of, now=make.now), [])[0].values
    assert (calm["renewal.risk"], calm["renewal.decision"]) == (None, None)


@FEW
@given(data=st.data())
def test_risk_is_bounded_sums_exactly_and_ignores_order(
    make: Any, figures: Any, data: st.DataObject
) -> None:
    """Whatever happened: 0 to 100, the ledger is the value, the order says nothing."""
    moments = st.integers(0, 500).map(lambda back: make.now - timedelta(days=back))
    roles = st.sampled_from(["internal_sponsor", "economic_decider", "other"])
    people = [
        make.contact(f"p{k}", data.draw(roles), left_at=data.draw(st.none() | moments))
        for k in range(3)
    ]
    seen = [
        make.mail(at, f"p{k % 3}") for k, at in enumerate(data.draw(st.lists(moments, max_size=15)))
    ]
    cases = [
        figures.case(at.isoformat()[:19], escalated=data.draw(st.booleans()))
        for at in data.draw(st.lists(moments, max_size=4))
    ]
    kept = figures.answers(*data.draw(st.lists(st.integers(0, 10), max_size=5)))
    ahead = data.draw(st.integers(0, 179))
    deal = make.deal(str(make.as_of + timedelta(days=ahead)), 100, kind="renewal")
    values: dict[str, Any] = {"contacts": people, "activities": seen, "opportunities": [deal]}
    found = risk(make, make.facts(**values, cases=tuple(cases), kept=KeptRecords.holding(kept)))
    assert found.value is None or 0 <= found.value <= 100
    assert found.value is None or ledger_sum(found.ledger) == found.value
    values["contacts"] = people[::-1]
    again = make.facts(**values, cases=tuple(cases[::-1]), kept=KeptRecords.holding(kept[::-1]))
    assert risk(make, again) == found
