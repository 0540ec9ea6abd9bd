"""What is no object of the CRM, but a list of the account: its owners, its exchange rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kam_connector.model.pull import PulledRow
from kam_hubspot.answers import reading
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client
from kam_hubspot.describe import EXCHANGE_RATES, OWNERS
from kam_hubspot.plan import Plan

__all__ = ["LISTS", "rows_of_list"]

_NO_TIME = "1970-01-01T00:00:00.000Z"
"""Stands where an entry has no time: equal at every reading, so that values decide."""
_Entries = Iterator[tuple[str, Mapping[str, Any]]]


def rows_of_list(client: Client, plan: Plan) -> list[PulledRow]:
    """Return all entries of a list at every pull: who leaves does not move a timestamp."""
    entries = LISTS[plan.source.object](client)
    with reading(client.name):
        return [
            PulledRow(
                ref=ref,
                modified_at=as_instant(entry[plan.stamp]) if entry.get(plan.stamp) else _NO_TIME,
                values=plan.reader.values(entry),
            )
            for ref, entry in entries
        ]


def _owners(client: Client) -> _Entries:
    for owner in client.owners():
        yield str(owner["id"]), owner


def _exchange_rates(client: Client) -> _Entries:
    """Yield rates by currency: what one unit of it is worth in the portal's own currency.

    That has the rate 1, where there is any other; of two rates of a currency the later counts.
    """
    own = str(client.account()["companyCurrency"])
    rates = {}
    for rate in sorted(client.exchange_rates(), key=lambda one: str(one.get("effectiveAt"))):
        if str(rate["toCurrencyCode"]) == own and str(rate["fromCurrencyCode"]) != own:
            rates[str(rate["fromCurrencyCode"])] = rate
    if rates:
        yield own, {"fromCurrencyCode": own, "toCurrencyCode": own, "conversionRate": 1}
    yield from rates.items()


LISTS: Mapping[str, Callable[[Client], _Entries]] = {
    OWNERS: _owners,
    EXCHANGE_RATES: _exchange_rates,
}
"""How each list is read, by the name that a mapping calls it."""
