"""Key figures at every place of an account's tree, each alone and with all below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kam_connector.kam.kpis.account import account_kpis
from kam_connector.kam.settings import KamSettings
from kam_connector.model.account import Account
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import CostLine, KpiValue, RevenueLine, SurveyAnswer, Wallet
from kam_connector.model.kept import KeptRecords

__all__ = ["TreePlace", "branch", "tree_kpis"]

_SUMMED: tuple[type[Any], ...] = (RevenueLine, CostLine, SurveyAnswer, Wallet)
"""Figures that are told of one account of the tree; all else is told of the key account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePlace:
    """One account of a tree."""

    account: Account
    depth: int
    """0: the key account."""
    alone: Mapping[str, KpiValue]
    """By key, of this account without those below."""
    together: Mapping[str, KpiValue]
    """By key, with all below."""


def tree_kpis(
    facts: AccountFacts, as_of: date, settings: KamSettings | None = None
) -> tuple[TreePlace, ...]:
    """Return every account of the tree, parents before children, whatever CRM knows it.

    All are converted into one currency, the key account's.
    """
    settings = settings or KamSettings()
    return tuple(
        TreePlace(
            account=account,
            depth=depth,
            alone=_by_key(branch(facts, account.id, below=False), as_of, settings),
            together=_by_key(branch(facts, account.id), as_of, settings),
        )
        for account, depth in _walk(facts)
    )


def branch(facts: AccountFacts, account_id: str, *, below: bool = True) -> AccountFacts:
    """Return the facts of one account of the tree, with or without those below it."""
    accounts = {one.id: one for one in (facts.account, *facts.tree)}
    ids = {account_id, *(_under(accounts, account_id) if below else ())}
    tied = {one.contact_id for one in facts.affiliations if one.account_id in ids}
    deals = tuple(one for one in facts.opportunities if one.account_id in ids)
    deal_ids = {one.id for one in deals}
    return replace(
        facts,
        account=accounts[account_id],
        tree=tuple(one for one in facts.tree if one.id in ids and one.id != account_id),
        contacts=tuple(o for o in facts.contacts if o.account_id in ids or o.id in tied),
        positions=tuple(one for one in facts.positions if one.account_id in ids),
        opportunities=deals,
        roles=tuple(one for one in facts.roles if one.opportunity_id in deal_ids),
        affiliations=tuple(one for one in facts.affiliations if one.account_id in ids),
        cases=tuple(one for one in facts.cases if one.account_id in ids),
        contracts=tuple(one for one in facts.contracts if one.account_id in ids),
        line_items=tuple(one for one in facts.line_items if one.opportunity_id in deal_ids),
        kept=_kept(facts, ids, whole=account_id == facts.account.id),
    )


def _kept(facts: AccountFacts, ids: set[str], *, whole: bool) -> KeptRecords:
    by_type = dict(facts.kept.by_type) if whole else {}
    for made in _SUMMED:
        by_type[made] = tuple(one for one in facts.kept.of(made) if one.account_id in ids)
    return KeptRecords(by_type=by_type)


def _by_key(facts: AccountFacts, as_of: date, settings: KamSettings) -> dict[str, KpiValue]:
    return {one.key: one for one in account_kpis(facts, as_of, settings)}


def _walk(facts: AccountFacts) -> Iterator[tuple[Account, int]]:
    accounts = {one.id: one for one in (facts.account, *facts.tree)}
    waiting = [(facts.account, 0)]
    seen: set[str] = set()
    while waiting:
        account, depth = waiting.pop()
        if account.id in seen:
            continue
        seen.add(account.id)
        yield account, depth
        children = [one for one in accounts.values() if one.parent_id == account.id]
        ranked = sorted(children, key=lambda one: (one.name, one.id), reverse=True)
        waiting += [(one, depth + 1) for one in ranked]


def _under(accounts: Mapping[str, Account], top: str) -> set[str]:
    """Return the ids below an account, at any depth; a circle of parents ends where it began."""
    found: set[str] = set()
    waiting = [top]
    while waiting:
        parent = waiting.pop()
        fresh = {one.id for one in accounts.values() if one.parent_id == parent} - found - {top}
        found |= fresh
        waiting += fresh
    return found
