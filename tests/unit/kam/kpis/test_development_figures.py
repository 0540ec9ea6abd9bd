"""Promises of the development figures (S2.31): ours, dated, in one currency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.language import Language
from kam_connector.model.account import Account
from kam_connector.model.currency import CurrencyRate, Rates
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity

EURO = CurrencyRate(connection="emea", currency="EUR", rate=Decimal(1), corporate=True)


def won(on: str, amount: int, currency: str = "EUR") -> Opportunity:
    """Return a deal won."""
    return Opportunity(
        id=f"opp_{on}",
        account_id="acc_1",
        name="Deal",
        stage="Won",
        closed=True,
        won=True,
        amount=Money(amount=Decimal(amount), currency=currency),
        closes_on=date.fromisoformat(on),
    )


@pytest.mark.checklist(
    "S2.31",
    home="KPIs revenue_12m, growth, share_of_wallet, products_used, countries; `kam kpi show`",
)
def test_revenue_growth_wallet_products_and_countries_are_known(figures: Any) -> None:
    """Five figures from revenue lines and a wallet, each with the year before."""
    found = figures.of(
        figures.facts(
            *figures.years(100, 110, product_line="Grids", country="fr"),
            *figures.years(0, 40, product_line="Sensors", country="DE"),
            figures.wallet("Grids", 2640),
            figures.wallet("Sensors", 2160),
        )
    )
    assert (found["revenue_12m"].value, found["revenue_12m"].before) == (1800, 1200)
    assert (found["revenue_12m"].unit, found["growth"].value) == ("EUR", Decimal("50.0"))
    assert (found["share_of_wallet"].value, found["share_of_wallet"].before) == (37.5, 25)
    assert (found["products_used"].value, found["products_used"].before) == (2, 1)
    assert (found["countries"].value, found["countries"].before) == (2, 1)
    assert found["countries"].reason == "DE, FR; new since a year: DE"


def test_the_customers_own_turnover_is_never_our_revenue(figures: Any) -> None:
    """A customer of two billion who bought nothing makes no revenue of ours."""
    turnover = Money(amount=Decimal(2_000_000_000), currency="EUR")
    facts = figures.facts(account=Account(id="acc_1", name="Nordwind", turnover=turnover))
    found = figures.of(facts)
    assert found["revenue_12m"].value is None
    assert found["revenue_12m"].reason == "no revenue lines and no won business are recorded"


def test_won_business_stands_in_for_revenue_lines(figures: Any) -> None:
    """Without an import the CRM's own won opportunities are counted, and it is said."""
    deals = (won("2026-05-01", 300), won("2025-05-01", 200))
    found = figures.of(figures.facts(opportunities=deals))["revenue_12m"]
    assert (found.value, found.before) == (300, 200)
    assert found.reason == "won in 365 days, as no revenue lines are imported"


def test_won_business_is_never_added_to_revenue_lines(figures: Any) -> None:
    """What was won is billed later: both together would count it twice."""
    facts = figures.facts(*figures.years(100, 110), opportunities=(won("2026-05-01", 999),))
    assert figures.of(facts)["revenue_12m"].value == 1320


def test_amounts_are_converted_at_the_rate_of_their_month(figures: Any) -> None:
    """A rate that changed in June changes what July's pounds are worth, not May's."""
    rates = Rates(
        known=(
            EURO,
            CurrencyRate(
                connection="emea", currency="GBP", rate=Decimal("0.8"), ends=date(2026, 6, 1)
            ),
            CurrencyRate(
                connection="emea", currency="GBP", rate=Decimal("0.5"), starts=date(2026, 6, 1)
            ),
        )
    )
    lines = [figures.line(month, 80, currency="GBP") for month in ("2026-05", "2026-07")]
    found = figures.of(figures.facts(*lines, rates=rates))["revenue_12m"]
    assert (found.value, found.unit) == (Decimal("260.00"), "EUR")
    assert ", 2 converted at dated rates" in found.reason


def test_money_without_a_rate_is_named_not_dropped(figures: Any) -> None:
    """The sum leaves it out, the reason says how much."""
    lines = [*figures.years(100, 100), figures.line("2026-03", 12_000, currency="CHF")]
    found = figures.of(figures.facts(*lines))["revenue_12m"]
    assert found.value == 1200
    assert found.reason.endswith("; left out, no rate is known: CHF 12,000")


def test_money_that_cannot_be_converted_at_all_is_unknown_not_zero(figures: Any) -> None:
    """The corporate currency has no rate for any of it: no sum, and the reason names it."""
    rates = Rates(known=(EURO,))
    lines = [figures.line("2026-03", 12_000, currency="CHF"), figures.cost("2026-03", 5)]
    costs = [replace(lines[1], currency="CHF")]
    found = figures.of(figures.facts(lines[0], *costs, rates=rates))
    assert [found[key].value for key in ("revenue_12m", "cost_to_serve", "growth")] == [None] * 3
    assert "CHF 12,000" in found["revenue_12m"].reason
    assert "CHF 5" in found["cost_to_serve"].reason


@pytest.mark.parametrize(
    ("last", "expected"), [("2026-10", 1200), ("2026-08", 1200), ("2026-07", 1100)]
)
def test_a_late_import_is_no_lost_customer(figures: Any, last: str, expected: int) -> None:
    """Two missing months are waited for; a third counts as nothing billed."""
    lines = [one for one in figures.years(100, 100) if f"{one.month:%Y-%m}" <= last]
    assert figures.of(figures.facts(*lines))["revenue_12m"].value == expected


def test_the_running_month_does_not_count_yet(figures: Any) -> None:
    """Half a month beside a whole one of last year would look like a loss."""
    lines = [*figures.years(100, 100), figures.line("2026-11", 9999)]
    assert figures.of(figures.facts(*lines))["revenue_12m"].value == 1200


def test_a_share_of_wallet_above_the_wallet_is_bounded_and_said(figures: Any) -> None:
    """More than everything they spend: the estimate is wrong, and the reason says so."""
    facts = figures.facts(
        *figures.years(0, 100, product_line="Grids"), figures.wallet("grids", 600)
    )
    found = figures.of(facts)["share_of_wallet"]
    assert found.value == 100
    assert found.reason.endswith("the wallet is put too low: we sell more than that")


def test_reasons_speak_the_language_of_the_settings(figures: Any) -> None:
    """A French installation reads French."""
    found = figures.of(figures.facts(*figures.years(100, 110)), language=Language.FR)
    assert found["revenue_12m"].reason == "12 lignes de chiffre d’affaires de 2025-11 à 2026-10"
    assert found["growth"].reason.startswith("1\u202f320\u00a0EUR")
