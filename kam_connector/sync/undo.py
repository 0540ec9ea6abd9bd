"""Undo: put back what a run wrote, but nothing that a person changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kam_connector.errors import UsageError
from kam_connector.mapping import WriteContext, compile_write
from kam_connector.model.audit import Act
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import JournalEntry
from kam_connector.model.report import UndoReport
from kam_connector.sync.call_off import call_off
from kam_connector.sync.context import SyncContext
from kam_connector.sync.deliver import BATCH
from kam_connector.sync.lease import HeldLease, connection_lease, holding
from kam_connector.sync.ledger import bind_org
from kam_connector.sync.outbox import waiting_items
from kam_connector.sync.skew import check_writes, skew_of
from kam_connector.sync.sources import source_of
from kam_connector.sync.stop import refuse_if_stopped, watched
from kam_connector.sync.undo_words import announce, conclude, settle_undos
from kam_connector.sync.way_back import Step, Undoing, step_back
from kam_connector.sync.witness import decided

__all__ = ["undo_run"]


_WITHDRAWN: Mapping[Kind, str] = {
    Kind.TASK: "withdrawn",
    Kind.PLAN: "withdrawn",
    Kind.OBJECTIVE: "closed",
}
"""The status that takes back what was made; a measure has none and stays."""


def undo_run(ctx: SyncContext, run_id: str, *, dry_run: bool) -> UndoReport:
    """Restore every field a run wrote that still holds our value; withdraw what it made.

    Safety rails do not apply. Undone values are held back until their inputs ask for other
    ones. Undoing twice does nothing the second time. Safe to call again after a crash at any
    point: what is about to be sent stands in the outbox first (``undo_words``).

    Raises:
        UsageError: The run is unknown, or wrote nothing and nothing of it waits (KAM-7020), or
            it is older than what undo needs is kept (KAM-7021).
        FatalError: Another org answers.
        BusyError: Another run holds the connection.
        HeldError: Our clock is wrong (KAM-5030).
    """
    bind_org(ctx, ctx.crm.identity())
    if not dry_run:
        check_writes(skew_of(ctx.crm, ctx.clock))
    if not dry_run:
        refuse_if_stopped(ctx, undoing=True)
    undoing = Undoing()
    with holding(ctx, connection_lease(ctx.connection)) as held:
        if not dry_run:
            settle_undos(ctx)
        called_off = 0 if dry_run else call_off(ctx, run_id)
        open_entries = _still_open(ctx, run_id, called_off=called_off)
        if not dry_run:
            ctx.store.audit(decided(ctx, Act.RUN_UNDONE, run_id=run_id, fields=len(open_entries)))
        for _, group in groupby(
            sorted(open_entries, key=lambda one: (one.kind, one.object, one.ref)),
            key=lambda one: (one.kind, one.object),
        ):
            _undo_object(ctx, held, list(group), undoing, dry_run=dry_run)
    if not dry_run and next(waiting_items(ctx), None) is None:
        ctx.store.lift_stop(ctx.connection)  # the run that a canary stopped is called off
    return UndoReport(
        run_id=run_id,
        restored=undoing.restored,
        withdrawn=undoing.withdrawn,
        left=tuple(undoing.left),
        changes=tuple(undoing.shown),
        refused=tuple(undoing.refused),
    )


def _still_open(ctx: SyncContext, run_id: str, *, called_off: int) -> list[JournalEntry]:
    entries = ctx.store.journal(run_id)
    run = ctx.store.run(run_id)
    if not entries and not called_off and run is not None and run.counts.get("written"):
        raise UsageError(
            f"Run {run_id} wrote on {run.started_at.date()}; what stood there before is not kept "
            "that long.",
            code="KAM-7021",
            hint=f"kam audit list --run {run_id} shows what it wrote;  [retention] journal_days "
            "says how long a run can be undone.",
        )
    if not entries and not called_off:
        raise UsageError(
            f"Run {run_id} is unknown or wrote nothing.",
            code="KAM-7020",
            hint="kam writes list shows the runs that wrote.",
        )
    return [entry for entry in entries if entry.undone_at is None]


def _ask_again(ctx: SyncContext) -> None:
    """After an undo the next write waits for a fresh approval: somebody did not like this one."""
    state = ctx.store.connection(ctx.connection)
    if state is not None and state.first_applied_at is not None:
        ctx.store.save_connection(replace(state, first_applied_at=None))


def _undo_object(
    ctx: SyncContext,
    held: HeldLease,
    entries: Sequence[JournalEntry],
    undoing: Undoing,
    *,
    dry_run: bool,
) -> None:
    kind, object_ = entries[0].kind, entries[0].object
    source = source_of(ctx.mapping, kind, object_)
    withdrawal = _withdrawal(ctx, kind)
    records = [list(group) for _, group in groupby(entries, key=lambda one: one.ref)]
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        rows = ctx.crm.read(source, [record[0].ref for record in batch])
        steps = [
            step
            for record in batch
            if (step := step_back(record, rows.get(record[0].ref), withdrawal, undoing))
        ]
        if steps and not dry_run:
            _send(ctx, held, source.name, steps, undoing)
        elif dry_run:
            for step in steps:
                undoing.count(step)


def _send(
    ctx: SyncContext,
    held: HeldLease,
    source: str,
    steps: Sequence[Step],
    undoing: Undoing,
) -> None:
    _ask_again(ctx)
    announce(ctx, steps, lease=held.beat())
    changes = [step.change for step in steps if step.change.values]
    with watched(ctx, undoing=True):
        told = ctx.crm.push(changes) if changes else ()
    results = {result.change_id: result for result in told}
    conclude(ctx, source, steps, results, undoing)


def _withdrawal(ctx: SyncContext, kind: Kind) -> Mapping[str, JsonValue]:
    """Return the CRM values that withdraw a record we made, by the mapping's own words."""
    if kind not in _WITHDRAWN:
        return {}
    crm = ctx.crm.identity()
    context = WriteContext(resolve=lambda _kind, _id: None, tz=crm.time_zone)
    plan = compile_write(ctx.mapping, kind, None, context)
    status = {one.field for one in plan.fields if one.path == "status"}
    values = plan.translate({"status": _WITHDRAWN[kind]}).fields
    return {name: value for name, value in values.items() if name in status}
