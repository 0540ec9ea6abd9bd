"""Values of people that a killed run left alone and could not report any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kam_connector.mapping import same_value
from kam_connector.model.preview import OutboxItem, OutboxState
from kam_connector.model.report import Kept
from kam_connector.sync.context import SyncContext
from kam_connector.sync.sources import source_of

__all__ = ["kept_by"]


def kept_by(ctx: SyncContext, run_ids: Sequence[str]) -> tuple[Kept, ...]:
    """Return the fields those runs wanted and people had changed, from the outbox itself."""
    return tuple(
        kept
        for item in (_settled(ctx) if run_ids else ())
        if item.run_id in run_ids
        for kept in _kept(ctx, item)
    )


def _settled(ctx: SyncContext) -> Iterator[OutboxItem]:
    after, states = "", (OutboxState.DONE, OutboxState.CONFLICT)
    while items := ctx.store.outbox(ctx.connection, states=states, after=after):
        yield from items
        after = items[-1].id


def _kept(ctx: SyncContext, item: OutboxItem) -> list[Kept]:
    source = source_of(ctx.mapping, item.change.kind, item.change.object)
    ref = item.ref or item.change.ref or ""
    image = ctx.store.staged(ctx.connection, source.name, [ref]).get(ref)
    return [
        Kept(
            label=item.change.label,
            object=item.change.object,
            ref=ref,
            field=one.field,
            theirs=image.values.get(one.field),
            ours=one.after,
            reason="a person changed it after the preview",
        )
        for one in item.change.fields
        if image is not None
        and one.shared
        and not same_value(image.values.get(one.field), one.after)
    ]
