"""A handover, from preview to done: every key account that has to do with the one who goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kam_connector.kam.handover.account import AccountHandover, account_handover, concerns
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import read_situation
from kam_connector.model.account_team import HandoverStep
from kam_connector.ports import Store
from kam_connector.sync.derive import HISTORY

__all__ = ["HandoverReport", "hand_over", "preview_handover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverReport:
    """What one handover means."""

    from_user_id: str
    to_user_id: str | None
    accounts: tuple[AccountHandover, ...]
    """Those the one who goes owns first, then by what would fall."""
    names: Mapping[str, str]
    """Of accounts, colleagues and people, for the eye."""


def preview_handover(
    store: Store,
    settings: KamSettings,
    from_id: str,
    to_id: str | None,
    *,
    now: datetime,
    others: Mapping[str, str] | None = None,
) -> HandoverReport:
    """Return what would move; nothing is changed.

    Args:
        store: Where everything is.
        settings: The method.
        from_id: Who gives.
        to_id: Who takes; None: only what would be lost, and who could take it.
        now: Aware instant.
        others: Account -> who takes that one instead.
    """
    ids = [key.account_id for key in store.key_accounts()]
    found, names = [], {user.id: user.name for user in store.users()}
    for facts in store.facts(ids, since=now - HISTORY):
        situation = read_situation(facts, as_of=now.date(), now=now, settings=settings)
        if concerns(situation, from_id):
            taker = (others or {}).get(facts.account.id, to_id)
            found.append(account_handover(situation, from_id, taker))
            names[facts.account.id] = facts.account.name
            names |= {person.id: person.name for person in facts.contacts}
    found.sort(key=lambda one: (not one.owner, not one.falls_below, names[one.account_id]))
    return HandoverReport(
        from_user_id=from_id, to_user_id=to_id, accounts=tuple(found), names=names
    )


def hand_over(store: Store, report: HandoverReport, *, by: str, at: datetime) -> int:
    """Move everything the report shows, in one transaction; return how many records moved.

    The CRM's tasks follow with the next preview; account owners there are a person's to change.
    """
    moved = 0
    with store.unit():
        for one in report.accounts:
            if one.record is None:
                continue
            kept = [record for move in one.moved for record in move.kept]
            moved += store.keep([*kept, one.record, *_new_steps(store, one)], by=by, at=at)
            store.drop([record for move in one.moved for record in move.dropped], by=by, at=at)
            store.save_actions([after for _before, after in one.actions])
            store.save_objectives(one.objectives)
            moved += len(one.actions) + len(one.objectives)
    return moved


def _new_steps(store: Store, one: AccountHandover) -> list[HandoverStep]:
    """Return the steps nobody has yet: what somebody did or wrote on one stays."""
    known = {step.id for step in store.kept(HandoverStep, account_id=one.account_id)}
    return [step for step in one.steps if step.id not in known]
