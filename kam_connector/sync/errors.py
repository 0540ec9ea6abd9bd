"""What becomes of records that could not be read or written: try again, or give up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from kam_connector.model.audit import Act
from kam_connector.model.preview import OutboxItem, OutboxState
from kam_connector.model.staging import Quarantined
from kam_connector.sync.context import SyncContext
from kam_connector.sync.witness import decided

__all__ = ["drop_errors", "retry_errors"]

_STUCK = (OutboxState.REFUSED, OutboxState.DEAD)


def retry_errors(ctx: SyncContext, *, code: str | None = None, ref: str | None = None) -> int:
    """Ask the next run to try refused records again; returns how many.

    Args:
        ctx: The connection.
        code: Only errors with this code.
        ref: Only this record of the CRM.
    """
    entries = _entries(ctx, code, ref)
    unread: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.direction == "read":
            unread[entry.source].append(entry.ref)
    items = [
        replace(item, state=_woken(item), attempts=0, next_at=None, code=None, message="")
        for item in _stuck(ctx, entries, code, ref)
    ]
    with ctx.store.unit():
        for source, refs in unread.items():
            ctx.store.mark_dirty(ctx.connection, source, refs)
        ctx.store.confirm(items, agreed=(), journal=())
        ctx.store.clear_quarantined([one for one in entries if one.direction == "write"])
    return len(_records(entries, items))


def drop_errors(ctx: SyncContext, *, code: str | None = None, ref: str | None = None) -> int:
    """Give refused records up; returns how many. A later change starts anew.

    Args:
        ctx: The connection.
        code: Only errors with this code.
        ref: Only this record of the CRM.
    """
    entries = _entries(ctx, code, ref)
    items = [
        replace(item, state=OutboxState.SUPERSEDED) for item in _stuck(ctx, entries, code, ref)
    ]
    with ctx.store.unit():
        ctx.store.confirm(items, agreed=(), journal=())
        ctx.store.clear_quarantined(entries)
        count = len(_records(entries, items))
        ctx.store.audit(decided(ctx, Act.ERRORS_DROPPED, records=count, code=code))
    return len(_records(entries, items))


def _entries(ctx: SyncContext, code: str | None, ref: str | None) -> list[Quarantined]:
    return [
        entry
        for entry in ctx.store.quarantined(connection=ctx.connection)
        if code in (None, entry.code) and ref in (None, entry.ref)
    ]


def _stuck(
    ctx: SyncContext, entries: list[Quarantined], code: str | None, ref: str | None
) -> list[OutboxItem]:
    """Return dead letters that fit by themselves or by the entry that speaks of them."""
    named = {entry.ref for entry in entries if entry.direction == "write"}
    return [
        item
        for item in _dead_letters(ctx)
        if _ref(item) in named or (code in (None, item.code) and ref in (None, _ref(item)))
    ]


def _dead_letters(ctx: SyncContext) -> Iterator[OutboxItem]:
    after = ""
    while page := ctx.store.outbox(ctx.connection, states=_STUCK, after=after):
        yield from page
        after = page[-1].id


def _woken(item: OutboxItem) -> OutboxState:
    """Return *sent* for an unanswered record: the next look finds what a lost answer wrote."""
    return OutboxState.SENT if item.state is OutboxState.DEAD else OutboxState.PENDING


def _ref(item: OutboxItem) -> str:
    return item.ref or item.change.ref or item.change.key or ""


def _records(entries: list[Quarantined], items: list[OutboxItem]) -> set[str]:
    return {entry.ref for entry in entries} | {_ref(item) for item in items}
