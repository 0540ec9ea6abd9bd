"""Undo: put back what a run wrote, but nothing that a person changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from kam_connector.errors import BusyError, UsageError
from kam_connector.mapping import WriteContext, compile_write, same_value
from kam_connector.model.change import Change, PushState
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.plan import ActionState
from kam_connector.model.preview import FieldChange, JournalEntry
from kam_connector.model.pull import PulledRow
from kam_connector.model.report import Kept, UndoReport
from kam_connector.sync.context import SyncContext
from kam_connector.sync.deliver import BATCH
from kam_connector.sync.lease import HeldLease, connection_lease, holding
from kam_connector.sync.sources import source_of

__all__ = ["undo_run"]


@dataclass(slots=True)
class _Undoing:
    """What going back over a journal has decided so far."""

    restored: int = 0
    withdrawn: int = 0
    left: list[Kept] = field(default_factory=list)
    shown: list[tuple[str, FieldChange]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One record's way back."""

    change: Change
    entries: tuple[JournalEntry, ...]
    withdraws: bool


def undo_run(ctx: SyncContext, run_id: str, *, dry_run: bool) -> UndoReport:
    """Restore every field a run wrote that still holds our value; close its tasks as withdrawn.

    Safety rails do not apply. Undone values are held back until their inputs ask for other
    ones. Undoing twice does nothing the second time.

    Raises:
        UsageError: The run is unknown or wrote nothing.
        BusyError: Another run holds the connection.
    """
    entries = ctx.store.journal(run_id)
    if not entries:
        raise UsageError(
            f"Run {run_id} is unknown or wrote nothing.",
            code="KAM-7020",
            hint="kam writes list shows the runs that wrote.",
        )
    open_entries = [entry for entry in entries if entry.undone_at is None]
    undoing = _Undoing()
    with holding(ctx, connection_lease(ctx.connection)) as held:
        for _, group in groupby(
            sorted(open_entries, key=lambda one: (one.kind, one.object, one.ref)),
            key=lambda one: (one.kind, one.object),
        ):
            _undo_object(ctx, held, list(group), undoing, dry_run=dry_run)
        if not dry_run and (undoing.restored or undoing.withdrawn):
            _ask_again(ctx)
    return UndoReport(
        run_id=run_id,
        restored=undoing.restored,
        withdrawn=undoing.withdrawn,
        left=tuple(undoing.left),
        changes=tuple(undoing.shown),
        refused=tuple(undoing.refused),
    )


def _ask_again(ctx: SyncContext) -> None:
    """After an undo the next write waits for a fresh approval: somebody did not like this one."""
    state = ctx.store.connection(ctx.connection)
    if state is not None:
        ctx.store.save_connection(replace(state, first_applied_at=None))


def _undo_object(
    ctx: SyncContext,
    held: HeldLease,
    entries: Sequence[JournalEntry],
    undoing: _Undoing,
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
            if (step := _step(record, rows.get(record[0].ref), withdrawal, undoing))
        ]
        if steps and not dry_run:
            _send(ctx, held, source.name, steps, undoing)
        elif dry_run:
            for step in steps:
                undoing.restored += 0 if step.withdraws else len(step.entries)
                undoing.withdrawn += step.withdraws


def _step(
    record: Sequence[JournalEntry],
    row: PulledRow | None,
    withdrawal: Mapping[str, JsonValue],
    undoing: _Undoing,
) -> _Step | None:
    """Decide one record's way back: only fields that still hold what we wrote."""
    first = record[0]
    if row is None or row.deleted:
        undoing.left.extend(_kept(entry, None, "the record was deleted") for entry in record)
        return None
    if first.created:
        return _withdraw(record, row, withdrawal, undoing)
    ours: list[tuple[JournalEntry, JsonValue]] = []
    moved: list[tuple[JournalEntry, JsonValue]] = []
    for entry in record:
        now = row.values.get(entry.field)
        (ours if same_value(now, entry.after) else moved).append((entry, now))
    undoing.left.extend(_kept(entry, now, "a person changed it since") for entry, now in moved)
    if not ours:
        return None
    values = {entry.field: entry.before for entry, _ in ours}
    undoing.shown.extend(
        (first.ref, FieldChange(field=entry.field, before=now, after=entry.before, reason="undo"))
        for entry, now in ours
    )
    return _Step(
        change=_change(first, values, row), entries=tuple(e for e, _ in ours), withdraws=False
    )


def _withdraw(
    record: Sequence[JournalEntry],
    row: PulledRow,
    withdrawal: Mapping[str, JsonValue],
    undoing: _Undoing,
) -> _Step | None:
    """Close a task of ours as withdrawn, never as done; one that a person touched stays."""
    first = record[0]
    written = {entry.field: entry.after for entry in record}
    touched = [
        name
        for name in withdrawal
        if name in written and not same_value(row.values.get(name), written[name])
    ]
    if touched:
        undoing.left.append(
            Kept(
                label=first.kam_id,
                object=first.object,
                ref=first.ref,
                field=touched[0],
                theirs=row.values.get(touched[0]),
                ours=written[touched[0]],
                reason="a person has already taken care of this task",
            )
        )
        return None
    undoing.shown.extend(
        (
            first.ref,
            FieldChange(field=name, before=written.get(name), after=value, reason="withdrawn"),
        )
        for name, value in withdrawal.items()
    )
    return _Step(change=_change(first, withdrawal, row), entries=tuple(record), withdraws=True)


def _change(entry: JournalEntry, values: Mapping[str, JsonValue], row: PulledRow) -> Change:
    return Change(
        id=f"undo-{entry.item_id}",
        kind=entry.kind,
        object=entry.object,
        ref=entry.ref,
        values=values,
        shared=frozenset(values),
        expected={name: row.values.get(name) for name in values},
        seen_modified_at=row.modified_at,
    )


def _send(
    ctx: SyncContext,
    held: HeldLease,
    source: str,
    steps: Sequence[_Step],
    undoing: _Undoing,
) -> None:
    lease = held.beat()
    current = ctx.store.lease(lease.name)
    if current is None or current.fence != lease.fence:
        raise BusyError("Another worker took over this connection; nothing more is written here.")
    results = ctx.crm.push([step.change for step in steps])
    now = ctx.crm.identity().now
    with ctx.store.unit():
        for step, result in zip(steps, results, strict=True):
            if result.state is not PushState.DONE:
                undoing.refused.append(f"{step.change.ref}: {result.message or result.state}")
                continue
            undoing.restored += 0 if step.withdraws else len(step.entries)
            undoing.withdrawn += step.withdraws
            ctx.store.mark_undone(step.entries, at=now)
            ctx.store.update_staged(
                ctx.connection, source, {step.change.ref or "": step.change.values}
            )
            _rebase(ctx, step)


def _rebase(ctx: SyncContext, step: _Step) -> None:
    """What stands in the CRM again is what both sides agree on; a withdrawn action is closed."""
    first = step.entries[0]
    key = RecordKey(ctx.connection, first.kind, first.ref)
    agreed = ctx.store.agreed([key]).get(key)
    if agreed is not None:
        written = {**agreed.written, **step.change.values}
        ctx.store.confirm([], agreed=[replace(agreed, written=written)], journal=[])
    if step.withdraws:
        closed_on = ctx.crm.identity().now.date()
        ctx.store.save_actions(
            replace(action, state=ActionState.WITHDRAWN, closed_on=closed_on)
            for action in ctx.store.actions()
            if action.id == first.kam_id
        )


def _withdrawal(ctx: SyncContext, kind: Kind) -> Mapping[str, JsonValue]:
    """Return the CRM values that close a task as withdrawn, by the mapping's own words."""
    if kind is not Kind.TASK:
        return {}
    crm = ctx.crm.identity()
    context = WriteContext(resolve=lambda _kind, _id: None, tz=crm.time_zone)
    plan = compile_write(ctx.mapping, kind, None, context)
    status = {one.field for one in plan.fields if one.path == "status"}
    values = plan.translate({"status": "withdrawn"}).fields
    return {name: value for name, value in values.items() if name in status}


def _kept(entry: JournalEntry, now: JsonValue, reason: str) -> Kept:
    return Kept(
        label=entry.kam_id,
        object=entry.object,
        ref=entry.ref,
        field=entry.field,
        theirs=now,
        ours=entry.after,
        reason=reason,
    )
