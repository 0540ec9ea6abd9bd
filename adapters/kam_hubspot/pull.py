"""Reading: a backfill by listing, then search windows by id; archived records by listing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kam_connector.errors import SignInError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.window import Fetched, walk
from kam_hubspot import query
from kam_hubspot.account_lists import owners
from kam_hubspot.backfill import fetch_listed
from kam_hubspot.client import Client
from kam_hubspot.deleted import fetch_deleted
from kam_hubspot.describe import OWNERS
from kam_hubspot.plan import Describe, make_plan
from kam_hubspot.present import present
from kam_hubspot.windows import fetch_changed

__all__ = ["pull", "read"]


def pull(client: Client, request: PullRequest, *, describe: Describe) -> Iterator[Page]:
    """Yield the pages of a stream; see the port. One call per page, plus associations."""
    try:
        client.now(ask=True)
        yield from walk(request, now=client.now, fetch=_fetcher(client, request, describe))
    except SignInError as error:
        if request.source.kind is not Kind.ACTIVITY or error.code != "KAM-3003":
            raise
        note = f"{request.source.object} are not readable with this token: a scope is missing"
        cursor = request.cursor or Cursor()
        yield Page(rows=[], next_cursor=cursor, complete=True, notes=(note,))


def read(
    client: Client, source: PullSource, refs: Sequence[str], *, describe: Describe
) -> dict[str, PulledRow]:
    """Return present rows by the ref asked for; a merged one answers with its survivor."""
    plan = make_plan(source, describe)
    good = [ref for ref in dict.fromkeys(refs) if query.check_ref(ref)]
    if source.object == OWNERS:
        rows = {row.ref: row for row in owners(client, plan)}
        return {ref: rows[ref] for ref in good if ref in rows}
    return present(client, plan, good)


def _fetcher(
    client: Client, request: PullRequest, describe: Describe
) -> Callable[[Cursor], Fetched]:
    plan, size = make_plan(request.source, describe), request.page_size

    def fetch(cursor: Cursor) -> Fetched:
        if plan.empty:
            return Fetched(rows=[], last=True, notes=plan.notes)
        if request.source.object == OWNERS:
            rows = [] if request.stream is Stream.ARCHIVED else owners(client, plan)
            return Fetched(rows=rows, last=True, notes=plan.notes)
        if request.stream is Stream.ARCHIVED:
            return fetch_deleted(client, plan, cursor, size=size)
        if cursor.since is None:
            return fetch_listed(client, plan, cursor, size=size)
        return fetch_changed(client, plan, cursor, size=size)

    return fetch
