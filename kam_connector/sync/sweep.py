"""Sweep: every record's ref and timestamp against the image, and what changes without one.

It finds what no increment shows: calculated values, which move no timestamp; rows that became
visible later than the settle time; records that went without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kam_connector.errors import RecordError, SignInError
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.staging import StagedRow
from kam_connector.model.window import instant
from kam_connector.sync.context import SyncContext
from kam_connector.sync.pulling import Puller, is_lacking

__all__ = ["Sweep", "full_is_due", "sweep_is_due", "swept_fields"]

_EVERY = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
_STALE = timedelta(days=7)
"""Our choice: a sweep cut short longer ago begins anew; what it met then says little now."""
_BATCH = 2000
_MOST_GONE = 0.2
_FLOOR = 20
"""More than this share of an object's records, and more than twenty, gone at once looks like a
permission that was lost: nothing is taken for deleted (our choice, as the safety rails)."""


def sweep_is_due(ctx: SyncContext, source: PullSource) -> bool:
    """Tell whether a source must be swept; one that was cut short is due until its end."""
    every = _EVERY.get(ctx.mapping.source(source.name).sweep)
    last = ctx.store.cursor(ctx.connection, source.name, Stream.SWEEP)
    if every is None:
        return False
    if last is None or last.since is None:
        return True
    return ctx.crm.identity().now - last.since >= every


def full_is_due(ctx: SyncContext, source: PullSource) -> bool:
    """Tell whether a source must be read whole: a field is new, or an earlier run was cut short."""
    last = ctx.store.cursor(ctx.connection, source.name, Stream.FULL)
    return last is not None and last.since is None


def swept_fields(ctx: SyncContext, source: PullSource) -> frozenset[str]:
    """Return what changes without a timestamp: calculated fields, and what the mapping says."""
    known = ctx.crm.describe(source.object).fields
    calculated = {name for name in source.fields if name in known and known[name].calculated}
    return frozenset(calculated | source.swept)


class Sweep:
    """One sweep of one source.

    Args:
        puller: The run's way of pulling.
        source: What is swept.
        whole: Read every field of every record, whatever its timestamp.
    """

    def __init__(self, puller: Puller, source: PullSource, *, whole: bool = False) -> None:
        self._puller = puller
        self._ctx = puller.ctx
        self._source = source
        self._whole = whole
        self._stream = Stream.FULL if whole else Stream.SWEEP

    def run(self) -> None:
        """Read all there is, and follow what differs; resumes where an earlier one stopped."""
        try:
            source = self._source if self._whole else self._narrowed()
        except (RecordError, SignInError) as error:
            if not is_lacking(self._source, error):
                raise
            return  # the org lacks the object: its changes have said so
        cursor = self._start()
        store, key = self._ctx.store, (self._ctx.connection, self._source.name)
        if cursor is None:
            store.begin_sweep(*key)
        request = PullRequest(source=source, stream=self._stream, cursor=cursor)
        place = cursor or Cursor()
        for page in self._puller.pages(request):
            # The last page's cursor waits until what was not met has been followed.
            place = place if page.complete else page.next_cursor
            self._take(page, place)
            if page.complete and page.next_cursor.since is not None:
                self._follow_missed(page.next_cursor.since)
                self.call_done()
                store.begin_sweep(*key)

    def call_done(self) -> None:
        """Say that everything has just been read."""
        store, connection = self._ctx.store, self._ctx.connection
        done = Cursor(since=self._ctx.crm.identity().now)
        for stream in {self._stream, Stream.SWEEP}:
            store.stage(connection, self._source, stream, [], done)

    def _take(self, page: Page, place: Cursor) -> None:
        store, puller = self._ctx.store, self._puller
        rows = self._whole_rows(page)
        puller.pulled.unchanged += len(page.rows) - len(rows)
        with store.unit():
            refs = [row.ref for row in page.rows]
            store.mark_swept(self._ctx.connection, self._source.name, refs)
            puller.stage(self._source, self._stream, rows, place)

    def _narrowed(self) -> PullSource:
        return self._source.narrowed(swept_fields(self._ctx, self._source))

    def _start(self) -> Cursor | None:
        """Return where one stands that was cut short; None: from the beginning."""
        last = self._ctx.store.cursor(self._ctx.connection, self._source.name, self._stream)
        if last is None or last.since is not None or not last.ref or last.until is None:
            return None
        return None if self._ctx.crm.identity().now - last.until > _STALE else last

    def _whole_rows(self, page: Page) -> list[PulledRow]:
        """Return what to stage: the image with the swept values over it, or the record anew."""
        if self._whole:
            return list(page.rows)
        ctx = self._ctx
        refs = [row.ref for row in page.rows]
        images = ctx.store.staged(ctx.connection, self._source.name, refs)
        known = ctx.store.cursor(ctx.connection, self._source.name, Stream.CHANGES)
        since = instant(known.since) if known and known.since else ""
        rows, late = compare_swept(page.rows, images, changes_from=since)
        for found in self._puller.read(self._source, late):
            rows += [row for ref, row in found.items() if row.ref == ref]
        return rows

    def _follow_missed(self, began: datetime) -> None:
        """Ask for every record that was not met; what is not there any more is gone."""
        store, key = self._ctx.store, (self._ctx.connection, self._source.name)
        count = store.count_unswept(*key, before=began)
        if count.missed > max(_FLOOR, _MOST_GONE * count.living):
            self._puller.pulled.note(
                f"{self._source.object}: {count.missed} of {count.living} records are not shown "
                "any more; they are kept as they were: check what our user may see"
            )
            return
        after = ""
        while refs := store.unswept(*key, before=began, after=after, limit=_BATCH):
            found = self._ctx.crm.read(self._source, refs)
            images = store.staged(*key, refs)
            self._puller.fence()
            rows = [self._missed(images[ref], found.get(ref)) for ref in refs if ref in images]
            store.restage(*key, rows)
            gone = sum(row.deleted for row in rows)
            self._puller.pulled.changed[self._source.name] += gone
            after = refs[-1]
            self._puller.after_page()

    def _missed(self, image: StagedRow, found: PulledRow | None) -> PulledRow:
        """Return a record that no listing showed: as it is, merged away, or gone."""
        if found is not None and found.ref == image.ref and self._belongs(found):
            return found
        winner = found.ref if found is not None and found.ref != image.ref else None
        return PulledRow(image.ref, image.modified_at, {}, True, winner)

    def _belongs(self, row: PulledRow) -> bool:
        """Tell whether the source still reads this record."""
        source = self._source
        if source.only_with is not None and row.values.get(source.only_with) is None:
            return False
        return source.without is None or row.values.get(source.without) is None


def compare_swept(
    rows: Sequence[PulledRow], images: dict[str, StagedRow], *, changes_from: str
) -> tuple[list[PulledRow], list[str]]:
    """Return rows to stage, and refs of records to read anew (pure).

    A row of the image's own time is the image with the swept values over it. One that differs
    in time is read whole, never half: unless it is so new that the changes bring it.

    Args:
        rows: Narrow rows, as swept.
        images: What is staged, by ref.
        changes_from: From this instant on the next increment reads.
    """
    same: list[PulledRow] = []
    late: list[str] = []
    for row in rows:
        image = images.get(row.ref)
        if image is None or image.deleted or image.modified_at < row.modified_at:
            if row.modified_at < changes_from or (image is not None and image.deleted):
                late.append(row.ref)
        elif image.modified_at == row.modified_at and row.values:
            values = {**image.values, **row.values}
            same.append(PulledRow(row.ref, row.modified_at, values))
    return same, late
