"""Figures of the whole portfolio: concentration (S2.01), retention, the programme's return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_connector.kam.kpis.customers import CustomerYear
from kam_connector.kam.kpis.profitability import gross_retention, net_retention
from kam_connector.kam.worth import in_currency
from kam_connector.language import Voice
from kam_connector.model.currency import NO_RATES, Rates
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kept import KeptRecords, kept_id
from kam_connector.model.money import Money
from kam_connector.model.programme import Programme, ProgrammeCost

__all__ = ["CONCENTRATION", "PORTFOLIO", "hhi", "portfolio_kpis"]

PORTFOLIO = "portfolio"
"""Stands where a figure names its account."""
CONCENTRATION = ("key_share", "pareto_customers", "hhi")
"""How business is spread over customers (S2.01)."""
_PARETO = Decimal("0.8")
"""Pareto's share: four fifths."""
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
_STEPS = {"percent": Decimal("0.1"), "count": Decimal(1), "score": Decimal(1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    customers: Sequence[CustomerYear]
    currency: str
    as_of: date
    say: Voice

    @property
    def keys(self) -> list[CustomerYear]:
        """The key accounts."""
        return [one for one in self.customers if one.key]

    def value(
        self,
        family: KpiFamily,
        key: str,
        value: Decimal | None,
        unit: str,
        reason: str,
        *,
        before: Decimal | None = None,
    ) -> KpiValue:
        """Return one figure, rounded."""
        step = _STEPS.get(unit, Decimal("0.01"))
        return KpiValue(
            id=kept_id(KpiValue, PORTFOLIO, key, self.as_of),
            account_id=PORTFOLIO,
            family=family,
            key=key,
            as_of=self.as_of,
            value=None if value is None else value.quantize(step),
            unit=unit,
            reason=reason,
            before=None if before is None else before.quantize(step),
        )


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
    book = _Book(customers=ranked, currency=currency, as_of=as_of, say=say or Voice())
    return (
        *_concentration(book),
        *_retention(book),
        *_return(book, programme, rates),
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


def _concentration(book: _Book) -> list[KpiValue]:
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


def _ours(book: _Book) -> KpiValue:
    return book.value(
        KpiFamily.DEVELOPMENT,
        "revenue_12m",
        sum((one.revenue for one in book.keys), _ZERO),
        book.currency,
        book.say.count("of {n} key account", "of {n} key accounts", len(book.keys)),
        before=sum((one.before for one in book.keys), _ZERO) or None,
    )


def _key_share(book: _Book, total: Decimal) -> KpiValue:
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


def _spread(book: _Book) -> KpiValue:
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


def _pareto(book: _Book, total: Decimal) -> KpiValue:
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


def _retention(book: _Book) -> list[KpiValue]:
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


def _return(book: _Book, programme: KeptRecords, rates: Rates) -> list[KpiValue]:
    """Return cost and return of the programme: (incremental margin - cost) / cost.

    Incremental margin is that of the key accounts in twelve months less the baseline: the
    yearly margin of the chosen accounts before the programme (kam-domain 2.5).
    """
    family, say = KpiFamily.PROFITABILITY, book.say
    margins = [one.margin for one in book.keys if one.margin is not None]
    margin = sum(margins, _ZERO) if margins else None
    cost, year = _cost(book, programme.of(ProgrammeCost), rates)
    baseline = _baseline(book, programme.of(Programme), rates)
    told = say("margin of {known} of {all} key accounts", known=len(margins), all=len(book.keys))
    made = [
        book.value(family, "margin", margin, book.currency, told),
        book.value(
            family,
            "programme_cost",
            cost,
            book.currency,
            say("costs of {year}", year=str(year)) if year else say("no costs are recorded"),
        ),
    ]
    missing = {
        say("the margin of the key accounts is not known"): margin is None,
        say("no baseline margin from before the programme is recorded"): baseline is None,
        say("no costs are recorded"): not cost,
    }
    if margin is None or baseline is None or not cost:
        why = "; ".join(reason for reason, lacks in missing.items() if lacks)
        return [*made, book.value(family, "programme_roi", None, "percent", why)]
    roi = (margin - baseline - cost) / cost * _HUNDRED
    reason = say(
        "margin {margin}, {baseline} before the programme, which cost {cost} in {year}",
        margin=Money(amount=margin, currency=book.currency),
        baseline=Money(amount=baseline, currency=book.currency),
        cost=Money(amount=cost, currency=book.currency),
        year=str(year),
    )
    return [*made, book.value(family, "programme_roi", roi, "percent", reason)]


def _cost(
    book: _Book, costs: Sequence[ProgrammeCost], rates: Rates
) -> tuple[Decimal | None, int | None]:
    """Return the costs of the newest year told; None when one has no rate."""
    years = [one.year for one in costs if one.year <= book.as_of.year]
    if not years:
        return None, None
    year = max(years)
    found = [
        in_currency(
            Money(amount=one.amount, currency=one.currency), book.currency, rates, on=book.as_of
        )
        for one in costs
        if one.year == year
    ]
    if any(one is None for one in found):
        return None, None
    return sum((one for one in found if one is not None), _ZERO), year


def _baseline(book: _Book, programmes: Sequence[Programme], rates: Rates) -> Decimal | None:
    for one in programmes:
        if one.baseline_margin is not None:
            money = Money(amount=one.baseline_margin, currency=one.currency or book.currency)
            return in_currency(money, book.currency, rates, on=book.as_of)
    return None
