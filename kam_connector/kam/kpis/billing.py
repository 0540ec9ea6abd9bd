"""What we billed a customer in twelve months, in one currency; never the customer's turnover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from kam_connector.kam.worth import in_currency
from kam_connector.model.currency import Rates
from kam_connector.model.figures import RevenueLine
from kam_connector.model.money import Money

__all__ = ["Billed", "Span", "billed", "last_span", "month_before", "within"]

Part = tuple[str, str]
_ZERO = Decimal(0)


class _Monthly(Protocol):
    @property
    def month(self) -> date: ...


T = TypeVar("T", bound=_Monthly)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Whole months: twelve, where nothing else is said."""

    first: date
    until: date
    """The first day after them."""

    @property
    def last(self) -> date:
        """The first day of the last month."""
        return month_before(self.until, 1)

    @property
    def months(self) -> int:
        """How many."""
        return (self.until.year - self.first.year) * 12 + self.until.month - self.first.month

    @property
    def year_earlier(self) -> Span:
        """The twelve months before."""
        return Span(first=month_before(self.first, 12), until=self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """Revenue lines of one span, converted at the rate of their month."""

    span: Span
    currency: str
    revenue: Decimal = _ZERO
    with_cost: Decimal = _ZERO
    """The part of the revenue whose cost of goods is known."""
    cost: Decimal = _ZERO
    parts: Mapping[Part, Decimal] = field(default_factory=dict)
    """Revenue by account and product line."""
    countries: frozenset[str] = frozenset()
    lines: int = 0
    converted: int = 0
    left_out: tuple[Money, ...] = ()
    """Sums, by currency, for which no rate is known."""

    @property
    def products(self) -> frozenset[str]:
        """Product lines with revenue."""
        return frozenset(line for (_, line), sum_ in self.parts.items() if line and sum_ > 0)

    @property
    def only_left_out(self) -> bool:
        """Whether nothing could be converted: the sum is not known, not zero."""
        return bool(self.left_out) and not self.lines

    @property
    def margin(self) -> Decimal:
        """Revenue less cost of goods, where that is known."""
        return self.with_cost - self.cost


def last_span(lines: Iterable[RevenueLine], *, as_of: date, late_months: int) -> Span | None:
    """Return the twelve months to judge by, or None when no line lies before *as_of*.

    They end with the last closed month; where an import is up to *late_months* late, with the
    last month imported: a missing import is no lost customer.
    """
    this_month = as_of.replace(day=1)
    last = max((line.month for line in lines if line.month < this_month), default=None)
    if last is None:
        return None
    until = max(month_before(last, -1), month_before(this_month, late_months))
    return Span(first=month_before(until, 12), until=until)


def billed(lines: Iterable[RevenueLine], span: Span, *, currency: str, rates: Rates) -> Billed:
    """Return what *lines* amount to within *span*; the order of lines does not matter.

    Each amount is converted at the rate of its month's first day. What has no rate counts
    nowhere and is named.
    """
    parts: dict[Part, Decimal] = {}
    left: dict[str, Decimal] = {}
    totals = {"revenue": _ZERO, "with_cost": _ZERO, "cost": _ZERO}
    countries, count, converted = set(), 0, 0
    for line in sorted(within(lines, span), key=lambda one: one.id):
        amount = _worth(line, line.revenue, currency, rates)
        if amount is None:
            left[line.currency] = left.get(line.currency, _ZERO) + line.revenue
            continue
        count, converted = count + 1, converted + (line.currency != currency)
        part = (line.account_id, line.product_line or "")
        parts[part] = parts.get(part, _ZERO) + amount
        totals["revenue"] += amount
        if line.cost_of_goods is not None:
            totals["with_cost"] += amount
            totals["cost"] += _worth(line, line.cost_of_goods, currency, rates) or _ZERO
        if line.country and amount > 0:
            countries.add(line.country.upper())
    return Billed(
        span=span,
        currency=currency,
        parts=parts,
        countries=frozenset(countries),
        lines=count,
        converted=converted,
        left_out=tuple(Money(amount=left[code], currency=code) for code in sorted(left)),
        **totals,
    )


def _worth(line: RevenueLine, amount: Decimal, currency: str, rates: Rates) -> Decimal | None:
    if line.currency == currency:
        return amount
    money = Money(amount=amount, currency=line.currency)
    return in_currency(money, currency, rates, on=line.month)


def within(lines: Iterable[T], span: Span) -> list[T]:
    """Return the monthly lines of a span."""
    return [line for line in lines if span.first <= line.month < span.until]


def month_before(month: date, count: int) -> date:
    """Return the first day of the month *count* months earlier; below zero: later."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
