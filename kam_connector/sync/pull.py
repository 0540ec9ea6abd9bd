"""Pull: pages of a CRM into staging, rows and cursor together."""

from __future__ import annotations

from collections.abc import Callable

from kam_connector.mapping import pull_sources
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.sync.children import read_children
from kam_connector.sync.context import SyncContext
from kam_connector.sync.hints import follow_hints
from kam_connector.sync.pulling import Pulled, Puller
from kam_connector.sync.sweep import Sweep, full_is_due, sweep_is_due

__all__ = ["Pulled", "pull_all", "pull_stream"]


def pull_all(
    ctx: SyncContext,
    *,
    full: bool = False,
    fence: Callable[[], object] = lambda: None,
    beat: Callable[[], object] = lambda: None,
) -> Pulled:
    """Pull every source of the mapping; then sweep what is due, follow hints and merges.

    Args:
        ctx: The connection.
        full: Read everything again whole, due or not.
        fence: Called before a page is stored: raises when the connection went to another.
        beat: Called after every page, to watch the call budget.

    Raises:
        Interrupted: Somebody asked us to stop; what was read is staged.
        RetryableError: The CRM did not answer; the next run resumes from the last page.
    """
    puller = Puller(ctx=ctx, fence=fence, beat=beat)
    new = set()
    sources = pull_sources(ctx.mapping)
    for source in sources:
        puller.pulled.changed.setdefault(source.name, 0)
        if _is_new(ctx, source):
            new.add(source.name)
        for stream in (Stream.CHANGES, Stream.ARCHIVED):
            _pull(puller, source, stream)
    for source in sources:
        if source.name in new:  # its backfill read everything
            Sweep(puller, source).call_done()
        elif whole := full or full_is_due(ctx, source):
            Sweep(puller, source, whole=whole).run()
        elif sweep_is_due(ctx, source):
            Sweep(puller, source).run()
    follow_hints(puller, sources)
    read_children(puller, sources)
    return puller.pulled


def pull_stream(ctx: SyncContext, source: PullSource, stream: Stream, pulled: Pulled) -> None:
    """Pull one stream from where it stood; an object the org lacks is a note, not an error."""
    _pull(Puller(ctx=ctx, pulled=pulled), source, stream)


def _is_new(ctx: SyncContext, source: PullSource) -> bool:
    cursor = ctx.store.cursor(ctx.connection, source.name, Stream.CHANGES)
    return cursor is None or cursor.since is None


def _pull(puller: Puller, source: PullSource, stream: Stream) -> None:
    ctx = puller.ctx
    cursor = ctx.store.cursor(ctx.connection, source.name, stream)
    for page in puller.pages(PullRequest(source=source, stream=stream, cursor=cursor)):
        rows = [*page.rows, *_relinked(puller, source, page)]
        with ctx.store.unit():
            puller.stage(source, stream, rows, page.next_cursor)
            if page.gap:  # a sweep from its very beginning is due at once
                ctx.store.stage(ctx.connection, source, Stream.SWEEP, [], Cursor())
        for note in page.notes:
            puller.pulled.note(note)


def _relinked(puller: Puller, source: PullSource, page: Page) -> list[PulledRow]:
    """Return the records whose image names a link that is gone, as they are now."""
    if not page.lost_links:
        return []
    ctx = puller.ctx
    refs = ctx.store.naming(ctx.connection, source.name, page.lost_links)
    return [row for found in puller.read(source, refs) for row in found.values()]
