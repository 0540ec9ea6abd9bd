"""An undo's words: what it sends stands in the outbox before it leaves, and what arrived is told.

Who dies in between leaves the words there. The next run, or the next undo, looks before it does
anything else: what arrived is marked undone, with its entries in the audit log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kam_connector.errors import BusyError, MappingError
from kam_connector.mapping import same_value
from kam_connector.mapping.write_field import is_ours
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.change import PushResult, PushState
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue
from kam_connector.model.plan import ActionState
from kam_connector.model.preview import FieldChange, OutboxItem, OutboxState, RecordChange
from kam_connector.model.pull import PulledRow
from kam_connector.model.run import Lease
from kam_connector.sync.context import SyncContext
from kam_connector.sync.heirs import Inherited, heirs_of
from kam_connector.sync.sources import source_of
from kam_connector.sync.way_back import Step, Undoing, arrived

__all__ = ["announce", "conclude", "settle_undos"]

_KEPT_BACK = "KAM-50"
"""Codes of a request that a switch kept back: it never left."""


def announce(ctx: SyncContext, steps: Sequence[Step], *, lease: Lease) -> None:
    """Put what an undo is about to send in the outbox.

    Raises:
        BusyError: The lease was lost.
    """
    items = [_item(ctx, step) for step in steps if step.change.values]
    with ctx.store.unit():
        current = ctx.store.lease(lease.name)
        if current is None or current.fence != lease.fence:
            raise BusyError(
                "Another worker took over this connection; nothing more is written here."
            )
        ctx.store.confirm(items, agreed=[], journal=[])


def conclude(
    ctx: SyncContext,
    source: str,
    steps: Sequence[Step],
    results: Mapping[str, PushResult],
    undoing: Undoing,
) -> None:
    """Mark what went back as undone; what stays without an answer stays announced."""
    inherited = heirs_of(ctx, list(_merged(ctx, steps, results)))
    with ctx.store.unit():
        _note(ctx, inherited)
        for step in steps:
            result = results.get(step.change.id)
            if not step.change.values:
                undoing.count(step)
                _take_back(ctx, source, step, by=ctx.actor)
                continue
            back = _gone_back(step, result)
            if back is None:
                why = (result.message or result.state) if result else "no answer"
                undoing.refused.append(f"{step.change.ref}: {why}")
            else:
                undoing.count(back)
                _take_back(ctx, source, back, by=ctx.actor)
            if result is not None and result.restored:
                names = ", ".join(result.restored)
                undoing.refused.append(f"{step.change.ref}: a person was faster with {names}")
                ctx.store.audit(*_put_back(ctx, step, result))
            if not _is_open(result):
                _close(ctx, _item(ctx, step), done=back is not None)


def settle_undos(ctx: SyncContext) -> list[str]:
    """Look up what became of undos that were cut short; returns a note for each run of theirs.

    One read for each hundred records, none where every undo had its answers. What did not
    arrive is not sent again: the same undo, asked for once more, does that.
    """
    waiting = _announced(ctx)
    by_object = groupby(
        sorted(waiting, key=lambda one: (one.change.kind, one.change.object, one.id)),
        key=lambda one: (one.change.kind, one.change.object),
    )
    found: dict[str, int] = {}
    for (kind, object_), group in by_object:
        try:
            source = source_of(ctx.mapping, kind, object_)
        except MappingError:  # not read any more: it stays announced until it is
            continue
        items = list(group)
        for start in range(0, len(items), _BATCH):
            part = items[start : start + _BATCH]
            rows = ctx.crm.read(source, [str(item.change.ref) for item in part])
            pairs = [
                (item, row.ref)
                for item in part
                if (row := rows.get(str(item.change.ref))) and _is_merged(item, row)
            ]
            inherited = heirs_of(ctx, pairs)
            with ctx.store.unit():
                _note(ctx, inherited)
                for item in part:
                    count = _settle(ctx, source.name, item, rows.get(str(item.change.ref)))
                    found[item.run_id] = found.get(item.run_id, 0) + count
    return [
        f"An undo of run {run_id} was cut short: {count} fields that it put back are noted now; "
        f"kam writes undo {run_id}  puts back the rest."
        for run_id, count in sorted(found.items())
    ]


_BATCH = 100
"""Records a read: what both CRMs take in one call."""


def _announced(ctx: SyncContext) -> list[OutboxItem]:
    found: list[OutboxItem] = []
    while page := ctx.store.outbox(
        ctx.connection, states=(OutboxState.UNDOING,), after=found[-1].id if found else ""
    ):
        found += page
    return found


def _is_merged(item: OutboxItem, row: PulledRow) -> bool:
    return not row.deleted and row.ref != item.change.ref


def _merged(
    ctx: SyncContext, steps: Sequence[Step], results: Mapping[str, PushResult]
) -> Iterator[tuple[OutboxItem, str]]:
    for step in steps:
        result = results.get(step.change.id)
        if result is not None and result.ref not in (None, step.change.ref):
            yield _item(ctx, step), str(result.ref)


def _note(ctx: SyncContext, inherited: Inherited) -> None:
    ctx.store.confirm([], agreed=[], journal=inherited.journal, by=ctx.actor)
    ctx.store.audit(*inherited.audit)


def _settle(ctx: SyncContext, source: str, item: OutboxItem, row: PulledRow | None) -> int:
    """Tell what one announced step did; returns how many fields went back."""
    change = item.change
    record = [
        entry
        for entry in ctx.store.journal(item.run_id)
        if (entry.object, entry.ref) == (change.object, change.ref) and entry.undone_at is None
    ]
    step = arrived(record, row, change.fields)
    if step is not None:
        _take_back(ctx, source, step, by=item.message)
    ctx.store.audit(*_unsure(item, row))
    _close(ctx, item, done=step is not None)
    return len(step.change.values) if step is not None else 0


def _unsure(item: OutboxItem, row: PulledRow | None) -> Iterator[AuditEntry]:
    """Yield an entry for each field that may have been written, and shows neither value now."""
    change = item.change
    if row is not None and _is_merged(item, row):
        return  # its heir was asked
    gone = row is None or row.deleted
    for one in change.fields:
        now = None if row is None else row.values.get(one.field)
        if gone or not (same_value(now, one.after) or same_value(now, one.before)):
            yield _lost(item, one)


def _gone_back(step: Step, result: PushResult | None) -> Step | None:
    """Return the step as it was carried out: without what a person was faster with."""
    if result is not None and result.state is PushState.DONE:
        return step
    if result is None or result.state is not PushState.CONFLICT or not result.restored:
        return None
    values = {n: one for n, one in step.change.values.items() if n not in result.restored}
    entries = tuple(one for one in step.entries if one.field not in result.restored)
    if step.withdraws or not entries:
        return None
    return replace(step, change=replace(step.change, values=values), entries=entries)


def _is_open(result: PushResult | None) -> bool:
    """Tell whether it is not known yet what became of a step."""
    lost = result is None or result.state is PushState.RETRY
    return lost and not (result is not None and (result.code or "").startswith(_KEPT_BACK))


def _take_back(ctx: SyncContext, source: str, step: Step, *, by: str) -> None:
    """What stands in the CRM again is undone, and is what both sides agree on."""
    now = ctx.crm.identity().now
    sent = step.sent if step.withdraws or step.leaves else None
    ctx.store.mark_undone(step.entries, at=now, by=by, sent=sent)
    ctx.store.update_staged(ctx.connection, source, {step.change.ref or "": step.change.values})
    first = step.entries[0]
    key = RecordKey(ctx.connection, first.kind, first.ref)
    agreed = ctx.store.agreed([key]).get(key)
    if agreed is not None:
        written = {**agreed.written, **step.change.values}
        ctx.store.confirm([], agreed=[replace(agreed, written=written)], journal=[])
    if step.withdraws:
        ctx.store.save_actions(
            replace(action, state=ActionState.WITHDRAWN, closed_on=now.date())
            for action in ctx.store.actions()
            if action.id == first.kam_id
        )


def _put_back(ctx: SyncContext, step: Step, result: PushResult) -> list[AuditEntry]:
    """Return an entry for each value of a person's that our undo met, and that was put back."""
    first = step.entries[0]
    return [
        AuditEntry(
            act=Act.FIELD_PUT_BACK,
            by=ctx.actor,
            why="a person changed it while we were writing",
            run_id=first.run_id,
            connection=ctx.connection,
            kind=first.kind,
            object=first.object,
            ref=first.ref,
            kam_id=first.kam_id,
            field=name,
            before=step.change.values.get(name),
            after=result.current.get(name),
        )
        for name in result.restored
    ]


def _lost(item: OutboxItem, one: FieldChange) -> AuditEntry:
    change = item.change
    return AuditEntry(
        act=Act.FIELD_UNDONE,
        by=item.message,
        why=one.reason,
        run_id=item.run_id,
        connection=item.connection,
        kind=change.kind,
        object=change.object,
        ref=change.ref,
        kam_id=change.kam_id,
        field=one.field,
        before=one.before,
        after=one.after,
        facts={"answer": "lost"},
    )


def _item(ctx: SyncContext, step: Step) -> OutboxItem:
    change, first = step.change, step.entries[0]
    old: Mapping[str, JsonValue] = change.expected
    write = ctx.mapping.write_of(change.kind)
    rules = write.rules if write is not None else ()
    own = {one.target for one in rules if one.policy == "kam" and is_ours(change.kind, one)}
    return OutboxItem(
        id=change.id,
        connection=ctx.connection,
        run_id=first.run_id,
        preview_id="",
        change=RecordChange(
            kind=change.kind,
            object=change.object,
            ref=change.ref,
            kam_id=first.kam_id,
            label=first.kam_id,
            fields=tuple(
                FieldChange(
                    field=name,
                    before=old.get(name),
                    after=value,
                    reason="undo",
                    shared=name not in own,
                )
                for name, value in change.values.items()
            ),
        ),
        state=OutboxState.UNDOING,
        attempts=1,
        next_at=ctx.crm.identity().now,
        ref=change.ref,
        message=ctx.actor,
    )


def _close(ctx: SyncContext, item: OutboxItem, *, done: bool) -> None:
    state = OutboxState.DONE if done else OutboxState.SUPERSEDED
    ctx.store.confirm([replace(item, state=state)], agreed=[], journal=[])
