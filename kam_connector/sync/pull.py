"""Pull: pages of a CRM into staging, rows and cursor together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from kam_connector.errors import ConfigError, Interrupted, RecordError, SignInError
from kam_connector.mapping import pull_sources
from kam_connector.model.pull import Cursor, Page, PullRequest, PullSource, Stream
from kam_connector.model.staging import MergeBatch
from kam_connector.sync.collecting import rare_collections
from kam_connector.sync.context import SyncContext

__all__ = ["Pulled", "pull_all", "pull_stream"]

_SWEEPS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
"""How often a mapping may ask for everything again."""
_LACKED = ("KAM-3210", "KAM-3003", "KAM-1050")
"""No such object; with an optional one also: no permission to read it, no such field."""


@dataclass(slots=True)
class Pulled:
    """What pulling brought, by source."""

    changed: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Keep a capability note once."""
        if text not in self.notes:
            self.notes.append(text)


def pull_all(
    ctx: SyncContext,
    *,
    sweep: bool = False,
    fence: Callable[[], object] = lambda: None,
    beat: Callable[[], object] = lambda: None,
) -> Pulled:
    """Pull every source of the mapping; what is due for its sweep is read again whole.

    Args:
        ctx: The connection.
        sweep: Read everything again, due or not.
        fence: Called before a page is stored: raises when the connection went to another.
        beat: Called after every page, to watch the call budget.

    Raises:
        Interrupted: Somebody asked us to stop; what was read is staged.
        RetryableError: The CRM did not answer; the next run resumes from the last page.
    """
    pulled = Pulled()
    for source in pull_sources(ctx.mapping):
        pulled.changed.setdefault(source.name, 0)
        due = sweep or _sweep_due(ctx, source)
        for stream in (Stream.CHANGES, Stream.ARCHIVED, *((Stream.SWEEP,) if due else ())):
            pull_stream(ctx, source, stream, pulled, fence=fence, beat=beat)
    return pulled


def _sweep_due(ctx: SyncContext, source: PullSource) -> bool:
    """Tell whether values that change without a timestamp must be read again.

    The first backfill read everything: it counts as the first sweep. One that was cut short
    is due until it has been read to its end.
    """
    every = _SWEEPS.get(ctx.mapping.source(source.name).sweep)
    if every is None:
        return False
    now = ctx.crm.identity().now
    last = ctx.store.cursor(ctx.connection, source.name, Stream.SWEEP)
    if last is None:
        ctx.store.stage(ctx.connection, source, Stream.SWEEP, [], Cursor(since=now))
        return False
    return last.since is None or now - last.since >= every


def pull_stream(
    ctx: SyncContext,
    source: PullSource,
    stream: Stream,
    pulled: Pulled,
    *,
    fence: Callable[[], object] = lambda: None,
    beat: Callable[[], object] = lambda: None,
) -> None:
    """Pull one stream from where it stood; an object the org lacks is a note, not an error.

    So is one that the mapping calls optional and that our user may not read, or that lacks
    a mapped field.
    """
    cursor = ctx.store.cursor(ctx.connection, source.name, stream)
    request = PullRequest(source=source, stream=stream, cursor=cursor)
    try:
        with rare_collections():
            for page in ctx.crm.pull(request):
                fence()
                _stage(ctx, source, stream, page, pulled)
                beat()
                if ctx.stopping():
                    message = "Stopped after the current page; the next run goes on from here."
                    raise Interrupted(message)
    except (RecordError, SignInError, ConfigError) as error:
        if error.code not in (_LACKED if source.optional_object else _LACKED[:1]):
            raise
        pulled.note(f"{source.object}: {error.message}")


def _stage(
    ctx: SyncContext, source: PullSource, stream: Stream, page: Page, pulled: Pulled
) -> None:
    aliases = [(old, row.ref) for row in page.rows for old in row.absorbed]
    if aliases:
        _alias(ctx, source, aliases)
    counts = ctx.store.stage(ctx.connection, source, stream, page.rows, page.next_cursor)
    pulled.changed[source.name] += counts.new + counts.changed
    pulled.unchanged += counts.unchanged
    for note in page.notes:
        pulled.note(note)
    ctx.progress(source.name, len(page.rows))


def _alias(ctx: SyncContext, source: PullSource, aliases: Iterable[tuple[str, str]]) -> None:
    """Remember merges that the surviving record reports (`hs_merged_object_ids` and the like).

    Each loser is staged with its tombstone; the merge of that row moves what points at it.
    """
    pairs = tuple(aliases)
    ctx.store.apply_merge(
        MergeBatch(connection=ctx.connection, source=source.name, kind=source.kind, aliases=pairs)
    )
