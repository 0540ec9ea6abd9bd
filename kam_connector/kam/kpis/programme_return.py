"""What the programme costs and returns: margin above the baseline, in percent of its cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kam_connector.kam.kpis.portfolio_book import PortfolioBook
from kam_connector.kam.worth import in_currency
from kam_connector.model.currency import Rates
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kept import KeptRecords
from kam_connector.model.money import Money
from kam_connector.model.programme import Programme, ProgrammeCost

__all__ = ["programme_return"]

_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


def programme_return(book: PortfolioBook, programme: KeptRecords, rates: Rates) -> list[KpiValue]:
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
    book: PortfolioBook, costs: Sequence[ProgrammeCost], rates: Rates
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


def _baseline(book: PortfolioBook, programmes: Sequence[Programme], rates: Rates) -> Decimal | None:
    for one in programmes:
        if one.baseline_margin is not None:
            money = Money(amount=one.baseline_margin, currency=one.currency or book.currency)
            return in_currency(money, book.currency, rates, on=book.as_of)
    return None
