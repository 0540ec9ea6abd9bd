"""What currencies are worth, day by day, as each CRM counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kam_connector.model.money import Money

__all__ = ["NO_RATES", "CurrencyRate", "Rates", "rate_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyRate:
    """How many units of a currency one unit of the corporate currency is worth."""

    connection: str
    """Rates of two CRMs refer to two corporate currencies: they are never mixed."""
    currency: str
    rate: Decimal
    starts: date | None = None
    """First day; None: a plain rate, which holds where no dated one does."""
    ends: date | None = None
    """First day on which it holds no more."""
    corporate: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether it speaks of this day."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day < self.ends
        )


def rate_on(rates: Iterable[CurrencyRate], currency: str, day: date) -> Decimal | None:
    """Return the rate of one currency on a day: the latest dated one, else the plain one.

    Salesforce's own order (dated exchange rates come before the static one). Of two plain
    rates the corporate currency's own counts, then the first.
    """
    fitting = [one for one in rates if one.currency == currency and one.rate > 0]
    holding = [one for one in fitting if one.holds_on(day)]
    dated = [one for one in holding if one.starts is not None]
    if dated:
        return max(dated, key=lambda one: one.starts or date.min).rate
    return next((one.rate for one in sorted(holding, key=lambda one: not one.corporate)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """All rates known, the home connection's first."""

    known: tuple[CurrencyRate, ...] = ()
    _by: Mapping[str, Mapping[str, list[CurrencyRate]]] = field(
        init=False, repr=False, compare=False
    )
    """By connection and currency: a night asks once for every amount."""

    def __post_init__(self) -> None:
        by: dict[str, dict[str, list[CurrencyRate]]] = {}
        for one in self.known:
            by.setdefault(one.connection, {}).setdefault(one.currency, []).append(one)
        object.__setattr__(self, "_by", by)

    @property
    def corporate(self) -> str | None:
        """The corporate currency of the first connection that names one."""
        return next((one.currency for one in self.known if one.corporate), None)

    def convert(self, money: Money, to: str, *, on: date) -> Money | None:
        """Return the amount in another currency at a day's rates; None where one is unknown.

        Through the corporate currency: amount / its rate * the other's rate, both from one
        CRM. The same currency needs no rate.
        """
        if money.currency == to:
            return money
        for rates in self._by.values():
            ours = rate_on(rates.get(to, ()), to, on)
            theirs = rate_on(rates.get(money.currency, ()), money.currency, on)
            if ours is not None and theirs is not None:
                return Money(amount=money.amount * ours / theirs, currency=to)
        return None


NO_RATES = Rates()
"""An org with one currency."""
