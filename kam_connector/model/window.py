"""How a stream is walked: backfill by id, then half-open windows behind the CRM's clock.

All adapters share this walk, so that a page border, a tie or a restart means the same
everywhere; an adapter only says how one page is fetched.

A cursor is in one of three places: in the backfill (``since`` is None, ``ref`` is the last
id), inside a window (``since`` and ``until`` stand, ``at``/``ref`` name the last row) or
between windows (only ``since`` stands: all changes before it are staged).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, Stream

__all__ = ["Fetched", "instant", "parse_instant", "walk"]

WORTH_ANOTHER_WINDOW = timedelta(minutes=1)
"""Our choice: after a shorter pull, what changed meanwhile waits for the next run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One page as an adapter fetched it."""

    rows: list[PulledRow]
    at: datetime | None = None
    """Timestamp of the last row (windows only)."""
    ref: str = ""
    """Keyset position of the last row; must sort like the CRM sorts."""
    last: bool
    """Nothing follows in this window."""
    notes: tuple[str, ...] = ()
    lost_links: frozenset[str] = frozenset()
    gap: bool = False


def walk(
    request: PullRequest, *, now: Callable[[], datetime], fetch: Callable[[Cursor], Fetched]
) -> Iterator[Page]:
    """Yield the pages of a stream up to the CRM's now less the settle time.

    Args:
        request: Source, stream and the cursor to start from.
        now: The CRM's clock.
        fetch: Reads the page behind a cursor whose ``until`` stands.
    """
    cursor = _opened(_start(request), now() - request.source.settle)
    while True:
        if _is_empty(cursor):
            yield Page(rows=[], next_cursor=Cursor(since=cursor.since), complete=True)
            return
        page = fetch(cursor)
        if not page.last:
            cursor = replace(cursor, at=page.at, ref=page.ref)
            yield _page(page, cursor, complete=False)
            continue
        reached = cursor.until
        cursor = _opened(Cursor(since=reached), now() - request.source.settle)
        complete = _caught_up(cursor) or request.stream is not Stream.CHANGES
        yield _page(page, Cursor(since=reached) if complete else cursor, complete=complete)
        if complete:
            return


def instant(moment: datetime) -> str:
    """Return the canonical text of an instant: ``YYYY-MM-DDTHH:MM:SS.mmmZ``."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_instant(text: str) -> datetime:
    """Return the instant of a canonical text."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _page(fetched: Fetched, cursor: Cursor, *, complete: bool) -> Page:
    return Page(
        rows=fetched.rows,
        next_cursor=cursor,
        complete=complete,
        notes=fetched.notes,
        lost_links=fetched.lost_links,
        gap=fetched.gap,
    )


def _start(request: PullRequest) -> Cursor:
    cursor = request.cursor or Cursor()
    if request.stream in (Stream.SWEEP, Stream.FULL) and cursor.since is not None:
        return Cursor()
    return cursor


def _opened(cursor: Cursor, until: datetime) -> Cursor:
    return cursor if cursor.until is not None else replace(cursor, until=until)


def _is_empty(cursor: Cursor) -> bool:
    return cursor.since is not None and cursor.until is not None and cursor.until <= cursor.since


def _caught_up(cursor: Cursor) -> bool:
    if cursor.since is None or cursor.until is None:
        return False
    return cursor.until - cursor.since < WORTH_ANOTHER_WINDOW
