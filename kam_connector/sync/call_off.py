"""Call off: what an undone run has not sent yet is never sent."""

from __future__ import annotations

from dataclasses import replace

from kam_connector.model.preview import JournalEntry, OutboxItem, OutboxState
from kam_connector.sync.context import SyncContext
from kam_connector.sync.outbox import waiting_items

__all__ = ["call_off"]


def call_off(ctx: SyncContext, run_id: str) -> int:
    """Take a run's waiting records out of the outbox; returns how many.

    Those that were sent and never answered may stand in the CRM: they join the run's
    journal, so that its undo looks at them like at every other.
    """
    items = [item for item in waiting_items(ctx) if item.run_id == run_id]
    ctx.store.confirm(
        [replace(item, state=OutboxState.SUPERSEDED) for item in items],
        agreed=[],
        journal=[entry for item in items for entry in _unsure(ctx, item)],
        by=ctx.actor,
    )
    return len(items)


def _unsure(ctx: SyncContext, item: OutboxItem) -> list[JournalEntry]:
    ref, change = _ref(ctx, item), item.change
    if item.state is not OutboxState.SENT or ref is None:
        return []
    return [
        JournalEntry(
            run_id=item.run_id,
            item_id=item.id,
            connection=item.connection,
            kind=change.kind,
            object=change.object,
            ref=ref,
            kam_id=change.kam_id,
            field=one.field,
            before=one.before,
            after=one.after,
            at=ctx.crm.identity().now,
            created=change.ref is None,
        )
        for one in change.fields
    ]


def _ref(ctx: SyncContext, item: OutboxItem) -> str | None:
    """Return the record's ref; a task's only if a pull has brought it meanwhile."""
    if item.change.ref is not None:
        return item.change.ref
    known = ctx.store.agreed_of(item.change.kind, [item.change.kam_id])
    found = known.get(item.change.kam_id, ())
    here = (one.key.ref for one in found if one.key.connection == ctx.connection)
    return next(here, None)
