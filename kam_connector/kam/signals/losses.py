"""What was lost at an account, and when: renewals, contracts, large deals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.renewals import RENEWAL, renewal_cycles
from kam_connector.model.account import RenewalState
from kam_connector.model.facts import AccountFacts
from kam_connector.model.opportunity import Opportunity

__all__ = ["Loss", "LossKind", "account_losses"]

_LARGE = Decimal("0.25")
"""A lost deal is a loss when it is worth a quarter of what was won in the year before. Our
choice: to lose smaller ones is the trade."""
_YEAR = timedelta(days=365)
_SAME = timedelta(days=30)
"""Losses this near each other are one event. Our choice: a month."""


class LossKind(StrEnum):
    """What kind of loss."""

    RENEWAL = "lost renewal"
    CONTRACT = "ended contract"
    DEAL = "lost large deal"
    ACCOUNT = "no key account any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One loss of one account."""

    account_id: str
    on: date
    kind: LossKind
    what: str


def account_losses(
    facts: AccountFacts, *, as_of: date, since: date, left_on: date | None = None
) -> list[Loss]:
    """Return the losses of an account between two days, the latest first, one a month.

    Args:
        facts: All that is known of it.
        as_of: The last day.
        since: The first day.
        left_on: When it left the choice of key accounts, if it did.
    """
    found = [*_renewals(facts, as_of), *_deals(facts)]
    if left_on:
        found.append(_loss(facts, left_on, LossKind.ACCOUNT, facts.account.name))
    dated = sorted(
        (loss for loss in found if since <= loss.on <= as_of),
        key=lambda loss: (loss.on, loss.kind.value, loss.what),
        reverse=True,
    )
    apart: list[Loss] = []
    for loss in dated:
        if not apart or apart[-1].on - loss.on > _SAME:
            apart.append(loss)
    return apart


def _renewals(facts: AccountFacts, as_of: date) -> Iterator[Loss]:
    """Yield what was not renewed; what was lost before its day counts from today at the latest.

    A contract terminated early is known by its cycle, kept from when it was in force: the day
    of termination stands in no record. A draft never had one.
    """
    names = {deal.id: deal.name for deal in facts.opportunities}
    numbers: Mapping[str, str] = {one.id: one.number or one.id for one in facts.contracts}
    for cycle in renewal_cycles(_as_if_open(facts, as_of), as_of=as_of):
        if cycle.state is not RenewalState.LOST:
            continue
        on = min(cycle.decision, as_of)
        if cycle.opportunity_id:
            name = names.get(cycle.opportunity_id, cycle.opportunity_id)
            yield _loss(facts, on, LossKind.RENEWAL, name)
        else:
            name = numbers.get(cycle.contract_id or "", "")
            yield _loss(facts, on, LossKind.CONTRACT, name)


def _as_if_open(facts: AccountFacts, as_of: date) -> AccountFacts:
    """Return the facts with ended contracts that may still show what followed them."""
    return replace(
        facts,
        contracts=tuple(
            replace(one, active=None) if one.ends_on and one.ends_on < as_of else one
            for one in facts.contracts
        ),
    )


def _deals(facts: AccountFacts) -> Iterator[Loss]:
    for deal in facts.opportunities:
        if deal.closed and not deal.won and deal.kind != RENEWAL and _is_large(facts, deal):
            yield _loss(facts, deal.closes_on or date.min, LossKind.DEAL, deal.name)


def _is_large(facts: AccountFacts, deal: Opportunity) -> bool:
    if deal.closes_on is None or deal.amount is None:
        return False
    won = sum(
        other.amount.amount
        for other in facts.opportunities
        if other.won
        and other.amount
        and other.amount.currency == deal.amount.currency
        and other.closes_on
        and deal.closes_on - _YEAR <= other.closes_on <= deal.closes_on
    )
    return won > 0 and deal.amount.amount >= _LARGE * won


def _loss(facts: AccountFacts, on: date, kind: LossKind, what: str) -> Loss:
    return Loss(account_id=facts.account.id, on=on, kind=kind, what=what)
