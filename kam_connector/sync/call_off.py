"""Call off: what an undone run has not sent yet is never sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kam_connector.model.kind import Kind
from kam_connector.model.preview import JournalEntry, OutboxItem, OutboxState
from kam_connector.ports import FollowsMerges
from kam_connector.sync.context import SyncContext
from kam_connector.sync.heirs import heirs_of
from kam_connector.sync.outbox import waiting_items
from kam_connector.sync.sources import source_of

__all__ = ["call_off"]


def call_off(ctx: SyncContext, run_id: str) -> int:
    """Take a run's waiting records out of the outbox; returns how many.

    Those that were sent and never answered may stand in the CRM: they join the run's
    journal, so that its undo looks at them like at every other. Of what was merged away
    meanwhile the heir tells what arrived.
    """
    items = [item for item in waiting_items(ctx) if item.run_id == run_id]
    heirs = _heirs(ctx, [item for item in items if item.state is OutboxState.SENT])
    inherited = heirs_of(ctx, [(item, heirs[item.id]) for item in items if item.id in heirs])
    unsure = [entry for item in items if item.id not in heirs for entry in _unsure(ctx, item)]
    with ctx.store.unit():
        ctx.store.confirm(
            [replace(item, state=OutboxState.SUPERSEDED) for item in items],
            agreed=[],
            journal=[*unsure, *inherited.journal],
            by=ctx.actor,
        )
        ctx.store.audit(*inherited.audit)
    return len(items)


def _heirs(ctx: SyncContext, sent: Sequence[OutboxItem]) -> dict[str, str]:
    """Return by item the record that its own was merged into, where a CRM can tell the rest."""
    if not isinstance(ctx.crm, FollowsMerges):
        return {}
    by_object: dict[tuple[Kind, str], list[OutboxItem]] = {}
    for item in sent:
        if item.change.ref is not None:
            by_object.setdefault((item.change.kind, item.change.object), []).append(item)
    found: dict[str, str] = {}
    for (kind, object_), items in by_object.items():
        rows = ctx.crm.read(
            source_of(ctx.mapping, kind, object_), [str(one.change.ref) for one in items]
        )
        for item in items:
            row = rows.get(str(item.change.ref))
            if row is not None and not row.deleted and row.ref != item.change.ref:
                found[item.id] = row.ref
    return found


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
