"""The selection model: criteria, ramps, axes, quadrants, and how firm a place is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.programme.criteria import (
    METRICS,
    SHIPPED_CRITERIA,
    MetricSources,
    metrics,
    ramped,
)
from kam_connector.kam.programme.matrix import Quadrant, placed
from kam_connector.kam.programme.sensitivity import chosen_on_spend_alone, sensitivity
from kam_connector.kam.selection import Candidate, select_accounts
from kam_connector.model.account import Account, Stage
from kam_connector.model.currency import NO_RATES
from kam_connector.model.figures import RevenueLine, SurveyAnswer, SurveyKind, Wallet
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan_content import Partnership, PlanFrame
from kam_connector.model.programme import Axis, Criterion, SelectionScore

AS_OF = date(2026, 11, 21)
PERCENT = st.integers(min_value=0, max_value=100).map(Decimal)


def score(criterion: str, value: int, by: str = "usr_1", **changes: Any) -> SelectionScore:
    """What somebody says of the account."""
    values: dict[str, Any] = {
        "id": f"{criterion}-{by}-{value}",
        "account_id": "acc_1",
        "criterion_id": f"criterion-{criterion}",
        "value": Decimal(value),
        "scored_by": by,
        "scored_on": AS_OF,
    }
    return SelectionScore(**(values | changes))


def model(programmes: Any) -> list[Criterion]:
    """Two criteria on each axis."""
    return [
        programmes.criterion("potential", 60),
        programmes.criterion("fit", 40),
        programmes.criterion("wallet", 50, axis=Axis.STRENGTH),
        programmes.criterion("ties", 50, axis=Axis.STRENGTH),
    ]


@pytest.mark.checklist(
    "S1.07", "S2.06", home="`Criterion`, `SelectionScore`; `kam account select --matrix`"
)
@pytest.mark.parametrize(
    ("attractive", "strong", "quadrant"),
    [
        (80, 80, Quadrant.INVEST),
        (80, 20, Quadrant.SELECTIVE),
        (20, 80, Quadrant.MAINTAIN),
        (20, 20, Quadrant.HARVEST),
    ],
)
def test_two_axes_make_four_quadrants(
    programmes: Any, attractive: int, strong: int, quadrant: Quadrant
) -> None:
    """Attractive or not, and whether we are strong there."""
    told = [
        score("potential", attractive),
        score("fit", attractive),
        score("wallet", strong),
        score("ties", strong),
    ]
    found = placed("acc_1", model(programmes), told, {})
    assert found.quadrant is quadrant
    assert found.score == Decimal(attractive + strong) / 2


@pytest.mark.checklist("S2.06", home="`SHIPPED_CRITERIA`: potential 40, fit 30, partnership 30")
def test_the_shipped_criteria_are_the_articles(programmes: Any) -> None:
    """Revenue potential, strategic fit, capacity for a partnership."""
    axis = [one for one in SHIPPED_CRITERIA if one.axis is Axis.ATTRACTIVENESS]
    assert [(one.name, one.weight) for one in axis] == [
        ("revenue potential", 40),
        ("strategic fit", 30),
        ("partnership capacity", 30),
    ]
    assert all(one.metric in METRICS for one in SHIPPED_CRITERIA if one.metric)


def test_several_scorers_give_their_mean_and_their_spread(programmes: Any) -> None:
    """The last word of each counts; how far they are apart is shown."""
    told = [
        score("potential", 10, "ann", scored_on=date(2026, 1, 1)),
        score("potential", 80, "ann", rationale="new plant"),
        score("potential", 40, "bob"),
    ]
    (reading, _) = sorted(
        placed("acc_1", [programmes.criterion("potential", 1), programmes.criterion("z", 0)],
               told, {}).attractiveness.readings,
        key=lambda one: one.criterion.name,
    )  # fmt: skip
    assert (reading.value, reading.points, reading.spread) == (60, 60, 40)
    assert (reading.scorers, reading.rationale) == (("ann", "bob"), ("new plant",))


def test_below_half_of_the_weight_an_axis_is_unknown(programmes: Any) -> None:
    """What is missing is left out, never counted as nothing."""
    known = placed("acc_1", model(programmes), [score("potential", 90)], {})
    thin = placed("acc_1", model(programmes), [score("fit", 90)], {})
    assert (known.attractiveness.value, known.attractiveness.known) == (90, Decimal("0.60"))
    assert (thin.attractiveness.value, thin.quadrant) == (None, Quadrant.UNKNOWN)


def test_a_prospect_is_scored_by_attractiveness_alone(programmes: Any) -> None:
    """No strength is known yet: that is no weakness."""
    told = [score("potential", 70), score("fit", 70)]
    found = placed("acc_1", model(programmes), told, {})
    assert (found.score, found.strength.value) == (70, None)


@given(values=st.lists(PERCENT, min_size=2, max_size=5), weight=st.integers(1, 90))
def test_an_axis_is_bounded_and_its_ledger_sums_exactly(values: list[Decimal], weight: int) -> None:
    """0 to 100, whatever people say."""
    criteria = [
        Criterion(
            id=f"criterion-{place}", axis=Axis.ATTRACTIVENESS, name=str(place),
            weight=Decimal(weight + place), low=Decimal(0), high=Decimal(100),
        )
        for place in range(len(values))
    ]  # fmt: skip
    told = [score(str(place), int(value)) for place, value in enumerate(values)]
    axis = placed("acc_1", criteria, reversed(told), {}).attractiveness
    assert axis.value is not None
    assert 0 <= axis.value <= 100
    assert ledger_sum(axis.ledger) == axis.value
    assert axis == placed("acc_1", reversed(criteria), told, {}).attractiveness


@given(PERCENT, PERCENT)
def test_a_ramp_rises_and_turned_around_falls(one: Decimal, other: Decimal) -> None:
    """Never beyond its ends."""
    low, high = min(one, other), max(one, other)
    assert 0 <= ramped(low, Decimal(10), Decimal(60)) <= ramped(high, Decimal(10), Decimal(60))
    assert ramped(low, Decimal(60), Decimal(10)) >= ramped(high, Decimal(60), Decimal(10))


def test_a_clear_place_is_firm_and_a_close_one_is_not(programmes: Any) -> None:
    """Weights shaken by a fifth in every combination: sixteen of two axes with two criteria."""
    clear = [score("potential", 90), score("fit", 90), score("wallet", 90), score("ties", 90)]
    close = [score("potential", 75), score("fit", 15), score("wallet", 90), score("ties", 90)]
    firm = sensitivity(placed("acc_1", model(programmes), clear, {}))
    loose = sensitivity(placed("acc_1", model(programmes), close, {}))
    assert firm is not None
    assert loose is not None
    assert (firm.kept_share, firm.shaken) == (1, 16)
    assert loose.kept_share == Decimal("0.75")


def test_the_weight_at_which_a_place_flips_is_named(programmes: Any) -> None:
    """75 x w + 15 x 40 = 50 x (w + 40) at w = 56."""
    close = [score("potential", 75), score("fit", 15), score("wallet", 90), score("ties", 90)]
    found = sensitivity(placed("acc_1", model(programmes), close, {}))
    assert found is not None
    nearest = found.flips[0]
    assert (nearest.criterion.name, nearest.at_weight) == ("fit", Decimal("42.9"))
    assert Decimal("56.0") in [flip.at_weight for flip in found.flips]


def test_choosing_on_current_spend_alone_is_named(programmes: Any) -> None:
    """Without a model too: the tiers follow business then."""
    spend = programmes.criterion("spend", 40, metric="won.amount")
    assert chosen_on_spend_alone([])
    assert chosen_on_spend_alone([spend])
    assert not chosen_on_spend_alone([spend, programmes.criterion("fit", 60)])
    assert not chosen_on_spend_alone(SHIPPED_CRITERIA)


def sources(account_id: str, spend: int, *kept: Any, **changes: Any) -> MetricSources:
    """A candidate that spends so much in all, 30 of it with us."""
    wallet = Wallet(
        id=account_id, account_id=account_id, product_line="pumps", year=2026,
        spend=Decimal(spend), currency="EUR",
    )  # fmt: skip
    each = Candidate(account=Account(id=account_id, name=account_id), won=Decimal(30))
    return MetricSources(candidate=each, kept=KeptRecords.holding([wallet, *kept]), **changes)


def test_what_the_layer_knows_is_measured() -> None:
    """Potential against the others, share of wallet, satisfaction, stage, relationship."""
    told = [
        SurveyAnswer(id="s", account_id="a", kind=SurveyKind.NPS, on=AS_OF, score=Decimal(9)),
        PlanFrame(id="f", account_id="a", partnership=Partnership.COLLABORATIVE),
    ]
    listed = [
        sources("a", 100, *told, relationship=Decimal(55)),
        sources("b", 60),
        sources("c", 200),
    ]
    found = metrics(listed, rates=NO_RATES, currency="EUR", as_of=AS_OF)
    assert found["a"]["potential.rank"] == 50
    assert found["a"]["wallet.share"] == 30
    assert found["a"]["satisfaction.score"] == 100
    assert found["a"]["partnership.stage"] == 3
    assert found["a"]["relationship.score"] == 55
    assert "satisfaction.score" not in found["b"]


def test_what_was_billed_comes_before_what_was_won() -> None:
    """Revenue lines are the truth; a share is never above the whole."""
    line = RevenueLine(
        id="r", account_id="a", month=date(2026, 5, 1), revenue=Decimal(500), currency="EUR"
    )
    found = metrics([sources("a", 100, line)], rates=NO_RATES, currency="EUR", as_of=AS_OF)
    assert found["a"]["wallet.share"] == 100


@pytest.mark.checklist("S1.01", home="`Programme.account_cap`: the choice stops at the cap")
def test_the_cap_keeps_the_best_and_whom_people_chose() -> None:
    """Few, selected with care; a person's own choice counts within it."""
    each = [
        Candidate(account=Account(id=name, name=name), won=Decimal(won))
        for name, won in [("small", 1), ("large", 9), ("mid", 5)]
    ]
    found = select_accounts(
        each, rule=lambda _: True, rule_name="rule", as_of=AS_OF, cap=2, always={"small"}
    )
    assert [one.account_id for one in found] == ["large", "small"]


@pytest.mark.checklist("S2.06", home="prospects are candidates: `suggest_stage` says so")
def test_a_prospect_may_be_chosen() -> None:
    """Nothing won yet: it is being identified."""
    each = Candidate(account=Account(id="new", name="new"), score=Decimal(80))
    (found,) = select_accounts([each], rule=lambda _: True, rule_name="rule", as_of=AS_OF)
    assert (found.stage, found.tier) == (Stage.IDENTIFICATION, "A")
