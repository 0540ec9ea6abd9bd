"""Apply: an approved preview becomes outbox rows, and the outbox is delivered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from hashlib import blake2b

from kam_connector.errors import HeldError, UsageError
from kam_connector.model.audit import Act
from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import OutboxItem, Preview, PreviewState
from kam_connector.model.report import RunReport
from kam_connector.model.run import ConnectionState, Run
from kam_connector.sync.confirm import Delivered
from kam_connector.sync.context import SyncContext
from kam_connector.sync.deliver import deliver
from kam_connector.sync.four_eyes import agree
from kam_connector.sync.lease import HeldLease, connection_lease, holding
from kam_connector.sync.ledger import Report, bind_org, new_run, record_run
from kam_connector.sync.outbox import give_way, waiting_items
from kam_connector.sync.pauses import Pauses
from kam_connector.sync.skew import check_writes, skew_of
from kam_connector.sync.stop import refuse_if_stopped
from kam_connector.sync.undo_words import settle_undos
from kam_connector.sync.witness import decided

__all__ = ["apply_preview", "deliver_into", "enqueue_preview", "writes_allowed"]


def apply_preview(ctx: SyncContext, preview_id: str) -> RunReport:
    """Approve a preview and write exactly what it shows, less what people changed meanwhile.

    Raises:
        UsageError: There is no such preview.
        HeldError: Writing is off or stopped, the preview is applied, replaced or too old, or a
            rail holds it and a second person has not said yes (KAM-5006).
        BusyError: Another run holds the connection.
    """
    crm = ctx.crm.identity()
    state = bind_org(ctx, crm)
    check_writes(skew_of(ctx.crm, ctx.clock))
    with holding(ctx, connection_lease(ctx.connection)) as held:
        preview = _approved(ctx, preview_id, state)
        run = replace(new_run(ctx, job="apply"), as_of=preview.as_of)
        ctx.store.open_run(run)
        return record_run(ctx, run, lambda report: _apply(ctx, held, run, preview, report))


def writes_allowed(state: ConnectionState) -> bool:
    """Tell whether anything may be written to this connection at all."""
    return state.writes_enabled_at is not None and not state.paused


def _approved(ctx: SyncContext, preview_id: str, state: ConnectionState) -> Preview:
    """Return a preview that may be applied now.

    Raises:
        UsageError: There is no such preview for this connection.
        HeldError: Writing is off, or the preview is applied, replaced or too old.
    """
    preview = ctx.store.preview(preview_id)
    if preview is None or preview.connection != ctx.connection:
        raise UsageError(
            f"{ctx.connection} has no preview {preview_id}.",
            code="KAM-7003",
            hint=f"kam sync preview {ctx.connection} makes one.",
        )
    if not writes_allowed(state):
        raise HeldError(
            f"Writing is off for {ctx.connection}.",
            code="KAM-5001",
            hint=f"kam connection enable-writes {ctx.connection}",
        )
    refuse_if_stopped(ctx)
    if preview.state not in (PreviewState.OPEN, PreviewState.HELD):
        raise HeldError(
            f"Preview {preview_id} is {preview.state}: it is not applied again.",
            code="KAM-5010",
            hint=f"kam sync preview {ctx.connection} makes a new one.",
        )
    if gone := _unmapped(ctx, preview):
        raise HeldError(
            f"Preview {preview_id} would write {gone}, which {ctx.mapping.name} no longer does.",
            code="KAM-5010",
            hint=f"kam sync preview {ctx.connection} makes a new one.",
        )
    age = ctx.crm.identity().now - preview.created_at
    if age > ctx.rails.preview_ttl:
        ctx.store.set_preview_state(preview_id, PreviewState.EXPIRED)
        raise HeldError(
            f"Preview {preview_id} is {age.total_seconds() / 3600:.0f} hours old; after "
            f"{ctx.rails.preview_ttl.total_seconds() / 3600:.0f} it speaks of another world.",
            code="KAM-5011",
            hint=f"kam sync preview {ctx.connection} makes a new one.",
        )
    agree(ctx, preview)
    return preview


def _unmapped(ctx: SyncContext, preview: Preview) -> str:
    """Return a field that the preview shows and the mapping, edited since, does not write."""
    mapped = {
        (write.object, name)
        for write in ctx.mapping.writes
        for name in (write.match, *(rule.target for rule in write.rules))
    }
    shown = ((one.object, field.field) for one in preview.changes for field in one.fields)
    return next((f"{place[0]}.{place[1]}" for place in shown if place not in mapped), "")


def enqueue_preview(ctx: SyncContext, run: Run, preview: Preview) -> Collection[str]:
    """Put every record of a preview in the outbox, exactly once; returns what to settle only.

    A preview shows all that differs: what an earlier one left waiting gives way to it.
    """
    items = [
        OutboxItem(
            id=_item_id(preview.id, change.object, change.ref or change.kam_id),
            connection=ctx.connection,
            run_id=run.id,
            preview_id=preview.id,
            change=change,
        )
        for change in preview.changes
    ]
    with ctx.store.unit():
        earlier = [item for item in waiting_items(ctx) if item.preview_id != preview.id]
        settle_only = give_way(ctx, earlier)
        ctx.store.enqueue(items, preview_id=preview.id)
        paused = Pauses(ctx.store.paused_fields(ctx.connection))
        ctx.store.resume_fields(paused.ended_by(preview.changes))
        state = ctx.store.connection(ctx.connection)
        if state is not None and state.first_applied_at is None:
            ctx.store.save_connection(replace(state, first_applied_at=ctx.clock.now()))
    return settle_only


def deliver_into(
    ctx: SyncContext, held: HeldLease, report: Report, *, settle_only: Collection[str] = ()
) -> None:
    """Deliver what waits and add what happened to the report, however it ended."""
    done, spent = Delivered(), report.spent_before
    try:
        deliver(ctx, held, done, spent_today=spent, settle_only=settle_only)
    finally:
        facts = report.facts
        report.add(
            written=facts.written + done.written,
            created=facts.created + done.created,
            already=facts.already + done.already,
            conflicts=(*facts.conflicts, *done.kept),
            refused=(*facts.refused, *done.refused),
            waiting=sum(1 for _ in waiting_items(ctx)),
        )


def _apply(ctx: SyncContext, held: HeldLease, run: Run, preview: Preview, report: Report) -> None:
    report.show(preview)
    report.add(notes=(*report.facts.notes, *settle_undos(ctx)))
    rails: list[JsonValue] = [one.code for one in preview.guards]
    with ctx.store.unit():
        ctx.store.audit(
            decided(ctx, Act.PREVIEW_APPROVED, run_id=run.id, preview=preview.id, rails=rails)
        )
        settle_only = enqueue_preview(ctx, run, preview)
    deliver_into(ctx, held, report, settle_only=settle_only)
    report.end_by_facts()


def _item_id(preview_id: str, object_: str, record: str) -> str:
    """The idempotency key: the same record of the same preview is one item for ever."""
    return blake2b(f"{preview_id}|{object_}|{record}".encode(), digest_size=12).hexdigest()
