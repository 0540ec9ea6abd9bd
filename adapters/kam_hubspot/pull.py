"""Reading: a backfill by listing, then search windows by id; archived records by listing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from kam_connector.errors import SignInError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.window import Fetched, walk
from kam_hubspot import query
from kam_hubspot.account_lists import LISTS, rows_of_list
from kam_hubspot.client import Client
from kam_hubspot.deleted import fetch_deleted
from kam_hubspot.first_load import FirstLoad
from kam_hubspot.plan import Describe, Plan, make_plan
from kam_hubspot.present import present
from kam_hubspot.rows import PropertyGoneError
from kam_hubspot.windows import fetch_changed

__all__ = ["pull", "read"]


def pull(client: Client, request: PullRequest, *, describe: Describe) -> Iterator[Page]:
    """Yield the pages of a stream; see the port. One call per page, plus associations.

    A property that goes while we read is met by a new look at what there is: the pull goes on
    from its last page without it, or ends in the error that names it.
    """
    at = request.cursor
    try:
        for page in _walked(client, request, describe):
            at = page.next_cursor
            yield page
    except PropertyGoneError:
        describe(request.source.object, fresh=True)
        yield from _walked(client, replace(request, cursor=at), describe)
    except SignInError as error:
        if request.source.kind is not Kind.ACTIVITY or error.code != "KAM-3003":
            raise
        note = f"{request.source.object} are not readable with this token: {error.message}"
        cursor = request.cursor or Cursor()
        yield Page(rows=[], next_cursor=cursor, complete=True, notes=(note,))


def read(
    client: Client, source: PullSource, refs: Sequence[str], *, describe: Describe
) -> dict[str, PulledRow]:
    """Return present rows by the ref asked for; a merged one answers with its survivor."""
    try:
        return _present(client, make_plan(client, source, describe), refs)
    except PropertyGoneError:
        describe(source.object, fresh=True)
        return _present(client, make_plan(client, source, describe), refs)


def _present(client: Client, plan: Plan, refs: Sequence[str]) -> dict[str, PulledRow]:
    if plan.source.object in LISTS:
        rows = {row.ref: row for row in rows_of_list(client, plan)}
        return {ref: rows[ref] for ref in refs if ref in rows}
    return present(client, plan, [ref for ref in dict.fromkeys(refs) if query.check_ref(ref)])


def _walked(client: Client, request: PullRequest, describe: Describe) -> Iterator[Page]:
    client.now(ask=request.fresh_clock)
    plan = make_plan(client, request.source, describe)
    with closing(FirstLoad(client, plan, describe(request.source.object), request)) as first:
        yield from walk(request, now=client.now, fetch=_fetcher(client, plan, request, first))


def _fetcher(
    client: Client, plan: Plan, request: PullRequest, first: FirstLoad
) -> Callable[[Cursor], Fetched]:
    size = request.page_size

    def fetch(cursor: Cursor) -> Fetched:
        if plan.empty:
            return Fetched(rows=[], last=True, notes=plan.notes)
        if plan.source.object in LISTS:
            rows = [] if request.stream is Stream.ARCHIVED else rows_of_list(client, plan)
            return Fetched(rows=rows, last=True, notes=plan.notes)
        if request.stream is Stream.ARCHIVED:
            return fetch_deleted(client, plan, cursor, size=size)
        if cursor.since is None:
            return first.fetch(cursor)
        return fetch_changed(client, plan, cursor, size=size)

    return fetch
