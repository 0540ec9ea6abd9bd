"""Figures of the whole portfolio: concentration (S2.01), retention, the programme's return."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kam_connector.kam.kpis.customers import CustomerYear
from kam_connector.kam.kpis.portfolio_book import PORTFOLIO, PortfolioBook
from kam_connector.kam.kpis.profitability import gross_retention, net_retention
from kam_connector.kam.kpis.programme_return import programme_return
from kam_connector.language import Voice
from kam_connector.model.currency import NO_RATES, Rates
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kept import KeptRecords
from kam_connector.model.money import Money

__all__ = ["CONCENTRATION", "PORTFOLIO", "hhi", "portfolio_kpis"]

CONCENTRATION = ("key_share", "pareto_customers", "hhi")
"""How business is spread over customers (S2.01)."""
_PARETO = Decimal("0.8")
"""Pareto's share: four fifths."""
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


def portfolio_kpis(
    customers: Iterable[CustomerYear],
    programme: KeptRecords,
    *,
    currency: str,
    as_of: date,
    rates: Rates = NO_RATES,
    say: Voice | None = None,
) -> tuple[KpiValue, ...]:
    """Return the figures of the portfolio; what is not known says why.

    Args:
        customers: Every customer with its two years, key or not.
        programme: The programme with its costs.
        currency: Of all amounts of *customers*.
        as_of: The day.
        rates: For the programme's own money.
        say: The language of the reasons; English when None.
    """
    ranked = sorted(customers, key=lambda one: (-one.revenue, one.account_id))
    book = PortfolioBook(customers=ranked, currency=currency, as_of=as_of, say=say or Voice())
    return (
        *_concentration(book),
        *_retention(book),
        *programme_return(book, programme, rates),
    )


def hhi(amounts: Iterable[Decimal]) -> Decimal | None:
    """Return the Herfindahl-Hirschman index, 0 to 10,000; None without any amount.

    The sum of squared percentage shares: 10,000 is one customer; above 1,800 a market counts
    as highly concentrated (US Merger Guidelines 2023, section 2.1).
    """
    positive = [one for one in amounts if one > 0]
    total = sum(positive, _ZERO)
    if not total:
        return None
    return sum(((one / total * _HUNDRED) ** 2 for one in positive), _ZERO)


def _concentration(book: PortfolioBook) -> list[KpiValue]:
    """Return how much of all business the key accounts make, and how it is spread."""
    total = sum((one.revenue for one in book.customers), _ZERO)
    if total <= 0:
        why = book.say("no revenue lines and no won business are recorded")
        return [
            book.value(KpiFamily.DEVELOPMENT, key, None, unit, why)
            for key, unit in (
                ("revenue_12m", book.currency),
                ("key_share", "percent"),
                ("pareto_customers", "count"),
                ("hhi", "score"),
            )
        ]
    return [_ours(book), _key_share(book, total), _pareto(book, total), _spread(book)]


def _ours(book: PortfolioBook) -> KpiValue:
    return book.value(
        KpiFamily.DEVELOPMENT,
        "revenue_12m",
        sum((one.revenue for one in book.keys), _ZERO),
        book.currency,
        book.say.count("of {n} key account", "of {n} key accounts", len(book.keys)),
        before=sum((one.before for one in book.keys), _ZERO) or None,
    )


def _key_share(book: PortfolioBook, total: Decimal) -> KpiValue:
    ours = sum((one.revenue for one in book.keys), _ZERO)
    then = sum((one.before for one in book.customers), _ZERO)
    ours_then = sum((one.before for one in book.keys), _ZERO)
    reason = book.say(
        "{keys} key accounts of {all} customers make {ours} of {total}",
        keys=len(book.keys),
        all=len(book.customers),
        ours=Money(amount=ours, currency=book.currency),
        total=Money(amount=total, currency=book.currency),
    )
    return book.value(
        KpiFamily.DEVELOPMENT,
        "key_share",
        ours / total * _HUNDRED,
        "percent",
        reason,
        before=ours_then / then * _HUNDRED if then > 0 else None,
    )


def _spread(book: PortfolioBook) -> KpiValue:
    index = hhi(one.revenue for one in book.customers)
    alike = (Decimal(10_000) / index).quantize(Decimal("0.1")) if index else None
    return book.value(
        KpiFamily.DEVELOPMENT,
        "hhi",
        index,
        "score",
        book.say("as if {n} customers of one size made the revenue", n=alike),
        before=hhi(one.before for one in book.customers),
    )


def _pareto(book: PortfolioBook, total: Decimal) -> KpiValue:
    counted, sum_ = 0, _ZERO
    for one in book.customers:
        if sum_ >= total * _PARETO:
            break
        counted, sum_ = counted + 1, sum_ + one.revenue
    keys = sum(one.key for one in book.customers[:counted])
    reason = book.say(
        "of {all} customers make 80 % of the revenue; {keys} of them are key accounts",
        all=len(book.customers),
        keys=keys,
    )
    return book.value(KpiFamily.DEVELOPMENT, "pareto_customers", Decimal(counted), "count", reason)


def _retention(book: PortfolioBook) -> list[KpiValue]:
    before = {one.account_id: one.before for one in book.keys}
    now = {one.account_id: one.revenue for one in book.keys}
    family, say = KpiFamily.PROFITABILITY, book.say
    start = Money(amount=sum(before.values(), _ZERO), currency=book.currency)
    reason = (
        say("of {start} a year earlier, by key account", start=start)
        if start.amount > 0
        else say("no revenue a year earlier to compare with")
    )
    return [
        book.value(family, "grr", gross_retention(before, now), "percent", reason),
        book.value(family, "nrr", net_retention(before, now), "percent", reason),
    ]
