"""What waits in the outbox of a connection, and how it gives way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from kam_connector.model.preview import OutboxItem, OutboxState
from kam_connector.sync.context import SyncContext

__all__ = ["give_way", "waiting_items"]

_WAITING = (OutboxState.PENDING, OutboxState.SENT)
"""Not settled yet: to be sent, or sent without an answer."""


def waiting_items(ctx: SyncContext) -> Iterator[OutboxItem]:
    """Yield waiting records by id, a thousand a query."""
    after = ""
    while items := ctx.store.outbox(ctx.connection, states=_WAITING, after=after):
        yield from items
        after = items[-1].id


def give_way(ctx: SyncContext, items: Iterable[OutboxItem]) -> Collection[str]:
    """Take records that are not wanted any more out of the outbox.

    Returns:
        Ids of those that were sent and never answered: they may stand in the CRM, so they
        stay, to be looked at and settled, not to be sent again.
    """
    listed = list(items)
    never_sent = [item for item in listed if item.state is OutboxState.PENDING]
    if never_sent:
        dropped = [replace(item, state=OutboxState.SUPERSEDED) for item in never_sent]
        ctx.store.confirm(dropped, agreed=[], journal=[])
    return frozenset(item.id for item in listed if item.state is OutboxState.SENT)
