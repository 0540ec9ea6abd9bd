"""Deliver: an approved preview into the CRM, record by record, and confirm each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kam_connector.errors import BusyError, Interrupted, StoppedError
from kam_connector.model.batching import AS_USUAL, Batching, retry_later
from kam_connector.model.change import Change, PushResult
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import MADE, Kind
from kam_connector.model.preview import OutboxItem, OutboxState
from kam_connector.model.pull import PulledRow, PullSource
from kam_connector.model.run import Lease
from kam_connector.model.staging import Agreed
from kam_connector.sync.budget import A_STEP, check_budget
from kam_connector.sync.canary import send_canary
from kam_connector.sync.confirm import Delivered, Settlement
from kam_connector.sync.context import SyncContext
from kam_connector.sync.decide import Decision, Verdict, decide, withheld
from kam_connector.sync.heirs import inherited_by
from kam_connector.sync.lease import HeldLease
from kam_connector.sync.outbox import give_way, waiting_items
from kam_connector.sync.parents import drop_orphans, with_parents
from kam_connector.sync.pauses import Pauses, pauses_in
from kam_connector.sync.sending import as_change, unanswered
from kam_connector.sync.sources import source_of
from kam_connector.sync.stop import watched

__all__ = ["BATCH", "Delivered", "deliver"]

BATCH = 100
"""Records per read-compare-write step where people write too: little time between look and
write. Fields of our own go in the batches that the CRM likes best (``Crm.batch_size``)."""
_PER_CALL = 1000
"""Our choice: large batches are read 2,000 a call; the job behind them costs about as much."""
_LONG_S = 600.0
"""Our choice: a batch of thousands may take ten minutes in the CRM's own queue."""

PASSES = 3
"""Turns over what was locked or moved meanwhile, within one run; then the next run."""


def deliver(
    ctx: SyncContext,
    held: HeldLease,
    done: Delivered,
    *,
    spent_today: int = 0,
    settle_only: Collection[str] = (),
) -> None:
    """Send what waits in the outbox of this connection, oldest preview first.

    Safe to call again after a crash at any point: what an unanswered attempt wrote is
    recognised by reading first, what we make is upserted by its key, after its parent.

    Args:
        ctx: The connection.
        held: Its lease.
        done: Told of every batch as it is confirmed: what ends a delivery hides nothing.
        spent_today: Calls of earlier runs of the day.
        settle_only: Items that are not wanted any more: looked at, never sent.

    Raises:
        Interrupted: Somebody asked us to stop; the current batch is confirmed.
        HeldError: The first records do not hold what was written (KAM-5105).
        BusyError: The lease was lost; nothing more is written.
        RetryableError: The CRM does not answer; the rest waits.
    """
    asked: set[str] = set()

    def send(items: Sequence[OutboxItem]) -> None:
        for batch in _batches(ctx, items):
            if ctx.stopping():
                raise Interrupted("Stopped after the current batch; the rest waits in the outbox.")
            calls = A_STEP + len(batch) // _PER_CALL  # a read and a write; many reads and a job
            check_budget(ctx, spent_today=spent_today, calls=calls)
            with watched(ctx):
                _deliver_batch(ctx, held, batch, done=done, settle_only=settle_only, asked=asked)
            ctx.progress("write", len(batch))

    for turn in range(PASSES):
        ready = _ready(ctx)
        asked |= unanswered([ready])
        if turn and ready:
            ctx.clock.sleep(1.0)
        wanted = [item for item in ready if item.id not in settle_only]
        if turn == 0 and send_canary(ctx, wanted, send):
            ready = _ready(ctx)
        send(ready)
    drop_orphans(ctx)


def _ready(ctx: SyncContext) -> list[OutboxItem]:
    """Return the waiting items whose time has come."""
    now = ctx.clock.now()
    return [item for item in waiting_items(ctx) if item.next_at is None or item.next_at <= now]


def _batches(ctx: SyncContext, items: Sequence[OutboxItem]) -> Iterator[list[OutboxItem]]:
    """Yield items in batches of one object each, the oldest run's first."""
    ordered = sorted(
        items,
        key=lambda item: (
            _turn(item.change.kind),
            item.change.object,
            item.run_id,
            item.id,
        ),
    )
    for _, group in groupby(ordered, key=lambda item: item.change.object):
        same_object = list(group)
        ours = [item for item in same_object if not _is_shared(item)]
        if ours:
            size = ctx.crm.batch_size(len(ours), batching=_batching(ctx, ours[0]))
            yield from _parts(ours, max(1, size))
        yield from _parts([item for item in same_object if _is_shared(item)], BATCH)


def _turn(kind: Kind) -> int:
    """Return when a kind is written: what exists first, then what we make, parents first."""
    return MADE.index(kind) + 1 if kind in MADE else 0


def _batching(ctx: SyncContext, item: OutboxItem) -> Batching:
    """Return how the mapping of today wants an object sent."""
    write = ctx.mapping.write_of(item.change.kind)
    return write.batching if write is not None else AS_USUAL


def _is_shared(item: OutboxItem) -> bool:
    """Tell whether people may edit a field too: little time may pass between look and write."""
    return any(one.shared for one in item.change.fields)


def _parts(items: Sequence[OutboxItem], size: int) -> Iterator[list[OutboxItem]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _deliver_batch(
    ctx: SyncContext,
    held: HeldLease,
    batch: Sequence[OutboxItem],
    *,
    done: Delivered,
    settle_only: Collection[str],
    asked: Collection[str],
) -> None:
    source = source_of(ctx.mapping, batch[0].change.kind, batch[0].change.object)
    unpaused, look_only = _without_pauses(ctx, batch)
    settle_only = {*settle_only, *look_only}
    batch = with_parents(ctx, [_found_made(ctx, item) for item in unpaused])
    if not batch:
        return
    rows = _read(ctx, source, batch)
    base = _agreed(ctx, batch)
    crm_now = ctx.crm.identity().now
    decided = [
        decide(
            item,
            rows.get(item.change.ref or ""),
            crm_now=crm_now,
            quiet=ctx.rails.quiet,
            last_write=_last_write(base.get(_key(ctx, item))),
        )
        for item in batch
    ]
    decisions = [withheld(one) if one.item.id in settle_only else one for one in decided]
    sending = [decision for decision in decisions if decision.verdict is Verdict.SEND]
    results = _push(
        ctx,
        held,
        sending,
        [as_change(one, compared_at=crm_now, asked=asked) for one in sending],
    )
    inherited = inherited_by(ctx, decisions, results)
    written_at = ctx.crm.identity().now
    settlement = Settlement(ctx, source, base=base, at=written_at, done=done)
    settlement.settle(decisions, results, inherited)


def _without_pauses(
    ctx: SyncContext, batch: Sequence[OutboxItem]
) -> tuple[list[OutboxItem], Collection[str]]:
    """Return the items without fields that are paused just now; see ``pauses_in``."""
    paused = Pauses(ctx.store.paused_fields(ctx.connection))
    if not paused:
        return list(batch), ()
    lean, look_only = pauses_in(batch, paused)
    give_way(ctx, [item for item in lean if not item.change.fields])
    return [item for item in lean if item.change.fields], look_only


def _push(
    ctx: SyncContext, held: HeldLease, sending: Sequence[Decision], changes: Sequence[Change]
) -> Mapping[str, PushResult]:
    if not sending:
        return {}
    sent = [
        replace(
            decision.item,
            state=OutboxState.SENT,
            attempts=decision.item.attempts + 1,
            change=replace(decision.item.change, fields=(*decision.send, *decision.confirmed)),
        )
        for decision in sending
    ]
    if not ctx.store.mark_sent(sent, lease=_prolonged(held, len(sent))):
        raise BusyError("Another worker took over this connection; nothing more is written here.")
    try:
        results = ctx.crm.push(changes, batching=_batching(ctx, sending[0].item))
    except StoppedError as error:
        results = [retry_later(change, error) for change in changes]
    return {result.change_id: result for result in results}


def _prolonged(held: HeldLease, count: int) -> Lease:
    return held.beat(ttl_s=_LONG_S) if count >= _PER_CALL else held.beat()


def _found_made(ctx: SyncContext, item: OutboxItem) -> OutboxItem:
    """Give a record to create its ref, when an unanswered attempt created it after all."""
    if item.change.ref is not None:
        return item
    known = ctx.store.agreed_of(item.change.kind, [item.change.kam_id])
    for agreed in known.get(item.change.kam_id, ()):
        if agreed.key.connection == ctx.connection:
            return replace(item, change=replace(item.change, ref=agreed.key.ref), created=True)
    return item


def _read(
    ctx: SyncContext, source: PullSource, batch: Sequence[OutboxItem]
) -> Mapping[str, PulledRow]:
    refs = [item.change.ref for item in batch if item.change.ref is not None]
    return ctx.crm.read(source, refs) if refs else {}


def _agreed(ctx: SyncContext, batch: Sequence[OutboxItem]) -> dict[RecordKey, Agreed]:
    return ctx.store.agreed([_key(ctx, item) for item in batch if item.change.ref])


def _key(ctx: SyncContext, item: OutboxItem) -> RecordKey:
    return RecordKey(ctx.connection, item.change.kind, item.change.ref or "")


def _last_write(agreed: Agreed | None) -> str | None:
    at = agreed.provenance.get("@written_at") if agreed else None
    return at if isinstance(at, str) else None
