"""Promises of the profitability figures (S2.34): margin, cost to serve, what stays and grows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.kpis.profitability import gross_retention, net_retention

AMOUNTS = st.dictionaries(
    st.sampled_from("abcdef"), st.decimals(-1000, 100_000, places=2), max_size=6
)


@pytest.mark.checklist(
    "S2.34",
    home="`RevenueLine.cost_of_goods`, `CostLine`, KPIs margin, cost_to_serve, programme_roi; "
    "`kam kpi show`, `kam kpi list --family profitability`",
)
def test_margin_and_cost_to_serve_of_twelve_months(figures: Any) -> None:
    """Forty percent stay after the goods, a tenth of the revenue goes into service."""
    months = [f"2026-{month:02}" for month in range(1, 11)]
    found = figures.of(
        figures.facts(
            *figures.years(90, 100, cost_of_goods=Decimal(60)),
            *[figures.cost(month, 12) for month in months],
        )
    )
    assert (found["margin"].value, found["margin"].unit) == (480, "EUR")
    assert (found["margin_percent"].value, found["margin_percent"].before) == (40, Decimal("33.3"))
    assert found["cost_to_serve"].value == 120
    assert found["cost_to_serve_percent"].value == 10
    assert found["cost_to_serve"].reason == "10 cost lines from 2025-11 to 2026-10"


def test_a_margin_of_less_than_half_the_revenue_is_not_shown(figures: Any) -> None:
    """The cost of one line of three says nothing of the whole."""
    lines = [*figures.years(100, 200), *figures.years(50, 100, cost_of_goods=Decimal(1))]
    found = figures.of(figures.facts(*lines))
    assert (found["margin"].value, found["margin_percent"].value) == (None, None)


def test_gross_and_net_retention_by_product_line(figures: Any) -> None:
    """One line shrank, one grew, one is new: growth counts for net alone."""
    found = figures.of(
        figures.facts(
            *figures.years(100, 60, product_line="a"),
            *figures.years(100, 130, product_line="b"),
            *figures.years(0, 20, product_line="c"),
        )
    )
    assert (found["grr"].value, found["nrr"].value) == (80, 105)


def test_retention_needs_two_years(figures: Any) -> None:
    """A customer of this year has nothing to keep."""
    found = figures.of(figures.facts(*figures.years(0, 100)))
    assert (found["grr"].value, found["nrr"].value) == (None, None)


@given(before=AMOUNTS, now=AMOUNTS)
def test_gross_retention_is_bounded_and_never_above_net(
    before: dict[str, Decimal], now: dict[str, Decimal]
) -> None:
    """0 <= GRR <= 100, GRR <= NRR; both are known together."""
    gross, net = gross_retention(before, now), net_retention(before, now)
    assert (gross is None) == (net is None)
    assert gross is None or net is None or 0 <= gross <= min(Decimal(100), net)


@given(before=AMOUNTS, now=AMOUNTS, more=st.decimals(0, 1000, places=2))
def test_more_revenue_never_lowers_retention(
    before: dict[str, Decimal], now: dict[str, Decimal], more: Decimal
) -> None:
    """A line that grew keeps at least what it kept."""
    grown = {key: amount + more for key, amount in now.items()}
    gross, then = gross_retention(before, now), gross_retention(before, grown)
    assert gross is None or then is None or then >= gross
