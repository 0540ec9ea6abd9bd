"""Figures of the whole portfolio, read from the store: concentration, retention, return."""

from __future__ import annotations

from datetime import date

from kam_connector.kam.access import masked_figures
from kam_connector.kam.kpis.customers import customer_years, portfolio_currency
from kam_connector.kam.kpis.portfolio import portfolio_kpis
from kam_connector.kam.settings import KamSettings
from kam_connector.model.figures import KpiValue, RevenueLine
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Programme, ProgrammeCost
from kam_connector.ports import Store

__all__ = ["portfolio_figures"]


def portfolio_figures(store: Store, *, as_of: date, settings: KamSettings) -> tuple[KpiValue, ...]:
    """Return the portfolio's figures; none without a key account or any money.

    Billed revenue counts; where none was ever imported, won business.

    Args:
        store: Where customers, revenue and the programme are.
        as_of: The day the figures speak of.
        settings: The method's numbers and the language of the reasons.
    """
    accounts, rates = store.accounts(), store.rates()
    lines = store.kept(RevenueLine)
    deals = store.business([one.id for one in accounts]) if not lines else {}
    every = [deal for listed in deals.values() for deal in listed]
    currency = portfolio_currency(rates, lines, every)
    chosen = [one.account_id for one in store.key_accounts()]
    if currency is None or not chosen:
        return ()
    customers = customer_years(
        accounts,
        chosen,
        lines,
        deals,
        as_of=as_of,
        currency=currency,
        rates=rates,
        settings=settings.kpis,
    )
    told = KeptRecords.holding([*store.kept(Programme), *store.kept(ProgrammeCost)])
    found = portfolio_kpis(
        customers, told, currency=currency, as_of=as_of, rates=rates, say=settings.say
    )
    return masked_figures(found, store.hidden())
