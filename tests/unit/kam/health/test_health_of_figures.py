"""Promises of a verdict that knows satisfaction, margin and requests gone wrong."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_connector.kam.explain import explain_score
from kam_connector.kam.health.verdict import health_score
from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import read_situation
from kam_connector.language import Language
from kam_connector.model.figures import SurveyKind
from kam_connector.model.kept import KeptRecords
from kam_connector.model.score import Band, Score

FEW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
NPS = st.lists(st.integers(0, 10), min_size=3, max_size=8)


def health(make: Any, *kept: Any, language: Language = Language.EN, **changes: Any) -> Score:
    """Return the health of Nordwind with what is kept of it."""
    facts = make.nordwind(kept=KeptRecords.holding(kept), **changes)
    chosen = KamSettings(language=language)
    return health_score(read_situation(facts, as_of=make.as_of, now=make.now, settings=chosen))


def lines(score: Score) -> dict[str, Any]:
    """Return the ledger by key."""
    return {one.key: one for one in score.ledger}


def test_all_four_families_count_once_they_are_known(make: Any, figures: Any) -> None:
    """Surveys, margin and cost to serve: the whole weight is known."""
    months = [f"2026-{month:02}" for month in range(1, 11)]
    score = health(
        make,
        *figures.answers(9, 9, 6),
        *figures.answers(4, 4, 3, kind=SurveyKind.CSAT),
        *figures.years(100, 100, cost_of_goods=Decimal(80)),
        *[figures.cost(month, 12) for month in months],
    )
    found = lines(score)
    assert score.data_coverage == 1
    assert found["satisfaction.nps"].reason == "33.3 from 3 answers in 365 days"
    assert found["satisfaction.csat"].reading == Decimal("58.3")
    assert (
        found["profitability.margin"].reading,
        found["profitability.cost_to_serve"].reading,
    ) == (
        50,
        75,
    )
    assert found["development.revenue_trend"].reason == (
        "billed 1,200 in twelve months, 1,200 in the twelve before (EUR)"
    )
    assert ledger_sum(score.ledger) == score.value


def test_two_answers_make_no_reading(make: Any, figures: Any) -> None:
    """One unhappy person of two is not the customer's voice: shown, not counted."""
    found = lines(health(make, *figures.answers(10, 0)))["satisfaction.nps"]
    assert (found.reading, found.points) == (None, 0)
    assert found.reason == "2 answers in 365 days, 3 are needed"


@pytest.mark.checklist(
    "S2.12",
    home="`Case`, ledger line `satisfaction.cases`, cap `open_escalation`; `kam score explain`",
)
def test_incidents_move_the_verdict_and_are_forgotten_after_a_quarter(
    make: Any, figures: Any
) -> None:
    """An open escalation takes 8 points and caps; settled it fades away over ninety days."""
    calm = health(make)
    raised = health(make, cases=(figures.case("2026-11-01", escalated=True),))
    fading = health(make, cases=(figures.case("2026-09-01", "2026-10-07", escalated=True),))
    gone = health(make, cases=(figures.case("2026-06-01", "2026-06-29", escalated=True),))
    assert calm.value is not None
    assert lines(raised)["satisfaction.cases"].points == -8
    assert "1 escalated request open" in raised.caps
    assert lines(fading)["satisfaction.cases"].points == Decimal("-2.0")
    assert lines(fading)["satisfaction.cases"].reason == "an escalation settled on 2026-10-07"
    assert gone.value == calm.value


def test_an_open_escalation_is_never_green(make: Any, figures: Any) -> None:
    """However good the rest, a critical incident that waits keeps the verdict amber."""
    people = [make.contact("mona", "internal_sponsor"), make.contact("ines", "economic_decider")]
    facts: dict[str, Any] = {
        "contacts": people,
        "activities": make.every(7, "mona", "ines", until="2026-11-19", times=30),
        "opportunities": [*make.steady_business(), make.deal("2027-06-01", 2_000_000)],
        "kept": KeptRecords.holding(figures.answers(10, 10, 10)),
    }
    case = figures.case("2026-11-01", escalated=True)
    calm, raised = (
        health_score(
            read_situation(
                make.facts(**facts, cases=cases),
                as_of=make.as_of,
                now=make.now,
                settings=KamSettings(),
            )
        )
        for cases in ((), (case,))
    )
    assert (calm.band, raised.band) == (Band.GREEN, Band.AMBER)
    assert raised.inputs["cap_reasons"] == ["1 escalated request open, the first since 2026-11-01"]
    assert ledger_sum(raised.ledger) == raised.value


def test_requests_that_went_well_are_no_praise(make: Any, figures: Any) -> None:
    """Settled in good time: the verdict stays what it was, to the tenth."""
    cases = (figures.case("2026-10-01", "2026-10-02"), figures.case("2026-11-10"))
    assert health(make, cases=cases).value == health(make).value


def test_a_departed_champion_reads_as_one_effect(make: Any) -> None:
    """What they carried is marked where it counts, and taken out under a subtotal."""
    told = explain_score(health(make))
    ties = next(one for one in told if "relationship.key_ties" in one)
    assert ties.endswith("(with who left; the cap below takes it out)")
    subtotal = next(place for place, one in enumerate(told) if one.endswith("before limits"))
    assert told[subtotal] == "     78.0  before limits"
    assert told[subtotal + 1].endswith("what they carried above is taken out")


def test_a_verdict_speaks_french(make: Any) -> None:
    """Reasons and caps in the language of the settings."""
    score = health(make, language=Language.FR)
    assert score.caps == ("promoteur parti, 70 jours avant le renouvellement",)
    assert lines(score)["relationship.recent_dialogue"].reason.startswith(
        "dernier échange réciproque le 17/11/2026"
    )


@FEW
@given(scores=NPS, place=st.integers(0, 7), more=st.integers(1, 10))
def test_a_better_answer_never_lowers_health(
    make: Any, figures: Any, scores: list[int], place: int, more: int
) -> None:
    """Monotone in satisfaction; the ledger sums whatever was answered."""
    better = list(scores)
    better[place % len(scores)] = min(10, better[place % len(scores)] + more)
    before, after = (health(make, *figures.answers(*given)) for given in (scores, better))
    assert (after.value or 0) >= (before.value or 0)
    assert ledger_sum(after.ledger) == after.value


@FEW
@given(goods=st.integers(0, 150), less=st.integers(0, 50))
def test_more_margin_never_lowers_health(make: Any, figures: Any, goods: int, less: int) -> None:
    """Cheaper goods at the same revenue."""
    dear, cheap = (
        health(make, *figures.years(100, 100, cost_of_goods=Decimal(each)))
        for each in (goods, max(0, goods - less))
    )
    assert (cheap.value or 0) >= (dear.value or 0)


@FEW
@given(
    days=st.lists(
        st.tuples(st.integers(0, 200), st.none() | st.integers(0, 150), st.booleans()), max_size=6
    ),
    seed=st.randoms(use_true_random=False),
)
def test_another_request_never_raises_health(
    make: Any, figures: Any, days: list[Any], seed: Any
) -> None:
    """Bounded, exact, independent of order, and never better for one more request."""
    cases = [
        figures.case(
            (make.now - timedelta(days=age)).isoformat()[:19],
            None if settled is None else (make.now - timedelta(days=settled)).isoformat()[:19],
            escalated=escalated,
        )
        for age, settled, escalated in days
    ]
    values = [health(make, cases=tuple(cases[:count])) for count in range(len(cases) + 1)]
    assert all((later.value or 0) <= (sooner.value or 0) for sooner, later in pairwise(values))
    assert all(ledger_sum(one.ledger) == one.value for one in values)
    assert all(0 <= (one.value or 0) <= 100 for one in values)
    shuffled = list(cases)
    seed.shuffle(shuffled)
    assert health(make, cases=tuple(shuffled)) == values[-1]
