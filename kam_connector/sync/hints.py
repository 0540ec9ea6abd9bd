"""What the CRM told by itself since the last run: looked at, once, whatever was told.

An event is a hint and nothing else: it may be lost, come twice, or late. What a record holds
now is read from the CRM; what a lost event would have told, the streams find anyway.
"""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.model.hint import Hint
from kam_connector.model.pull import PullSource
from kam_connector.ports import KeepsJournal, Store
from kam_connector.sync.pulling import Puller
from kam_connector.sync.sources import was_read

__all__ = ["follow_hints", "forget_hinted"]

_AT_A_TIME = 1000
_MOST = 20_000
"""Records looked at in one run. Our choice: two hundred calls at most; what is left waits for the
next run, and the streams read it meanwhile."""


def follow_hints(puller: Puller, sources: Sequence[PullSource]) -> None:
    """Read the journal, then read again every record somebody hinted at.

    Raises:
        Interrupted: Somebody asked us to stop; what was not followed waits.
    """
    ctx = puller.ctx
    _read_journal(puller)
    for _turn in range(_MOST // _AT_A_TIME):
        waiting = ctx.store.hints(ctx.connection, limit=_AT_A_TIME)
        if not waiting:
            break
        _follow(puller, sources, waiting)
        ctx.store.drop_hints(ctx.connection, waiting)
        puller.after_page()
    if not ctx.store.purge():
        puller.pulled.note("deleted bytes are still in the database's files: others work in them")


def forget_hinted(
    store: Store, connection: str, sources: Sequence[PullSource], hints: Sequence[Hint]
) -> int:
    """Erase the people that the CRM erased; returns of how many something was known."""
    return sum(
        store.forget(connection, source.kind, hint.ref)
        for hint in hints
        if hint.forget
        for source in sources
        if source.object == hint.object
    )


def _follow(puller: Puller, sources: Sequence[PullSource], hints: Sequence[Hint]) -> None:
    ctx = puller.ctx
    if forgotten := forget_hinted(ctx.store, ctx.connection, sources, hints):
        puller.pulled.note(f"{forgotten} people were erased in the CRM, and here")
    for source in sources:
        if not was_read(ctx, source):
            continue
        refs = [hint.ref for hint in hints if hint.object == source.object and not hint.forget]
        for found in puller.read(source, refs) if refs else ():
            puller.fence()
            rows = {row.ref: row for row in found.values()}
            ctx.store.restage(ctx.connection, source.name, list(rows.values()))


def _read_journal(puller: Puller) -> None:
    """Keep what the journal tells, each page with its place."""
    ctx = puller.ctx
    if not isinstance(ctx.crm, KeepsJournal):
        return
    for page in ctx.crm.journal(ctx.store.journal_place(ctx.connection)):
        ctx.store.add_hints(ctx.connection, page.hints, place=page.place)
        if page.note:
            puller.pulled.note(page.note)
        puller.after_page()
