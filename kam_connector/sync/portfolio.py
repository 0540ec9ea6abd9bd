"""Reads everything the programme's rules look at, once."""

from __future__ import annotations

from datetime import date

from kam_connector.kam.programme.methods import method_in_force
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.settings import KamSettings
from kam_connector.ports import Store

__all__ = ["read_portfolio"]

_CHANGES = 5000
"""So many changes are looked at. Our choice: twenty people who write fifty a week, a quarter."""


def read_portfolio(store: Store, *, settings: KamSettings, as_of: date) -> Portfolio:
    """Return all key accounts with plans, people and what people told, as of a day."""
    keys = tuple(store.key_accounts())
    chosen = {one.account_id for one in keys}
    kept = store.kept_records()
    return Portfolio(
        as_of=as_of,
        key_accounts=keys,
        accounts={one.id: one for one in store.accounts() if one.id in chosen},
        users={one.id: one for one in store.users()},
        plans=tuple(store.plans()),
        objectives=tuple(one for one in store.objectives() if one.account_id in chosen),
        actions=tuple(one for one in store.actions() if one.account_id in chosen),
        kept=kept,
        changes=tuple(store.kept_changes(limit=_CHANGES)),
        method=method_in_force(kept, setting=settings.programme.method),
        settings=settings.programme,
        say=settings.say,
    )
