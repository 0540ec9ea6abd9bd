"""What every pass over a CRM shares: pages under a fence, staged with their cursor, and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kam_connector.errors import ConfigError, Interrupted, KamError, RecordError, SignInError
from kam_connector.model.kind import MADE
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.staging import MergeBatch
from kam_connector.sync.collecting import rare_collections
from kam_connector.sync.context import SyncContext

__all__ = ["Pulled", "Puller", "is_lacking"]

_LACKED = ("KAM-3210", "KAM-3003", "KAM-1050")
"""No such object; with an optional one also: no permission to read it, no such field."""
_READ_SIZE = 2000
"""Records read by their refs at a time. Our choice: the larger of both CRMs' own sizes."""


def is_lacking(source: PullSource, error: KamError) -> bool:
    """Tell whether an error says no more than that this org lacks what it may lack."""
    return error.code in (_LACKED if source.optional_object else _LACKED[:1])


@dataclass(slots=True)
class Pulled:
    """What pulling brought, by source."""

    changed: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    streams: int = 0
    """Streams begun: only the first must ask what time it is in the CRM."""

    def note(self, text: str) -> None:
        """Keep a capability note once."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Puller:
    """One run's way of pulling."""

    ctx: SyncContext
    pulled: Pulled = field(default_factory=Pulled)
    fence: Callable[[], object] = field(default=lambda: None)
    """Called before a page is stored: raises when the connection went to another."""
    beat: Callable[[], object] = field(default=lambda: None)
    """Called after every page, to watch the call budget."""

    def pages(self, request: PullRequest) -> Iterator[Page]:
        """Yield pages; the consumer stages each before it asks for the next.

        An object the org lacks ends in a note, not in an error; so does one that the mapping
        calls optional and that our user may not read, or that lacks a mapped field.

        Raises:
            Interrupted: Somebody asked us to stop; what was staged stays.
        """
        source = request.source
        asked = replace(request, fresh_clock=self.pulled.streams == 0)
        self.pulled.streams += 1
        try:
            with rare_collections():
                for page in self.ctx.crm.pull(asked):
                    self.fence()
                    yield page
                    self.after_page()
        except (RecordError, SignInError, ConfigError) as error:
            if not is_lacking(source, error):
                raise
            if source.kind not in MADE:  # what cannot be made there, the preview tells once
                self.pulled.note(f"{source.object}: {error.message}")

    def after_page(self) -> None:
        """Watch the budget, and stop if somebody asked for it."""
        self.beat()
        if self.ctx.stopping():
            raise Interrupted("Stopped after the current page; the next run goes on from here.")

    def stage(
        self, source: PullSource, stream: Stream, rows: Sequence[PulledRow], cursor: Cursor
    ) -> None:
        """Store rows and cursor together, with the merges that rows report."""
        ctx = self.ctx
        self._alias(source, rows)
        counts = ctx.store.stage(ctx.connection, source, stream, rows, cursor)
        self.pulled.changed[source.name] = (
            self.pulled.changed.get(source.name, 0) + counts.new + counts.changed
        )
        self.pulled.unchanged += counts.unchanged
        ctx.progress(source.name, len(rows))

    def read(self, source: PullSource, refs: Sequence[str]) -> Iterator[dict[str, PulledRow]]:
        """Yield the present rows of records by the ref asked for, some thousand at a time."""
        for start in range(0, len(refs), _READ_SIZE):
            yield dict(self.ctx.crm.read(source, refs[start : start + _READ_SIZE]))

    def _alias(self, source: PullSource, rows: Iterable[PulledRow]) -> None:
        """Remember merges that surviving records report (`hs_merged_object_ids` and the like).

        Each loser is staged with its tombstone; the merge of that row moves what points at it.
        """
        pairs = tuple((old, row.ref) for row in rows for old in row.absorbed)
        if pairs:
            self.ctx.store.apply_merge(
                MergeBatch(
                    connection=self.ctx.connection,
                    source=source.name,
                    kind=source.kind,
                    aliases=pairs,
                )
            )
