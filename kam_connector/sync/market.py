"""Whom a key account is compared with: everybody's sales, read once for all of them."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.whitespace.market import Market, read_market
from kam_connector.kam.whitespace.sales import billed_sales
from kam_connector.model.figures import RevenueLine
from kam_connector.ports import Store

__all__ = ["known_market"]


def known_market(store: Store, *, as_of: date, settings: KamSettings | None = None) -> Market:
    """Return all customers with what they buy, won or billed.

    Args:
        store: Where sales are.
        as_of: The last of the twelve months.
        settings: Who counts as a peer.
    """
    numbers = (settings or KamSettings()).whitespace
    since = as_of - timedelta(days=numbers.year_days)
    return read_market(
        store.accounts(),
        [*store.won_sales(since=since), *billed_sales(store.kept(RevenueLine))],
        rates=store.rates(),
        as_of=as_of,
        settings=numbers,
    )
