"""Preview: desired CRM values minus the CRM image, with reasons, immutable and hashed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from hashlib import blake2b

from kam_connector.mapping import WriteContext
from kam_connector.mapping.record_ids import our_ids
from kam_connector.model.kind import MADE, Kind
from kam_connector.model.outcome import Outcome
from kam_connector.model.preview import Preview, PreviewState, RecordChange
from kam_connector.sync.budget import left_today
from kam_connector.sync.compare import Draft, compare_records
from kam_connector.sync.context import SyncContext
from kam_connector.sync.made_changes import Refs, compare_made
from kam_connector.sync.pauses import Pauses, Spared, spare
from kam_connector.sync.rail_readings import Seen, read_rails
from kam_connector.sync.rails import check_rails
from kam_connector.sync.stop import what_stops
from kam_connector.sync.task_changes import note_handovers, waits_for_owner

__all__ = ["build_preview", "keep_preview"]

_SUMMARISED = (Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY)
_POINTERS = (
    ("account", Kind.ACCOUNT),
    ("contact", Kind.CONTACT),
    ("owner", Kind.USER),
    ("plan", Kind.PLAN),
    ("objective", Kind.OBJECTIVE),
)
_CARD = "summary.json"
"""It names people and opportunities; the mapping turns them into this CRM's records."""


def build_preview(
    ctx: SyncContext,
    *,
    run_id: str,
    as_of: date,
    created_at: datetime,
    outcomes: Sequence[Outcome],
    labels: Mapping[str, str],
    history: Sequence[int] = (),
) -> Preview:
    """Return what would be written to this connection; writes nothing to the CRM.

    What both sides moved, and a person decides, joins or leaves the review queue on the way.

    Args:
        ctx: The connection.
        run_id: The run that asks.
        as_of: The day the outcomes speak of.
        created_at: The CRM's clock.
        outcomes: Everything in scope, as derived; nothing else is ever written (INV13).
        labels: A name for the eye by our id.
        history: Counted field changes of earlier runs that wrote, oldest first.
    """
    draft = Draft(ctx=ctx, as_of=as_of, labels=labels, at=created_at)
    refs = _refs(ctx, outcomes)
    context = WriteContext(
        resolve=lambda kind, id_: refs.get((kind, id_)) or draft.promised_id(kind, id_),
        tz=ctx.crm.identity().time_zone,
    )
    _compare(draft, outcomes, refs, context)
    draft.queue.save({one.id for one in outcomes})
    spared = _spare(ctx, draft, created_at)
    note_handovers(draft, ctx.store.actions())
    seen = _judged(ctx, draft, spared, history)
    digest = _digest(ctx.connection, as_of, draft.changes)
    return Preview(
        id=f"{as_of:%m%d}-{_short(digest, run_id)}",
        connection=ctx.connection,
        run_id=run_id,
        as_of=as_of,
        created_at=created_at,
        changes=tuple(draft.changes),
        guards=seen.guards,
        notes=tuple(draft.notes),
        state=PreviewState.HELD if seen.guards else PreviewState.OPEN,
        digest=digest,
        rails=read_rails(seen, ctx.rails, calls_left=left_today(ctx)),
        pausing=tuple(spared.pausing),
    )


def _judged(ctx: SyncContext, draft: Draft, spared: Spared, history: Sequence[int]) -> Seen:
    """Return what the rails look at, with the rails that hold it."""
    guards = check_rails(
        draft.changes,
        in_scope=draft.in_scope,
        columns=draft.columns,
        history=history,
        rails=ctx.rails,
    )
    state = ctx.store.connection(ctx.connection)
    return Seen(
        stopped=what_stops(ctx),
        first=state is None or state.first_applied_at is None,
        changes=draft.changes,
        in_scope=draft.in_scope,
        columns=draft.columns,
        history=history,
        guards=guards,
        spared=spared,
    )


def _spare(ctx: SyncContext, draft: Draft, at: datetime) -> Spared:
    """Leave paused fields out of the draft, and those that go back and forth."""
    refs = [change.ref for change in draft.changes if change.ref is not None]
    since = at - max(ctx.rails.flips, timedelta(days=1))
    spared = spare(
        draft.changes,
        connection=ctx.connection,
        paused=Pauses(ctx.store.paused_fields(ctx.connection)),
        writes=ctx.store.recent_writes(ctx.connection, refs, since=since),
        at=at,
        flips=ctx.rails.flips,
    )
    draft.changes[:] = spared.changes
    for note in spared.notes():
        draft.note(note)
    return spared


def _compare(draft: Draft, outcomes: Sequence[Outcome], refs: Refs, context: WriteContext) -> None:
    for kind in _SUMMARISED:
        compare_records(draft, kind, _of(outcomes, kind), refs, context)
    for kind in MADE:
        of_kind = _of(outcomes, kind)
        if kind is Kind.TASK:
            compare_made(draft, kind, of_kind, refs, context, waits=waits_for_owner)
        else:
            compare_made(draft, kind, of_kind, refs, context)


def keep_preview(ctx: SyncContext, preview: Preview) -> None:
    """Keep a preview for approval; one without changes is not kept, but ends earlier ones.

    Fields that go back and forth are paused from here on.
    """
    ctx.store.pause_fields(preview.pausing)
    if preview.changes:
        ctx.store.save_preview(preview)
        return
    for earlier in ctx.store.previews(connection=ctx.connection, limit=1):
        if earlier.state in (PreviewState.OPEN, PreviewState.HELD):
            ctx.store.set_preview_state(earlier.id, PreviewState.SUPERSEDED)


def _of(outcomes: Sequence[Outcome], kind: Kind) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.kind is kind]


def _refs(ctx: SyncContext, outcomes: Sequence[Outcome]) -> dict[tuple[Kind, str], str]:
    """Return the refs, in this connection, of every record the outcomes name."""
    wanted: dict[Kind, set[str]] = {}
    for outcome in outcomes:
        if outcome.kind not in MADE:
            wanted.setdefault(outcome.kind, set()).add(outcome.id)
        for path, kind in _POINTERS:
            if isinstance(id_ := outcome.values.get(path), str):
                wanted.setdefault(kind, set()).add(id_)
        if isinstance(card := outcome.values.get(_CARD), str):
            for kind, id_ in our_ids(card):
                wanted.setdefault(kind, set()).add(id_)
    return {
        (kind, id_): ref
        for kind, ids in wanted.items()
        for id_, pairs in ctx.store.refs(kind, ids).items()
        for connection, ref in pairs
        if connection == ctx.connection
    }


def _short(digest: str, run_id: str) -> str:
    """Eight hex digits: the same changes shown by another run are another preview."""
    return blake2b(f"{digest}|{run_id}".encode(), digest_size=4).hexdigest()


def _digest(connection: str, as_of: date, changes: Sequence[RecordChange]) -> str:
    document = [connection, as_of.isoformat(), [asdict(change) for change in changes]]
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()
