"""Which accounts are key accounts: a rule chooses, size decides the tier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.settings import SelectionSettings
from kam_connector.model.account import Account, KeyAccount, Stage
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


def candidate(
    account: Account,
    opportunities: Iterable[Opportunity],
    *,
    as_of: date,
    score: Decimal | None = None,
) -> Candidate:
    """Return what the selection looks at, from the account's *opportunities*."""
    deals = list(opportunities)
    won = [deal for deal in deals if deal.won and deal.closes_on and deal.closes_on <= as_of]
    return Candidate(
        account=account,
        won=_sum(deal for deal in won if deal.closes_on and deal.closes_on > as_of - _YEAR),
        open=_sum(deal for deal in deals if not deal.closed),
        first_won=min((deal.closes_on for deal in won if deal.closes_on), default=None),
        score=score,
    )


def select_accounts(
    candidates: Iterable[Candidate],
    *,
    rule: Callable[[Candidate], bool],
    rule_name: str,
    as_of: date,
    chosen: Mapping[str, KeyAccount] | None = None,
    settings: SelectionSettings | None = None,
) -> list[KeyAccount]:
    """Return the key accounts, the most important first.

    Tiers follow the rank by selection score, then won and open business, then the
    customer's turnover. An account chosen before keeps its stage and its first day.

    Args:
        candidates: All accounts in sight.
        rule: Says whether an account is a key account.
        rule_name: Kept as the reason of the choice.
        as_of: The day of the choice.
        chosen: Those chosen before, by account.
        settings: How many accounts each tier holds.
    """
    limits, before = settings or SelectionSettings(), chosen or {}
    ranked = sorted((each for each in candidates if rule(each)), key=_importance)
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


def _importance(each: Candidate) -> tuple[Decimal, Decimal, Decimal, str]:
    turnover = each.account.turnover.amount if each.account.turnover else Decimal(0)
    score = each.score if each.score is not None else Decimal(0)
    return (-score, -(each.won + each.open), -turnover, each.account.id)


def _tier(rank: int, limits: SelectionSettings) -> str:
    if rank < limits.first_tier:
        return "A"
    return "B" if rank < limits.first_tier + limits.second_tier else "C"


def _sum(deals: Iterable[Opportunity]) -> Decimal:
    return sum((deal.amount.amount for deal in deals if deal.amount), Decimal(0))
