"""Amounts in several currencies made one, at dated rates; never added as they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_connector.language import Voice
from kam_connector.model.currency import Rates
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity

__all__ = ["Priced", "common_currency", "in_currency", "priced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Opportunities whose amounts may be added up."""

    deals: tuple[Opportunity, ...] = ()
    """Those with an amount, all in one currency."""
    currency: str | None = None
    converted: int = 0
    """Amounts that stood in another currency."""
    left_out: int = 0
    """Amounts for which no rate is known: they count nowhere."""

    @property
    def note(self) -> str:
        """How the amounts became one currency, in English; empty when there are none."""
        return self.noted(Voice())

    def noted(self, say: Voice) -> str:
        """Return how the amounts became one currency, in words; empty when there are none."""
        if self.currency is None:
            return ""
        parts = [self.currency]
        parts += [say("{n} converted at dated rates", n=self.converted)] if self.converted else []
        left = self.left_out
        parts += [say("{n} in other currencies left out", n=left)] if left else []
        return f" ({', '.join(parts)})"


def common_currency(amounts: Iterable[Money]) -> str | None:
    """Return the currency most amounts are in; of equally many the first by name."""
    counts = Counter(money.currency for money in amounts)
    return min(counts, key=lambda code: (-counts[code], code), default=None)


def in_currency(money: Money, currency: str, rates: Rates, *, on: date) -> Decimal | None:
    """Return an amount in another currency at a day's rates; None without a rate."""
    found = rates.convert(money, currency, on=on)
    return None if found is None else found.amount


def priced(
    deals: Iterable[Opportunity], rates: Rates, *, as_of: date, currency: str | None = None
) -> Priced:
    """Return the opportunities with an amount, in one currency.

    Each amount is converted at the rate of its closing day, as Salesforce converts
    opportunities under dated exchange rates; one without a closing day at today's.

    Args:
        deals: Any opportunities; those without an amount fall out.
        rates: What is known of rates.
        as_of: Today, for what has no closing day.
        currency: The one to convert to; None: the one most amounts are in.
    """
    valued = [(deal, deal.amount) for deal in deals if deal.amount]
    to = currency or common_currency(amount for _, amount in valued)
    if to is None:
        return Priced()
    kept: list[Opportunity] = []
    converted = 0
    for deal, amount in valued:
        found = rates.convert(amount, to, on=deal.closes_on or as_of)
        if found is not None:
            kept.append(replace(deal, amount=found) if found is not amount else deal)
            converted += found is not amount
    return Priced(
        deals=tuple(kept), currency=to, converted=converted, left_out=len(valued) - len(kept)
    )
