"""Selection criteria: the shipped ones, what the layer measures of them, and their ramps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.selection import Candidate
from kam_connector.kam.worth import in_currency
from kam_connector.language import phrase
from kam_connector.model.currency import Rates
from kam_connector.model.figures import RevenueLine, SurveyAnswer, SurveyKind, Wallet
from kam_connector.model.kept import KeptRecords, kept_id
from kam_connector.model.money import Money
from kam_connector.model.plan_content import Partnership, PlanFrame
from kam_connector.model.programme import Axis, Criterion

__all__ = ["METRICS", "SHIPPED_CRITERIA", "MetricSources", "metrics", "ramped"]

METRICS: Mapping[str, str] = {
    "potential.rank": phrase("percent of the candidates with a smaller potential"),
    "potential.amount": phrase("what they spend in a year on what we sell, with anybody"),
    "turnover.amount": phrase("the customer's own turnover"),
    "open.amount": phrase("open opportunities"),
    "won.amount": phrase("won in the last twelve months"),
    "wallet.share": phrase("our part of what they spend, in percent"),
    "relationship.score": phrase("strength of the relationship, 0 to 100"),
    "satisfaction.score": phrase("satisfaction of the last twelve months, 0 to 100"),
    "partnership.stage": phrase("stage of the partnership, 1 to 5"),
}
"""What the layer measures by itself; any may be a criterion's ``metric``."""


def _shipped(axis: Axis, name: str, weight: int, high: int, metric: str | None) -> Criterion:
    low = 1 if high == 5 else 0
    return Criterion(
        id=kept_id(Criterion, axis.value, name),
        axis=axis,
        name=name,
        weight=Decimal(weight),
        low=Decimal(low),
        high=Decimal(high),
        metric=metric,
    )


SHIPPED_CRITERIA: tuple[Criterion, ...] = (
    _shipped(Axis.ATTRACTIVENESS, phrase("revenue potential"), 40, 100, "potential.rank"),
    _shipped(Axis.ATTRACTIVENESS, phrase("strategic fit"), 30, 5, None),
    _shipped(Axis.ATTRACTIVENESS, phrase("partnership capacity"), 30, 5, None),
    _shipped(Axis.STRENGTH, phrase("share of wallet"), 25, 50, "wallet.share"),
    _shipped(Axis.STRENGTH, phrase("relationship strength"), 25, 100, "relationship.score"),
    _shipped(Axis.STRENGTH, phrase("satisfaction"), 25, 100, "satisfaction.score"),
    _shipped(Axis.STRENGTH, phrase("partnership stage"), 25, 5, "partnership.stage"),
)
"""Attractiveness 40/30/30 (docs/programme.md, sources); strength in equal parts: no source
weights them. People score 1 to 5; half of the wallet is full marks: our choice, for a customer
seldom gives one supplier more."""

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSources:
    """What the metrics of one candidate are computed from."""

    candidate: Candidate
    kept: KeptRecords
    relationship: Decimal | None = None
    """The last relationship score."""


def metrics(
    listed: Iterable[MetricSources], *, rates: Rates, currency: str | None, as_of: date
) -> dict[str, dict[str, Decimal]]:
    """Return what is measured of each candidate, by account and metric; the unknown is left out."""
    found = {
        one.candidate.account.id: _measured(one, rates=rates, currency=currency, as_of=as_of)
        for one in listed
    }
    known = [values["potential.amount"] for values in found.values() if _potential(values)]
    for values in found.values():
        if _potential(values) and len(known) > 1:
            below = sum(other < values["potential.amount"] for other in known)
            values["potential.rank"] = _tenth(Decimal(100 * below) / (len(known) - 1))
    return found


def ramped(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """Return a value's place on its ramp, 0 to 100; *high* below *low* turns the ramp around."""
    if low == high:
        return Decimal(100) if value >= high else Decimal(0)
    share = (value - low) / (high - low)
    return _tenth(100 * min(Decimal(1), max(Decimal(0), share)))


def _potential(values: Mapping[str, Decimal]) -> bool:
    return "potential.amount" in values


def _measured(
    one: MetricSources, *, rates: Rates, currency: str | None, as_of: date
) -> dict[str, Decimal]:
    each, account_id = one.candidate, one.candidate.account.id
    revenue = _revenue(one.kept, account_id, rates, currency, as_of)
    bought = revenue if revenue is not None else each.won
    wallet = _wallet(one.kept, account_id, rates, currency, as_of)
    asked: dict[str, Decimal | None] = {
        "potential.amount": wallet,
        "turnover.amount": each.turnover or None,
        "open.amount": each.open,
        "won.amount": each.won,
        "wallet.share": _tenth(min(Decimal(100), 100 * bought / wallet)) if wallet else None,
        "relationship.score": one.relationship,
        "satisfaction.score": _satisfaction(one.kept, account_id, as_of),
        "partnership.stage": _stage(one.kept, account_id),
    }
    return {name: value for name, value in asked.items() if value is not None}


def _revenue(
    kept: KeptRecords, account_id: str, rates: Rates, currency: str | None, as_of: date
) -> Decimal | None:
    amounts = [
        _worth(one.revenue, one.currency, currency, rates, as_of)
        for one in kept.of(RevenueLine)
        if one.account_id == account_id and as_of - _YEAR < one.month <= as_of
    ]
    return sum((one for one in amounts if one is not None), Decimal(0)) if amounts else None


def _wallet(
    kept: KeptRecords, account_id: str, rates: Rates, currency: str | None, as_of: date
) -> Decimal | None:
    """Return the latest known year's spend over all product lines."""
    told = [w for w in kept.of(Wallet) if w.account_id == account_id and w.year <= as_of.year]
    latest = max((one.year for one in told), default=0)
    amounts = [
        _worth(one.spend, one.currency, currency, rates, as_of)
        for one in told
        if one.year == latest
    ]
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal(0)) if known else None


def _worth(
    amount: Decimal, given: str, currency: str | None, rates: Rates, as_of: date
) -> Decimal | None:
    to = currency or given
    return in_currency(Money(amount=amount, currency=given), to, rates, on=as_of)


def _satisfaction(kept: KeptRecords, account_id: str, as_of: date) -> Decimal | None:
    """Return NPS as 0 to 100, else CSAT: the year's answers with a number."""
    answers = [
        one
        for one in kept.of(SurveyAnswer)
        if one.account_id == account_id and as_of - _YEAR < one.on <= as_of
    ]
    nps = [a.score for a in answers if a.kind is SurveyKind.NPS and a.score is not None]
    if nps:
        net = sum(one >= 9 for one in nps) - sum(one <= 6 for one in nps)
        return _tenth(50 + Decimal(50 * net) / len(nps))
    csat = [a.score for a in answers if a.kind is SurveyKind.CSAT and a.score is not None]
    if csat:
        return _tenth((sum(csat, Decimal(0)) / len(csat) - 1) * 25)
    return None


def _stage(kept: KeptRecords, account_id: str) -> Decimal | None:
    frame = next((one for one in kept.of(PlanFrame) if one.account_id == account_id), None)
    if frame is None or frame.partnership is None:
        return None
    return Decimal(tuple(Partnership).index(frame.partnership) + 1)


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
