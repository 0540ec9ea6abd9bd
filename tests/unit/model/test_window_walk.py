"""The walk that all adapters share: backfill, windows, borders, resumption."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.window import Fetched, instant, parse_instant, walk

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_request(**facts: object) -> PullRequest:
    """Return a request over accounts that settle in an hour."""
    source = PullSource(
        kind=Kind.ACCOUNT, object="accounts", fields=("name",), cursor_field="m", settle=HOUR
    )
    return PullRequest(**({"source": source} | facts))  # type: ignore[arg-type]  # passes through


def fetch_pages(*pages: list[str]) -> Callable[[Cursor], Fetched]:
    """Return a fetch that gives these refs page by page, the last one last."""
    waiting = list(pages)

    def fetch(_: Cursor) -> Fetched:
        refs = waiting.pop(0)
        rows = [PulledRow(ref=ref, modified_at=instant(NOW), values={}) for ref in refs]
        return Fetched(rows=rows, ref=refs[-1] if refs else "", last=not waiting)

    return fetch


def test_backfill_ends_where_increments_begin() -> None:
    """The first window starts where the backfill's upper bound was fixed."""
    pages = list(walk(make_request(), now=lambda: NOW, fetch=fetch_pages(["1", "2"], ["3"])))
    assert [p.next_cursor for p in pages] == [
        Cursor(until=NOW - HOUR, ref="2"),
        Cursor(since=NOW - HOUR),
    ]
    assert [p.complete for p in pages] == [False, True]


def test_long_backfill_is_followed_by_its_own_window() -> None:
    """INV1: what changed while a long walk went on is read in the same pull."""
    clock = iter([NOW, NOW + 3 * HOUR, NOW + 3 * HOUR])
    empty = Fetched(rows=[], last=True)
    pages = list(walk(make_request(), now=lambda: next(clock), fetch=lambda _: empty))
    assert pages[0].next_cursor == Cursor(since=NOW - HOUR, until=NOW + 2 * HOUR)
    assert not pages[0].complete


def test_fixed_upper_bound_survives_a_restart() -> None:
    """A resumed window keeps the bound it began with."""
    seen: list[Cursor] = []
    cursor = Cursor(since=NOW - 5 * HOUR, until=NOW - 4 * HOUR, at=NOW - 4.5 * HOUR, ref="7")

    def fetch(given_: Cursor) -> Fetched:
        seen.append(given_)
        return Fetched(rows=[], last=True)

    pages = list(walk(make_request(cursor=cursor), now=lambda: NOW, fetch=fetch))
    assert seen == [cursor, Cursor(since=NOW - 4 * HOUR, until=NOW - HOUR)]
    assert pages[-1].next_cursor == Cursor(since=NOW - HOUR)


@pytest.mark.parametrize("since", [NOW - HOUR, NOW, NOW + HOUR])
def test_empty_window_asks_nothing_and_stays(since: datetime) -> None:
    """INV2: a cursor never moves backwards, not even when the CRM's clock does."""
    request = make_request(cursor=Cursor(since=since))
    pages = list(walk(request, now=lambda: NOW, fetch=fetch_pages()))
    assert [(p.next_cursor, p.complete) for p in pages] == [(Cursor(since=since), True)]


def test_sweep_starts_anew_when_it_was_finished() -> None:
    """A sweep reads everything again, each time."""
    request = make_request(stream=Stream.SWEEP, cursor=Cursor(since=NOW - HOUR))
    pages = list(walk(request, now=lambda: NOW, fetch=fetch_pages(["1"])))
    assert [row.ref for row in pages[0].rows] == ["1"]


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)))  # noqa: DTZ001  as asked
def test_instants_survive_their_text(naive: datetime) -> None:
    """Text and instant are one, to the millisecond."""
    moment = naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=UTC)
    assert parse_instant(instant(moment)) == moment
    assert len(instant(moment)) == 24
