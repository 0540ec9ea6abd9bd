"""Scope: which outcomes this connection's mapping wants written, and what is wanted no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from kam_connector.mapping import compile_rule
from kam_connector.model.kind import Kind
from kam_connector.model.outcome import Outcome
from kam_connector.sync.context import SyncContext
from kam_connector.sync.outbox import give_way, waiting_items

__all__ = ["drop_unwanted", "within_scope"]


def within_scope(ctx: SyncContext, groups: Iterable[Sequence[Outcome]]) -> tuple[Outcome, ...]:
    """Return the outcomes of the accounts that ``[scope] write`` lets through (INV13).

    Args:
        ctx: The connection.
        groups: Per key account: its own outcome first, then those of all that is its.
    """
    rule = ctx.mapping.scope
    if not rule:
        return tuple(one for group in groups for one in group)
    applies = compile_rule(rule)
    read = {row.id: row.values for row in ctx.store.mirror_rows(Kind.ACCOUNT)}
    return tuple(
        one
        for group in groups
        if group and applies({**read.get(group[0].id, {}), **group[0].values})
        for one in group
    )


def drop_unwanted(ctx: SyncContext, outcomes: Iterable[Outcome]) -> Collection[str]:
    """Take out of the outbox what no outcome speaks of any more; returns what to settle only.

    An account that left scope while a record of it waited is not written.
    """
    wanted = {outcome.id for outcome in outcomes}
    return give_way(ctx, (one for one in waiting_items(ctx) if one.change.kam_id not in wanted))
