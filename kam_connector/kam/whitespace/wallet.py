"""Which part of a customer's spend reaches us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.whitespace.market import added
from kam_connector.kam.whitespace.sales import line_key, sales_of, truest
from kam_connector.kam.worth import common_currency
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import Wallet
from kam_connector.model.judgement import Evidence
from kam_connector.model.kept import KeptRecords
from kam_connector.model.money import Money

__all__ = ["WalletShare", "share_of_wallet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletShare:
    """Our sales over what the customer spends on the same product lines with anybody (S2.31)."""

    percent: Decimal | None
    """0 to 100, one decimal; None: no wallet is known."""
    ours: Money | None
    wallet: Money | None
    year: int | None
    """The wallets' year; ours are the sales of that year, or of twelve months while it runs."""
    lines: tuple[str, ...] = ()
    """Product lines whose wallet is known; others count on neither side."""
    confirmed: bool = False
    """Every wallet was confirmed, none assumed."""
    exceeded: bool = False
    """We sell more than the wallet is said to hold: the estimate is too low."""
    reason: str = ""
    """How it was computed, in the settings' language."""


def share_of_wallet(
    facts: AccountFacts,
    *,
    as_of: date,
    kept: KeptRecords | None = None,
    settings: KamSettings | None = None,
) -> WalletShare:
    """Return the share of the customer's wallet that a key account's tree spends with us.

    Args:
        facts: What is known of it.
        as_of: Today; the latest year not after it counts.
        kept: Figures of the account *and its subsidiaries*; those of ``facts`` when None.
        settings: The language of the reason.
    """
    settings = settings or KamSettings()
    say = settings.say
    kept = kept if kept is not None else facts.kept
    mine = {facts.account.id, *(one.id for one in facts.tree)}
    wallets = [w for w in kept.of(Wallet) if w.account_id in mine and w.year <= as_of.year]
    year = max((one.year for one in wallets), default=None)
    if year is None:
        nothing = say("Nobody told what the customer spends in all: no share of wallet.")
        return WalletShare(percent=None, ours=None, wallet=None, year=None, reason=nothing)
    told = [one for one in wallets if one.year == year]
    currency = common_currency(Money(amount=one.spend, currency=one.currency) for one in told)
    day = min(as_of, date(year, 12, 31))
    spends = [_in(one, currency or "", facts, day) for one in told]
    lines = {line_key(one.product_line) for one in told}
    if currency is None or None in spends:
        lacking = say("A wallet stands in a currency without a known rate: no share of wallet.")
        return WalletShare(percent=None, ours=None, wallet=None, year=year, reason=lacking)
    spend = sum((one for one in spends if one is not None), Decimal(0))
    ours = _ours(facts, kept, lines, currency, until=day, mine=mine)
    money, wallet = (Money(amount=one, currency=currency) for one in (ours, spend))
    return _share(money, wallet, told, say)


def _share(ours: Money, wallet: Money, told: Sequence[Wallet], say: Voice) -> WalletShare:
    percent = None
    if wallet.amount > 0:
        bounded = min(Decimal(100), max(Decimal(0), 100 * ours.amount / wallet.amount))
        percent = bounded.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    year = told[0].year
    lines = tuple(sorted({line_key(w.product_line): w.product_line.strip() for w in told}.values()))
    reason = say(
        "{ours} of the {wallet} that the customer spends on {lines} ({year}).",
        ours=ours,
        wallet=wallet,
        lines=", ".join(lines),
        year=str(year),
    )
    if ours.amount > wallet.amount:
        reason += " " + say("We sell more than that: the wallet is estimated too low.")
    return WalletShare(
        percent=percent,
        ours=ours,
        wallet=wallet,
        year=year,
        lines=lines,
        confirmed=all(one.evidence is Evidence.CONFIRMED for one in told),
        exceeded=ours.amount > wallet.amount,
        reason=reason,
    )


def _in(wallet: Wallet, currency: str, facts: AccountFacts, day: date) -> Decimal | None:
    money = Money(amount=wallet.spend, currency=wallet.currency)
    found = facts.rates.convert(money, currency, on=day)
    return found.amount if found else None


def _ours(
    facts: AccountFacts,
    kept: KeptRecords,
    lines: set[str],
    currency: str,
    *,
    until: date,
    mine: set[str],
) -> Decimal:
    """Return the sales of these lines in the twelve months up to a day."""
    days = 365 if until.month < 3 or not _is_leap(until.year) else 366
    total: Decimal | None = None
    sales = truest(sales_of(facts, kept), until=until, days=days)
    for one in sorted(sales, key=lambda sale: (sale.on, str(sale.amount))):
        if one.account_id in mine and line_key(one.product_line) in lines:
            total = added(total, one, currency, facts.rates)
    return total or Decimal(0)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
