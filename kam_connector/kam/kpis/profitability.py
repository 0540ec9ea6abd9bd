"""Profitability (S2.34): margin, what serving costs, what stays (GRR) and what grows (NRR).

GRR = (start - churn - contraction) / start; NRR adds expansion to it (kam-domain: the usual
definitions of subscription businesses). *start* is the revenue of the twelve months before.
For one customer they are counted by product line, for the portfolio by customer.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

from kam_connector.kam.kpis.billing import Billed, Span, within
from kam_connector.kam.kpis.sheet import Sheet
from kam_connector.kam.worth import in_currency
from kam_connector.model.figures import CostLine, KpiFamily, KpiValue
from kam_connector.model.money import Money

__all__ = ["gross_retention", "margin_percent", "net_retention", "profitability", "serving_cost"]

_FAMILY = KpiFamily.PROFITABILITY
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
K = TypeVar("K", bound=Hashable)


def gross_retention(before: Mapping[K, Decimal], now: Mapping[K, Decimal]) -> Decimal | None:
    """Return the percent of last year's revenue that stayed, growth not counted; 0 to 100."""
    start = sum((one for one in before.values() if one > 0), _ZERO)
    if not start:
        return None
    kept = (max(_ZERO, min(one, now.get(key, _ZERO))) for key, one in before.items() if one > 0)
    return sum(kept, _ZERO) / start * _HUNDRED


def net_retention(
    before: Mapping[K, Decimal], now: Mapping[K, Decimal], *, anew: bool = False
) -> Decimal | None:
    """Return this year's revenue in percent of last year's, never below gross retention.

    Args:
        before: Last year's revenue by part.
        now: This year's.
        anew: Parts without revenue last year count too: what one customer bought anew.
    """
    start = sum((one for one in before.values() if one > 0), _ZERO)
    if not start:
        return None
    counted = (one for key, one in now.items() if anew or before.get(key, _ZERO) > 0)
    return sum((max(_ZERO, one) for one in counted), _ZERO) / start * _HUNDRED


def margin_percent(year: Billed | None, *, known_share: float) -> Decimal | None:
    """Return revenue less cost of goods in percent of revenue; None below *known_share*."""
    if year is None or year.with_cost <= 0 or year.revenue <= 0:
        return None
    if year.with_cost < year.revenue * Decimal(repr(known_share)):
        return None
    return year.margin / year.with_cost * _HUNDRED


def serving_cost(sheet: Sheet, span: Span | None) -> tuple[Decimal | None, str]:
    """Return what serving the account cost in a span, and what is said of it."""
    lines = sheet.situation.facts.kept.of(CostLine)
    if span is None or sheet.currency is None or not lines:
        return None, sheet.say("no cost of serving the account is recorded")
    total, left = _ZERO, []
    inside = within(lines, span)
    for line in sorted(inside, key=lambda one: one.id):
        money = Money(amount=line.amount, currency=line.currency)
        found = in_currency(money, sheet.currency, sheet.situation.facts.rates, on=line.month)
        total += found or _ZERO
        left += [sheet.say.money(money)] if found is None else []
    if not inside:
        return None, sheet.say("no cost of serving the account is recorded in these months")
    reason = sheet.say.count(
        "{n} cost line from {first} to {last}",
        "{n} cost lines from {first} to {last}",
        len(inside),
        first=f"{span.first:%Y-%m}",
        last=f"{span.last:%Y-%m}",
    )
    if left:
        reason += sheet.say("; left out, no rate is known: {amounts}", amounts=", ".join(left))
    return (None if len(left) == len(inside) else total), reason


def profitability(sheet: Sheet) -> list[KpiValue]:
    """Return the figures of the family; what is not known says why."""
    return [*_margins(sheet), *_serving(sheet), *_retention(sheet)]


def _margins(sheet: Sheet) -> list[KpiValue]:
    share, say = sheet.limits.margin_known_share, sheet.say
    now = margin_percent(sheet.year, known_share=share)
    then = margin_percent(sheet.year_before, known_share=share)
    unit = sheet.unit_of_money
    if now is None or sheet.year is None:
        why = say("the cost of goods is known for less than half of the revenue")
        return [
            sheet.value(_FAMILY, "margin", None, unit, why),
            sheet.value(_FAMILY, "margin_percent", None, "percent", why, before=then),
        ]
    known = sheet.year.with_cost / sheet.year.revenue * _HUNDRED
    reason = say(
        "revenue less cost of goods, known for {percent} % of the revenue",
        percent=known.quantize(Decimal(1)),
    )
    before = sheet.year_before.margin if then is not None and sheet.year_before else None
    return [
        sheet.value(_FAMILY, "margin", sheet.year.margin, unit, reason, before=before),
        sheet.value(_FAMILY, "margin_percent", now, "percent", reason, before=then),
    ]


def _serving(sheet: Sheet) -> list[KpiValue]:
    span = sheet.year.span if sheet.year else None
    cost, reason = serving_cost(sheet, span)
    then, _ = serving_cost(sheet, span.year_earlier if span else None)
    unit = sheet.unit_of_money
    share = _share(cost, sheet.year)
    return [
        sheet.value(_FAMILY, "cost_to_serve", cost, unit, reason, before=then),
        sheet.value(
            _FAMILY,
            "cost_to_serve_percent",
            share,
            "percent",
            sheet.say("of the revenue; {reason}", reason=reason) if share is not None else reason,
            before=_share(then, sheet.year_before),
        ),
    ]


def _share(cost: Decimal | None, year: Billed | None) -> Decimal | None:
    if cost is None or year is None or year.revenue <= 0:
        return None
    return cost / year.revenue * _HUNDRED


def _retention(sheet: Sheet) -> list[KpiValue]:
    say, now, then = sheet.say, sheet.year, sheet.year_before
    gross = gross_retention(then.parts, now.parts) if now and then else None
    net = net_retention(then.parts, now.parts, anew=True) if now and then else None
    if gross is None or then is None:
        why = say("needs revenue lines of two years")
        return [sheet.value(_FAMILY, key, None, "percent", why) for key in ("grr", "nrr")]
    start = Money(amount=then.revenue, currency=then.currency)
    return [
        sheet.value(
            _FAMILY,
            "grr",
            gross,
            "percent",
            say("of {start} a year earlier, by product line; growth not counted", start=start),
        ),
        sheet.value(
            _FAMILY,
            "nrr",
            net,
            "percent",
            say("of {start} a year earlier, growth and new lines counted", start=start),
        ),
    ]
