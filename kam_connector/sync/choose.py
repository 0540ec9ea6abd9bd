"""Who is a key account: the admin's rule, people's own choice, the model's order, the cap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_connector.kam.journey.state import stages_kept
from kam_connector.kam.programme.criteria import SHIPPED_CRITERIA, MetricSources, metrics
from kam_connector.kam.programme.matrix import Placement, placed
from kam_connector.kam.programme.page import programme_of
from kam_connector.kam.selection import Candidate, candidate, select_accounts
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.worth import common_currency
from kam_connector.model.account import KeyAccount
from kam_connector.model.currency import Rates
from kam_connector.model.figures import RevenueLine, SurveyAnswer, Wallet
from kam_connector.model.journey import StageMove
from kam_connector.model.kept import Kept, KeptRecords
from kam_connector.model.kind import Kind, Row
from kam_connector.model.plan_content import PlanFrame
from kam_connector.model.programme import Criterion, Programme, SelectionScore
from kam_connector.ports import Store

__all__ = ["BY_HAND", "Choice", "choose"]

BY_HAND = "chosen by "
"""How the reason of a person's own choice begins; the rule never drops it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who was chosen, and what the choice looked at."""

    chosen: tuple[KeyAccount, ...]
    """The most important first."""
    beyond_cap: tuple[str, ...]
    """Accounts that the rule fits, and that are more than the programme wants."""
    candidates: Mapping[str, Candidate]
    criteria: tuple[Criterion, ...]
    """The programme's own, else the shipped ones."""
    adopted: bool
    """Whether the criteria are the programme's own, so that their score orders the choice."""
    placements: Mapping[str, Placement]
    """By account; empty when nobody asked for the matrix."""


def choose(
    store: Store,
    *,
    selects: Callable[[Row], bool],
    because: str,
    settings: KamSettings,
    as_of: date,
    matrix: bool = False,
) -> Choice:
    """Return the key accounts as of a day.

    Args:
        store: What is known.
        selects: The admin's rule over an account's KAM values.
        because: The rule's own words.
        settings: Tiers, and the model's numbers.
        as_of: The day of the choice.
        matrix: Place the accounts by the shipped criteria, even while the programme has none
            of its own; they are shown then, and order nothing.
    """
    known = {key.account_id: key for key in store.key_accounts()}
    picked = {key.account_id for key in known.values() if key.reason.startswith(BY_HAND)}
    candidates, rates, currency = _candidates(store, picked | _fitting(store, selects), as_of)
    own = tuple(store.kept(Criterion))
    placements: dict[str, Placement] = {}
    if own or matrix:
        sources = _sources(store, candidates)
        measured = metrics(sources, rates=rates, currency=currency, as_of=as_of)
        placements = _placed(store, measured, own or SHIPPED_CRITERIA, settings)
    if own:
        candidates = [replace(c, score=placements[c.account.id].score) for c in candidates]
    chosen = _chosen(
        store, candidates, known, picked, because=because, settings=settings, as_of=as_of
    )
    taken = {key.account_id for key in chosen}
    fitting = [one.account.id for one in candidates if not one.account.person]
    return Choice(
        chosen=chosen,
        beyond_cap=tuple(sorted(one for one in fitting if one not in taken)),
        candidates={one.account.id: one for one in candidates},
        criteria=own or SHIPPED_CRITERIA,
        adopted=bool(own),
        placements=placements,
    )


def _fitting(store: Store, selects: Callable[[Row], bool]) -> set[str]:
    """Return the accounts that the admin's rule fits."""
    return {
        row.id
        for row in store.mirror_rows(Kind.ACCOUNT)
        if not row.values.get("person") and selects(row.values)
    }


def _chosen(
    store: Store,
    candidates: Iterable[Candidate],
    known: Mapping[str, KeyAccount],
    picked: set[str],
    *,
    because: str,
    settings: KamSettings,
    as_of: date,
) -> tuple[KeyAccount, ...]:
    """Return the candidates that become key accounts: all of them, up to the cap."""
    programme = programme_of(KeptRecords.holding(store.kept(Programme)))
    ranked = select_accounts(
        candidates,
        rule=lambda _candidate: True,
        rule_name=because,
        as_of=as_of,
        chosen=known,
        settings=settings.selection,
        cap=programme.account_cap if programme else None,
        always=picked,
    )
    named = [
        replace(key, reason=known[key.account_id].reason) if key.account_id in picked else key
        for key in ranked
    ]
    return tuple(stages_kept(named, store.kept(StageMove)))


def _candidates(
    store: Store, ids: set[str], as_of: date
) -> tuple[list[Candidate], Rates, str | None]:
    business, rates = store.business(ids), store.rates()
    amounts = (deal.amount for deals in business.values() for deal in deals if deal.amount)
    currency = rates.corporate or common_currency(amounts)
    found = [
        candidate(
            account, business.get(account.id, ()), as_of=as_of, rates=rates, currency=currency
        )
        for account in store.accounts()
        if account.id in ids
    ]
    return found, rates, currency


def _sources(store: Store, candidates: Iterable[Candidate]) -> list[MetricSources]:
    """Return what each candidate is measured from; records are put apart once, not once each."""
    told: dict[str, list[Kept]] = {}
    figures: list[RevenueLine | Wallet | SurveyAnswer | PlanFrame] = [
        *store.kept(RevenueLine),
        *store.kept(Wallet),
        *store.kept(SurveyAnswer),
        *store.kept(PlanFrame),
    ]
    for record in figures:
        told.setdefault(record.account_id, []).append(record)
    return [
        MetricSources(
            candidate=one,
            kept=KeptRecords.holding(told.get(one.account.id, ())),
            relationship=_relationship(store, one.account.id),
        )
        for one in candidates
    ]


def _placed(
    store: Store,
    measured: Mapping[str, Mapping[str, Decimal]],
    criteria: tuple[Criterion, ...],
    settings: KamSettings,
) -> dict[str, Placement]:
    scores = store.kept(SelectionScore)
    return {
        account_id: placed(
            account_id, criteria, scores, values, settings=settings.programme, say=settings.say
        )
        for account_id, values in measured.items()
    }


def _relationship(store: Store, account_id: str) -> Decimal | None:
    scores = store.scores(account_id, limit=1)
    return next((one.value for one in scores if one.name == "relationship"), None)
