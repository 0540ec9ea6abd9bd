"""Promises of the portfolio's figures: concentration, retention, the programme's return."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.kpis.customers import CustomerYear, customer_years
from kam_connector.kam.kpis.portfolio import hhi, portfolio_kpis
from kam_connector.model.account import Account
from kam_connector.model.currency import NO_RATES
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import CostKind, Programme, ProgrammeCost

AS_OF = date(2026, 11, 21)


def customer(id_: str, now: int, before: int = 0, **changes: Any) -> CustomerYear:
    """Return a customer of two years."""
    values: dict[str, Any] = {"key": False, "margin": None}
    return CustomerYear(
        account_id=id_,
        revenue=Decimal(now),
        before=Decimal(before),
        **(values | changes),
    )


def of(*customers: CustomerYear, told: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Return the portfolio's figures by key."""
    records = KeptRecords.holding(told)
    found = portfolio_kpis(customers, records, currency="EUR", as_of=AS_OF)
    return {one.key: one for one in found}


def cost(year: int, amount: int) -> ProgrammeCost:
    """Return what the programme cost in a year."""
    return ProgrammeCost(
        id=f"cost_{year}",
        year=year,
        kind=CostKind.PEOPLE,
        amount=Decimal(amount),
        currency="EUR",
    )


@pytest.mark.checklist(
    "S2.01", home="KPIs key_share, pareto_customers, hhi; `kam kpi list --family development`"
)
def test_few_customers_make_most_of_the_revenue(figures: Any) -> None:
    """Two key accounts of five customers make 80 %: the concentration is said in three ways."""
    found = of(
        customer("a", 500, 400, key=True),
        customer("b", 300, 300, key=True),
        *(customer(id_, amount, 100) for id_, amount in (("c", 100), ("d", 60), ("e", 40))),
    )
    assert (found["key_share"].value, found["key_share"].before) == (80, 70)
    assert found["pareto_customers"].value == 2
    assert found["pareto_customers"].reason == (
        "of 5 customers make 80 % of the revenue; 2 of them are key accounts"
    )
    assert found["hhi"].value == 3552
    assert found["hhi"].reason == "as if 2.8 customers of one size made the revenue"


def test_retention_of_the_portfolio_is_by_customer() -> None:
    """One left, one shrank, one grew; a new key account was not there to be kept."""
    found = of(
        customer("a", 0, 100, key=True),
        customer("b", 50, 100, key=True),
        customer("c", 150, 100, key=True),
        customer("d", 900, 0, key=True),
    )
    assert (found["grr"].value, found["nrr"].value) == (Decimal("50.0"), Decimal("66.7"))


@pytest.mark.checklist(
    "S2.34", home="`Programme.baseline_margin`, `ProgrammeCost`, portfolio KPI programme_roi"
)
def test_return_on_the_programme_counts_from_the_baseline() -> None:
    """(500 - 300 - 100) / 100: the programme earned its cost once over."""
    programme = Programme(id="p", name="KAM", baseline_margin=Decimal(300), currency="EUR")
    found = of(
        customer("a", 900, key=True, margin=Decimal(500)),
        customer("b", 900, margin=Decimal(9999)),
        told=(programme, cost(2026, 100), cost(2025, 7777)),
    )
    assert (found["programme_roi"].value, found["programme_roi"].unit) == (100, "percent")
    assert found["programme_roi"].reason == (
        "margin EUR 500, EUR 300 before the programme, which cost EUR 100 in 2026"
    )


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ((cost(2026, 100),), "no baseline margin from before the programme is recorded"),
        (
            (Programme(id="p", name="KAM", baseline_margin=Decimal(3), currency="EUR"),),
            "no costs are recorded",
        ),
    ],
    ids=["no baseline", "no cost"],
)
def test_without_baseline_or_cost_the_return_is_unknown(told: tuple[Any, ...], why: str) -> None:
    """Never a guess: what is missing is named."""
    found = of(customer("a", 900, key=True, margin=Decimal(500)), told=told)["programme_roi"]
    assert (found.value, found.reason) == (None, why)


def test_an_accounts_revenue_belongs_to_the_key_account_above_it(figures: Any) -> None:
    """Lyon's revenue is the group's; a customer without key account stands for itself."""
    accounts = [
        Account(id="acc_1", name="Group"),
        Account(id="ly", name="Lyon", parent_id="acc_1"),
        Account(id="top", name="Other"),
        Account(id="sub", name="Other's", parent_id="top"),
    ]
    lines = [
        figures.line("2026-05", 10),
        figures.line("2026-05", 20, account_id="ly"),
        figures.line("2025-05", 5, account_id="sub"),
    ]
    found = customer_years(
        accounts, ["acc_1"], lines, {}, as_of=AS_OF, currency="EUR", rates=NO_RATES
    )
    assert [(one.account_id, one.key, one.revenue, one.before) for one in found] == [
        ("acc_1", True, 30, 0),
        ("top", False, 0, 5),
    ]


@given(st.lists(st.decimals(-10, 10**6, places=2), max_size=12))
def test_concentration_is_bounded(amounts: list[Decimal]) -> None:
    """Between equal customers (10,000 / n) and one alone (10,000)."""
    index, positive = hhi(amounts), [one for one in amounts if one > 0]
    assert (index is None) == (not positive)
    least = Decimal(10_000) / max(1, len(positive))
    assert index is None or least - Decimal("0.01") <= index <= Decimal("10000.01")
