"""What the rules of the key figures read: one account with its business in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.kpis.billing import Billed, billed, last_span
from kam_connector.kam.settings.kpis import KpiSettings
from kam_connector.kam.situation import Situation
from kam_connector.kam.worth import common_currency
from kam_connector.language import Voice
from kam_connector.model.figures import KpiFamily, KpiValue, RevenueLine, Wallet
from kam_connector.model.kept import kept_id
from kam_connector.model.money import Money

__all__ = ["YEAR", "Sheet", "read_sheet"]

YEAR = timedelta(days=365)
_STEPS = {"percent": Decimal("0.1"), "score": Decimal("0.1"), "count": Decimal("0.1")}
"""Figures are kept to a tenth, money to a cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One account with its tree, its revenue lines of two years made one currency."""

    situation: Situation
    currency: str | None
    """Of all its money; None: there is none."""
    year: Billed | None
    """The latest twelve closed months; None without revenue lines."""
    year_before: Billed | None

    @property
    def say(self) -> Voice:
        """The language of the reasons."""
        return self.situation.settings.say

    @property
    def limits(self) -> KpiSettings:
        """The numbers of the method."""
        return self.situation.settings.kpis

    @property
    def as_of(self) -> date:
        """The day the figures speak of."""
        return self.situation.as_of

    @property
    def unit_of_money(self) -> str:
        """The currency's code; XXX, ISO 4217's own for none, where there is no money."""
        return self.currency or "XXX"

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
        """Return one figure, rounded, with the id that day, account and key give it."""
        account_id = self.situation.facts.account.id
        return KpiValue(
            id=kept_id(KpiValue, account_id, key, self.as_of),
            account_id=account_id,
            family=family,
            key=key,
            as_of=self.as_of,
            value=_rounded(value, unit),
            unit=unit,
            reason=reason,
            before=_rounded(before, unit),
        )

    def left_out(self, billed_: Billed | None) -> str:
        """Return which money has no rate and counts nowhere, in words; mostly empty."""
        if billed_ is None or not billed_.left_out:
            return ""
        amounts = ", ".join(self.say.money(one) for one in billed_.left_out)
        return self.say("; left out, no rate is known: {amounts}", amounts=amounts)


def read_sheet(situation: Situation) -> Sheet:
    """Return what the rules read; the currency is the corporate one, else the commonest."""
    facts, limits = situation.facts, situation.settings.kpis
    lines = facts.kept.of(RevenueLine)
    span = last_span(lines, as_of=situation.as_of, late_months=limits.late_months)
    currency = facts.rates.corporate or _commonest(situation)
    if span is None or currency is None:
        return Sheet(situation=situation, currency=currency, year=None, year_before=None)
    return Sheet(
        situation=situation,
        currency=currency,
        year=billed(lines, span, currency=currency, rates=facts.rates),
        year_before=billed(lines, span.year_earlier, currency=currency, rates=facts.rates),
    )


def _commonest(situation: Situation) -> str | None:
    """Return the currency most lines are in; without lines, most won business, then wallets."""
    facts = situation.facts
    lines = facts.kept.of(RevenueLine)
    told = common_currency(Money(amount=one.revenue, currency=one.currency) for one in lines)
    won = common_currency(deal.amount for deal in facts.opportunities if deal.amount)
    wallets = (Money(amount=w.spend, currency=w.currency) for w in facts.kept.of(Wallet))
    return told or won or common_currency(wallets)


def _rounded(value: Decimal | None, unit: str) -> Decimal | None:
    if value is None:
        return None
    step = _STEPS.get(unit, Decimal("0.01"))
    rounded = value.quantize(step, rounding=ROUND_HALF_EVEN)
    return Decimal(0) if rounded == 0 else rounded
