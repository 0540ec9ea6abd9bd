"""Which accounts are key accounts: a rule chooses, size decides the tier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.settings import SelectionSettings
from kam_connector.kam.worth import in_currency, priced
from kam_connector.model.account import Account, KeyAccount, Stage
from kam_connector.model.currency import NO_RATES, Rates
from kam_connector.model.opportunity import Opportunity

__all__ = ["Candidate", "candidate", "select_accounts", "suggest_stage"]

_YEAR = timedelta(days=365)
_SETTLED_YEARS = 3
"""A customer this long with little open is being consolidated. Our choice: the horizon of
the selection matrix (docs/scores.md, sources 4: three years)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the selection looks at, for one account and its tree."""

    account: Account
    won: Decimal = Decimal(0)
    """Won in the last 365 days."""
    open: Decimal = Decimal(0)
    """Open now."""
    first_won: date | None = None
    score: Decimal | None = None
    """A selection score, 0-100, when the programme keeps one."""
    turnover: Decimal = Decimal(0)
    """The customer's own, in the currency of the business."""


def candidate(
    account: Account,
    opportunities: Iterable[Opportunity],
    *,
    as_of: date,
    score: Decimal | None = None,
    rates: Rates = NO_RATES,
    currency: str | None = None,
) -> Candidate:
    """Return what the selection looks at, from the account's *opportunities*.

    Amounts count in one currency, converted at dated rates; what has no rate does not count.

    Args:
        account: The account.
        opportunities: Its business.
        as_of: The day of the choice.
        score: A selection score, when the programme keeps one.
        rates: What is known of rates.
        currency: The one in which candidates compare; None: the one most amounts are in.
    """
    every = list(opportunities)
    in_one = priced(every, rates, as_of=as_of, currency=currency)
    deals = in_one.deals
    to = in_one.currency or currency or (account.turnover.currency if account.turnover else None)
    won = [deal for deal in deals if deal.won and deal.closes_on and deal.closes_on <= as_of]
    days = [deal.closes_on for deal in every if deal.won and deal.closes_on]
    return Candidate(
        account=account,
        won=_sum(deal for deal in won if deal.closes_on and deal.closes_on > as_of - _YEAR),
        open=_sum(deal for deal in deals if not deal.closed),
        first_won=min((day for day in days if day <= as_of), default=None),
        score=score,
        turnover=_turnover(account, to, rates, as_of),
    )


def select_accounts(
    candidates: Iterable[Candidate],
    *,
    rule: Callable[[Candidate], bool],
    rule_name: str,
    as_of: date,
    chosen: Mapping[str, KeyAccount] | None = None,
    settings: SelectionSettings | None = None,
    cap: int | None = None,
    always: Collection[str] = (),
) -> list[KeyAccount]:
    """Return the key accounts, the most important first.

    Tiers follow the rank by selection score, then won and open business, then the
    customer's turnover. An account chosen before keeps its stage and its first day. A person
    whom the CRM keeps as an account is no key account, whatever the rule says: there is
    nobody else in it to know.

    Args:
        candidates: All accounts in sight.
        rule: Says whether an account is a key account.
        rule_name: Kept as the reason of the choice.
        as_of: The day of the choice.
        chosen: Those chosen before, by account.
        settings: How many accounts each tier holds.
        cap: At most this many, the most important ones: few, selected with care (S1.01).
        always: Accounts that people chose themselves: they count within the cap, and are
            never dropped by it.
    """
    limits, before = settings or SelectionSettings(), chosen or {}
    ranked = sorted(
        (each for each in candidates if rule(each) and not each.account.person), key=_importance
    )
    ranked = _within(ranked, cap, always)
    return [
        KeyAccount(
            account_id=each.account.id,
            tier=_tier(rank, limits),
            stage=held.stage if held else suggest_stage(each, as_of=as_of),
            since=held.since if held else as_of,
            reason=rule_name,
        )
        for rank, each in enumerate(ranked)
        for held in [before.get(each.account.id)]
    ]


def suggest_stage(each: Candidate, *, as_of: date) -> Stage:
    """Suggest where an account stands in its journey, from its business alone.

    Nothing won yet: identification; first won within a year: onboarding; a customer of
    three years with less open than a year's business: consolidation; else development.
    """
    if each.first_won is None:
        return Stage.IDENTIFICATION
    if each.first_won > as_of - _YEAR:
        return Stage.ONBOARDING
    if each.first_won <= as_of - _SETTLED_YEARS * _YEAR and each.open < each.won:
        return Stage.CONSOLIDATION
    return Stage.DEVELOPMENT


def _within(ranked: list[Candidate], cap: int | None, always: Collection[str]) -> list[Candidate]:
    if cap is None:
        return ranked
    free = max(0, cap - sum(each.account.id in always for each in ranked))
    others = [each.account.id for each in ranked if each.account.id not in always][:free]
    kept = {*always, *others}
    return [each for each in ranked if each.account.id in kept]


def _importance(each: Candidate) -> tuple[Decimal, Decimal, Decimal, str]:
    score = each.score if each.score is not None else Decimal(0)
    return (-score, -(each.won + each.open), -each.turnover, each.account.id)


def _tier(rank: int, limits: SelectionSettings) -> str:
    if rank < limits.first_tier:
        return "A"
    return "B" if rank < limits.first_tier + limits.second_tier else "C"


def _sum(deals: Iterable[Opportunity]) -> Decimal:
    return sum((deal.amount.amount for deal in deals if deal.amount), Decimal(0))


def _turnover(account: Account, currency: str | None, rates: Rates, as_of: date) -> Decimal:
    if account.turnover is None or currency is None:
        return Decimal(0)
    return in_currency(account.turnover, currency, rates, on=as_of) or Decimal(0)
