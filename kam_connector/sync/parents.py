"""Children of records that we make: written once their parent's ref is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kam_connector.model.kind import Kind
from kam_connector.model.preview import FieldChange, OutboxItem
from kam_connector.sync.context import SyncContext
from kam_connector.sync.outbox import give_way, waiting_items

__all__ = ["drop_orphans", "with_parents"]

_Parent = tuple[Kind, str]


def with_parents(ctx: SyncContext, items: Sequence[OutboxItem]) -> list[OutboxItem]:
    """Return the items whose parents exist, with the parents' refs; the others wait."""
    refs = _refs(ctx, items)
    return [_filled(item, refs) for item in items if all(one in refs for one in _parents(item))]


def drop_orphans(ctx: SyncContext) -> None:
    """Take children out of the outbox whose parent neither exists nor waits there itself.

    Its parent was refused, or called off: the preview that shows it again shows them again.
    """
    waiting = list(waiting_items(ctx))
    children = [item for item in waiting if _parents(item)]
    refs = _refs(ctx, children)
    coming = {(item.change.kind, item.change.kam_id) for item in waiting}
    give_way(
        ctx,
        (
            item
            for item in children
            if any(one not in refs and one not in coming for one in _parents(item))
        ),
    )


def _parents(item: OutboxItem) -> list[_Parent]:
    return [(one.awaits, str(one.after)) for one in item.change.fields if one.awaits is not None]


def _refs(ctx: SyncContext, items: Iterable[OutboxItem]) -> dict[_Parent, str]:
    """Return the refs, in this connection, of the parents that exist."""
    wanted: dict[Kind, set[str]] = {}
    for item in items:
        for kind, id_ in _parents(item):
            wanted.setdefault(kind, set()).add(id_)
    return dict(_known(ctx, wanted))


def _known(ctx: SyncContext, wanted: Mapping[Kind, set[str]]) -> Iterator[tuple[_Parent, str]]:
    for kind, ids in wanted.items():
        for id_, found in ctx.store.agreed_of(kind, ids).items():
            for agreed in found:
                if agreed.key.connection == ctx.connection:
                    yield (kind, id_), agreed.key.ref


def _filled(item: OutboxItem, refs: Mapping[_Parent, str]) -> OutboxItem:
    if not _parents(item):
        return item
    fields = tuple(_with_ref(one, refs) for one in item.change.fields)
    return replace(item, change=replace(item.change, fields=fields))


def _with_ref(one: FieldChange, refs: Mapping[_Parent, str]) -> FieldChange:
    if one.awaits is None:
        return one
    return replace(one, after=refs[one.awaits, str(one.after)], awaits=None)
