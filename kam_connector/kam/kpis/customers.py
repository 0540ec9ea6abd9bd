"""Every customer's two years, key account or not: what the portfolio's figures stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.kpis.billing import Billed, billed, last_span
from kam_connector.kam.kpis.profitability import margin_percent
from kam_connector.kam.settings.kpis import KpiSettings
from kam_connector.kam.worth import common_currency, priced
from kam_connector.model.account import Account
from kam_connector.model.currency import Rates
from kam_connector.model.figures import RevenueLine
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity

__all__ = ["CustomerYear", "customer_years", "portfolio_currency"]

_YEAR = timedelta(days=365)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerYear:
    """One customer: a key account with its tree, or any other with the accounts below it."""

    account_id: str
    key: bool
    revenue: Decimal
    before: Decimal
    """A year earlier."""
    margin: Decimal | None
    """None: the cost of goods is not known for enough of the revenue."""


def portfolio_currency(
    rates: Rates, lines: Iterable[RevenueLine], deals: Iterable[Opportunity]
) -> str | None:
    """Return the corporate currency, else the one most money is in; None without any."""
    billed_in = (Money(amount=one.revenue, currency=one.currency) for one in lines)
    won_in = (deal.amount for deal in deals if deal.amount)
    return rates.corporate or common_currency(billed_in) or common_currency(won_in)


def customer_years(
    accounts: Sequence[Account],
    keys: Iterable[str],
    lines: Sequence[RevenueLine],
    deals: Mapping[str, Sequence[Opportunity]],
    *,
    as_of: date,
    currency: str,
    rates: Rates,
    settings: KpiSettings | None = None,
) -> list[CustomerYear]:
    """Return the customers with any revenue in two years, and every key account.

    All from revenue lines where any are imported, else all from won business: the two are
    never added up. Money without a rate counts nowhere.

    Args:
        accounts: All accounts.
        keys: The key accounts' ids.
        lines: All revenue lines.
        deals: Opportunities by account.
        as_of: The day.
        currency: To convert into.
        rates: What is known of rates.
        settings: Defaults when None.
    """
    limits, chosen = settings or KpiSettings(), set(keys)
    customer = _customers(accounts, chosen)
    span = last_span(lines, as_of=as_of, late_months=limits.late_months)
    if span is None:
        return _won_years(customer, chosen, deals, as_of=as_of, currency=currency, rates=rates)
    own: dict[str, list[RevenueLine]] = {id_: [] for id_ in chosen}
    for line in lines:
        own.setdefault(customer.get(line.account_id, line.account_id), []).append(line)
    found = []
    for id_, mine in sorted(own.items()):
        year, earlier = (
            billed(mine, one, currency=currency, rates=rates) for one in (span, span.year_earlier)
        )
        if id_ in chosen or year.lines or earlier.lines:
            found.append(
                CustomerYear(
                    account_id=id_,
                    key=id_ in chosen,
                    revenue=year.revenue,
                    before=earlier.revenue,
                    margin=_margin(year, limits),
                )
            )
    return found


def _margin(year: Billed, limits: KpiSettings) -> Decimal | None:
    known = margin_percent(year, known_share=limits.margin_known_share) is not None
    return year.margin if known else None


def _won_years(
    customer: Mapping[str, str],
    keys: set[str],
    deals: Mapping[str, Sequence[Opportunity]],
    *,
    as_of: date,
    currency: str,
    rates: Rates,
) -> list[CustomerYear]:
    sums = {id_: [_ZERO, _ZERO] for id_ in keys}
    for account_id, listed in deals.items():
        won = [deal for deal in listed if deal.won and deal.closes_on]
        for deal in priced(won, rates, as_of=as_of, currency=currency).deals:
            age = (as_of - (deal.closes_on or as_of)).days // _YEAR.days
            if deal.amount and age in (0, 1):
                pair = sums.setdefault(customer.get(account_id, account_id), [_ZERO, _ZERO])
                pair[age] += deal.amount.amount
    return [
        CustomerYear(account_id=id_, key=id_ in keys, revenue=now, before=before, margin=None)
        for id_, (now, before) in sorted(sums.items())
        if id_ in keys or now or before
    ]


def _customers(accounts: Sequence[Account], keys: set[str]) -> dict[str, str]:
    """Return the customer of each account: the topmost key account above it, else the top."""
    by_id = {one.id: one for one in accounts}
    found = {}
    for one in accounts:
        line, here = [one.id], one
        while here.parent_id in by_id and here.parent_id not in line:
            here = by_id[here.parent_id]
            line.append(here.id)
        above = [id_ for id_ in line if id_ in keys]
        found[one.id] = above[-1] if above else line[-1]
    return found
