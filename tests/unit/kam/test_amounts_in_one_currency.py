"""Euros and dollars are never added as they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from kam_connector.kam.assess import assess
from kam_connector.kam.selection import candidate, select_accounts
from kam_connector.kam.worth import priced
from kam_connector.model.account import Account
from kam_connector.model.currency import NO_RATES, CurrencyRate, Rates
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity

AS_OF = date(2026, 11, 21)


def rate(currency: str, value: str, **changes: Any) -> CurrencyRate:
    """A rate of one CRM."""
    return CurrencyRate(connection="sf", currency=currency, rate=Decimal(value), **changes)


RATES = Rates(
    known=(
        rate("EUR", "1", corporate=True),
        rate("USD", "1.25"),
        rate("USD", "2", starts=date(2026, 1, 1), ends=date(2026, 7, 1)),
    )
)


def dollars(amount: int) -> Money:
    """An amount in dollars."""
    return Money(amount=Decimal(amount), currency="USD")


def sold(deal: Opportunity, amount: Money | None) -> Opportunity:
    """The same opportunity for another amount."""
    return replace(deal, amount=amount)


def test_each_amount_is_converted_at_its_closing_day(make: Any) -> None:
    """A dated rate where one holds, the plain one elsewhere; without a day today's."""
    deals = [
        sold(make.won("2026-05-01", 0), dollars(100)),
        sold(make.won("2026-10-01", 0), dollars(100)),
        sold(make.deal("2027-01-01", 0, closes_on=None), dollars(100)),
        make.won("2026-10-01", 7),
        sold(make.deal("2027-01-01", 0), None),
    ]
    found = priced(deals, RATES, as_of=AS_OF, currency="EUR")
    amounts = [deal.amount.amount for deal in found.deals if deal.amount]
    assert amounts == [50, 80, 80, 7]
    assert found.note == " (EUR, 3 converted at dated rates)"


def test_what_has_no_rate_counts_nowhere_and_is_said(make: Any) -> None:
    """Never as if it were the other currency."""
    found = priced([make.won("2026-05-01", 7), sold(make.won("2026-05-01", 0), dollars(9))],
                   NO_RATES, as_of=AS_OF, currency="EUR")  # fmt: skip
    assert [deal.amount.amount for deal in found.deals if deal.amount] == [7]
    assert found.note == " (EUR, 1 in other currencies left out)"


def test_health_reads_business_in_one_currency_and_says_so(make: Any) -> None:
    """The ledger's reason names what was converted."""
    deals = [make.won("2026-10-01", 300), sold(make.won("2026-11-01", 0), dollars(125)),
             make.won("2025-10-01", 400)]  # fmt: skip
    facts = make.facts(opportunities=deals, rates=RATES)
    health = assess(facts, as_of=make.as_of, now=make.now).scores["health"]
    (trend,) = [line for line in health.ledger if line.key == "development.revenue_trend"]
    assert "won 400 in 365 days, 400 in the 365 before" in trend.reason
    assert "(EUR, 1 converted at dated rates)" in trend.reason


def test_candidates_compare_in_one_currency(make: Any) -> None:
    """110 dollars of business are less than 100 euros, and turnover likewise."""
    us = Account(id="us", name="US", turnover=dollars(110))
    eu = Account(id="eu", name="EU", turnover=Money(amount=Decimal(100), currency="EUR"))
    found = [
        candidate(us, [sold(make.won("2026-10-01", 0), dollars(110))], as_of=AS_OF, rates=RATES,
                  currency="EUR"),
        candidate(eu, [make.won("2026-10-01", 100)], as_of=AS_OF, rates=RATES, currency="EUR"),
    ]  # fmt: skip
    assert [(each.won, each.turnover) for each in found] == [(88, 88), (100, 100)]
    chosen = select_accounts(found, rule=lambda _: True, rule_name="all", as_of=AS_OF)
    assert [key.account_id for key in chosen] == ["eu", "us"]


def test_an_amount_without_a_rate_makes_nobody_larger(make: Any) -> None:
    """It is still a first sale."""
    found = candidate(
        Account(id="us", name="US"),
        [sold(make.won("2026-10-01", 0), dollars(110))],
        as_of=AS_OF,
        currency="EUR",
    )
    assert (found.won, found.first_won) == (0, date(2026, 10, 1))


def test_a_person_kept_as_an_account_is_no_key_account() -> None:
    """Whatever the rule says."""
    ada = candidate(Account(id="ada", name="Ada", person=True), [], as_of=AS_OF)
    assert select_accounts([ada], rule=lambda _: True, rule_name="all", as_of=AS_OF) == []
