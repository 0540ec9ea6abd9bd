"""What waits in the outbox of a connection."""

from __future__ import annotations

from collections.abc import Iterator

from kam_connector.model.preview import OutboxItem, OutboxState
from kam_connector.sync.context import SyncContext

__all__ = ["WAITING", "waiting_items"]

WAITING = (OutboxState.PENDING, OutboxState.SENT)
"""Not settled yet: to be sent, or sent without an answer."""


def waiting_items(ctx: SyncContext) -> Iterator[OutboxItem]:
    """Yield waiting records by id, a thousand a query."""
    after = ""
    while items := ctx.store.outbox(ctx.connection, states=WAITING, after=after):
        yield from items
        after = items[-1].id
