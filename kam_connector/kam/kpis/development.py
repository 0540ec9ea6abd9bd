"""Development (S2.31): our revenue, its growth, share of wallet, products used, countries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kam_connector.kam.kpis.billing import Billed
from kam_connector.kam.kpis.sheet import YEAR, Sheet
from kam_connector.kam.worth import Priced, in_currency, priced
from kam_connector.model.figures import KpiFamily, KpiValue, Wallet
from kam_connector.model.money import Money

__all__ = ["Takings", "development", "takings"]

_FAMILY = KpiFamily.DEVELOPMENT
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


class Takings:
    """What we earned in a year and in the year before: revenue lines, else won business."""

    def __init__(self, sheet: Sheet) -> None:
        self.billed = sheet.year is not None
        self.now: Decimal | None = None
        self.before: Decimal | None = None
        if sheet.year is not None and sheet.year_before is not None:
            self.reason = _billed_words(sheet, sheet.year)
            self.now = None if sheet.year.only_left_out else sheet.year.revenue
            self.before = sheet.year_before.revenue if sheet.year_before.lines else None
        else:
            self._won(sheet)

    def _won(self, sheet: Sheet) -> None:
        facts, as_of, say = sheet.situation.facts, sheet.as_of, sheet.say
        in_one = priced(facts.opportunities, facts.rates, as_of=as_of, currency=sheet.currency)
        self.reason = say("no revenue lines and no won business are recorded")
        if any(deal.won for deal in in_one.deals):
            self.now = _won_in(in_one, as_of - YEAR, as_of)
            self.before = _won_in(in_one, as_of - 2 * YEAR, as_of - YEAR) or None
            self.reason = say("won in 365 days, as no revenue lines are imported")
        if in_one.left_out:
            self.reason += "; " + say.count(
                "{n} amount left out, no rate is known",
                "{n} amounts left out, no rate is known",
                in_one.left_out,
            )


def takings(sheet: Sheet) -> Takings:
    """Return what we earned with the account in twelve months and in the twelve before."""
    return Takings(sheet)


def development(sheet: Sheet) -> list[KpiValue]:
    """Return the figures of the family; what is not known says why."""
    earned = takings(sheet)
    money = sheet.unit_of_money
    return [
        sheet.value(_FAMILY, "revenue_12m", earned.now, money, earned.reason, before=earned.before),
        _growth(sheet, earned),
        _share_of_wallet(sheet, earned),
        _products(sheet),
        _countries(sheet),
    ]


def _billed_words(sheet: Sheet, year: Billed) -> str:
    words = sheet.say.count(
        "{n} revenue line from {first} to {last}",
        "{n} revenue lines from {first} to {last}",
        year.lines,
        first=f"{year.span.first:%Y-%m}",
        last=f"{year.span.last:%Y-%m}",
    )
    if year.converted:
        words += sheet.say(", {n} converted at dated rates", n=year.converted)
    return words + sheet.left_out(year)


def _growth(sheet: Sheet, earned: Takings) -> KpiValue:
    say, key = sheet.say, "growth"
    if earned.now is None or not earned.before or earned.before < 0:
        reason = say("no revenue a year earlier to compare with")
        return sheet.value(_FAMILY, key, None, "percent", reason)
    currency = sheet.currency or ""
    now, before = (Money(amount=one, currency=currency) for one in (earned.now, earned.before))
    reason = say("{now} after {before} a year earlier", now=now, before=before)
    growth = (earned.now / earned.before - 1) * _HUNDRED
    return sheet.value(_FAMILY, key, growth, "percent", reason)


def _share_of_wallet(sheet: Sheet, earned: Takings) -> KpiValue:
    say, key = sheet.say, "share_of_wallet"
    wallets = _latest(sheet.situation.facts.kept.of(Wallet), sheet.as_of)
    if not wallets or earned.now is None or sheet.currency is None:
        reason = say("what the customer spends with anybody is not recorded")
        return sheet.value(_FAMILY, key, None, "percent", reason)
    spend, left = _spend(sheet, wallets)
    ours = _ours(sheet.year, wallets, earned.now)
    if not spend:
        reason = say("the wallet has no rate or is empty")
        return sheet.value(_FAMILY, key, None, "percent", reason)
    reason = say(
        "{ours} of a wallet of {spend} in {lines}",
        ours=Money(amount=ours, currency=sheet.currency),
        spend=Money(amount=spend, currency=sheet.currency),
        lines=", ".join(sorted({one.product_line for one in wallets})),
    )
    if left:
        reason += say("; left out, no rate is known: {amounts}", amounts=", ".join(left))
    if ours > spend:
        reason += "; " + say("the wallet is put too low: we sell more than that")
    share = max(_ZERO, min(_HUNDRED, ours / spend * _HUNDRED))
    before = _ours(sheet.year_before, wallets, earned.before) if earned.before else None
    earlier = None if before is None else max(_ZERO, min(_HUNDRED, before / spend * _HUNDRED))
    return sheet.value(_FAMILY, key, share, "percent", reason, before=earlier)


def _latest(wallets: Iterable[Wallet], as_of: date) -> list[Wallet]:
    """Return the newest wallet of each account and product line, none of a year to come."""
    newest: dict[tuple[str, str], Wallet] = {}
    for one in sorted(wallets, key=lambda each: (each.year, each.id)):
        if one.year <= as_of.year:
            newest[(one.account_id, one.product_line)] = one
    return list(newest.values())


def _spend(sheet: Sheet, wallets: Iterable[Wallet]) -> tuple[Decimal, list[str]]:
    total, left = _ZERO, []
    rates = sheet.situation.facts.rates
    for one in wallets:
        money = Money(amount=one.spend, currency=one.currency)
        found = in_currency(money, sheet.currency or "", rates, on=sheet.as_of)
        total += found or _ZERO
        left += [sheet.say.money(money)] if found is None else []
    return total, left


def _ours(year: Billed | None, wallets: Iterable[Wallet], all_of_it: Decimal) -> Decimal:
    """Return our revenue in the lines the wallet speaks of; all, where lines name no product."""
    if year is None or not year.products:
        return all_of_it
    spoken_of = {one.product_line.casefold() for one in wallets}
    fitting = (sum_ for (_, line), sum_ in year.parts.items() if line.casefold() in spoken_of)
    return sum(fitting, _ZERO)


def _products(sheet: Sheet) -> KpiValue:
    say, key = sheet.say, "products_used"
    if sheet.year is not None and sheet.year.products:
        before = sheet.year_before.products if sheet.year_before else frozenset()
        return _counted(sheet, key, sheet.year.products, before or None)
    now, before_ = (_sold(sheet, day) for day in (sheet.as_of, sheet.as_of - YEAR))
    if not now:
        reason = say("no revenue line or won opportunity names a product line")
        return sheet.value(_FAMILY, key, None, "count", reason)
    return _counted(sheet, key, now, before_ or None)


def _sold(sheet: Sheet, day: date) -> frozenset[str]:
    """Return the product lines of what was won in the two years before a day.

    Two years: our choice, as long as win rates look back.
    """
    facts = sheet.situation.facts
    won = {
        deal.id
        for deal in facts.opportunities
        if deal.won and deal.closes_on and day - 2 * YEAR < deal.closes_on <= day
    }
    sold = (
        facts.products.get(line.product_id or "")
        for line in facts.line_items
        if line.opportunity_id in won
    )
    return frozenset(product.family or product.name for product in sold if product)


def _countries(sheet: Sheet) -> KpiValue:
    key = "countries"
    if sheet.year is None or not sheet.year.countries:
        reason = sheet.say("no revenue line names a country")
        return sheet.value(_FAMILY, key, None, "count", reason)
    before = sheet.year_before.countries if sheet.year_before else frozenset()
    return _counted(sheet, key, sheet.year.countries, before or None)


def _counted(
    sheet: Sheet, key: str, names: frozenset[str], before: frozenset[str] | None
) -> KpiValue:
    reason = ", ".join(sorted(names))
    new = sorted(names - before) if before else []
    if new:
        reason += "; " + sheet.say("new since a year: {names}", names=", ".join(new))
    then = None if before is None else Decimal(len(before))
    return sheet.value(_FAMILY, key, Decimal(len(names)), "count", reason, before=then)


def _won_in(in_one: Priced, after: date, until: date) -> Decimal:
    return sum(
        (
            deal.amount.amount
            for deal in in_one.deals
            if deal.won and deal.amount and deal.closes_on and after < deal.closes_on <= until
        ),
        _ZERO,
    )
