"""Each bug's one seam: what is patched in the engine, and nothing else.

A seam is a context manager; inside it the engine has the bug. Bugs are what other programs of
the kind had, or what a hurried change of ours might bring (``bugs.py`` says which).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from kam_connector.mapping import WritePlan, pull_sources
from kam_connector.mapping.write import TranslatedWrite
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.preview import OutboxItem, OutboxState
from kam_connector.model.pull import Cursor, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.run import Lease
from kam_connector.store.sql_store import SqlStore
from kam_connector.sync.apply import enqueue_preview
from kam_connector.sync.decide import Decision, Verdict
from kam_connector.sync.heirs import Inherited
from kam_connector.sync.pulling import Puller
from kam_connector.sync.run import _Loop
from kam_connector.sync.sending import as_change
from kam_salesforce.push import _Writer
from kam_salesforce.transport import Transport
from kam_salesforce.windows import Windows

Seam = AbstractContextManager[Any]
_LATER = datetime(2100, 1, 1, tzinfo=UTC)


def created_anew() -> Seam:
    """What we make is inserted, without the key that an upsert would find it by."""

    def insert(self: _Writer, changes: list[Change]) -> list[PushResult]:
        records = [self._record(one) for one in changes]
        for one, record in zip(changes, records, strict=True):
            record.pop(one.key_field or "", None)
        answers = self._collection("composite/sobjects", "POST", records)
        return [_done(c, str(a["id"])) for c, a in zip(changes, answers, strict=True)]

    return patch.object(_Writer, "upsert", insert)


def done_before_sent() -> Seam:
    """The outbox says done as the request is about to leave."""
    marked = SqlStore.mark_sent

    def mark(self: SqlStore, items: Sequence[OutboxItem], *, lease: Lease) -> bool:
        held = marked(self, items, lease=lease)
        done = [replace(item, state=OutboxState.DONE) for item in items]
        self.confirm(done if held else [], agreed=[], journal=[])
        return held

    return patch.object(SqlStore, "mark_sent", mark)


def not_conditional() -> Seam:
    """Salesforce is sent shared fields as it is sent our own: whatever stands there."""
    return patch("kam_salesforce.push._is_shared", lambda _change: False)


def not_compared() -> Seam:
    """What the preview said is sent, whatever was read just before."""

    def sent(item: OutboxItem, row: PulledRow | None, **_facts: Any) -> Decision:
        return Decision(verdict=Verdict.SEND, item=item, send=item.change.fields, row=row)

    return patch("kam_connector.sync.deliver.decide", sent)


def not_settled() -> Seam:
    """A window reaches to the CRM's very present: nothing that shows late is waited for."""

    def unsettled(mapping: Any) -> list[PullSource]:
        return [replace(one, settle=timedelta(0)) for one in pull_sources(mapping)]

    return patch("kam_connector.sync.pull.pull_sources", unsettled)


def cursor_first() -> Seam:
    """The cursor is stored, then the rows it speaks of, in two transactions."""

    def pull(puller: Puller, source: PullSource, stream: Stream) -> None:
        cursor = puller.ctx.store.cursor(puller.ctx.connection, source.name, stream)
        for page in puller.pages(PullRequest(source=source, stream=stream, cursor=cursor)):
            puller.stage(source, stream, [], page.next_cursor)
            puller.stage(source, stream, page.rows, page.next_cursor)

    return patch("kam_connector.sync.pull._pull", pull)


def our_own_clock() -> Seam:
    """The next window begins where our clock says, not the CRM's."""
    stage = Puller.stage

    def staged(
        self: Puller,
        source: PullSource,
        stream: Stream,
        rows: Sequence[PulledRow],
        cursor: Cursor,
    ) -> None:
        if cursor.since is not None and cursor.until is None:
            cursor = Cursor(since=self.ctx.clock.now() - source.settle)
        stage(self, source, stream, rows, cursor)

    return patch.object(Puller, "stage", staged)


def ties_passed() -> Seam:
    """The page after asks for later timestamps only: the rest of a tie is passed over."""

    def behind(last_id: str, *, stamp: str = "", moment: datetime | None = None) -> str:
        if moment is None:
            return f"Id > '{last_id}'"
        at = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
        return f"{stamp} > {at}" if last_id else f"{stamp} >= {at}"

    return patch("kam_salesforce.query.behind", behind)


def small_pages() -> Seam:
    """Windows are read by three rows a page (no bug: what shows one)."""
    made = Windows.__init__

    def init(self: Windows, client: Any, plan: Any, *, size: int) -> None:
        made(self, client, plan, size=min(size, 3))

    return patch.object(Windows, "__init__", init)


def partly_refused() -> Seam:
    """A record that was refused or locked within a batch is taken for written."""

    def taken(change: Change, answer: Mapping[str, Any], *, created: bool = False) -> PushResult:
        return _done(change, str(answer.get("id") or change.ref), created=created)

    return patch("kam_salesforce.push._result", taken)


def nulls_through() -> Seam:
    """What we do not know is written as empty, whatever the mapping says of nulls."""
    translate = WritePlan.translate

    def all_of_it(self: WritePlan, values: Mapping[str, Any]) -> TranslatedWrite:
        known = translate(self, dict(values))
        absent = {one.field: None for one in self.fields if one.path != "as_of"}
        return TranslatedWrite({**absent, **known.fields}, known.problems)

    return patch.object(WritePlan, "translate", all_of_it)


def gone_when_absent() -> Seam:
    """Whatever a page does not show is deleted with us."""
    stage = Puller.stage

    def staged(
        self: Puller,
        source: PullSource,
        stream: Stream,
        rows: Sequence[PulledRow],
        cursor: Cursor,
    ) -> None:
        stage(self, source, stream, rows, cursor)
        store, name = self.ctx.store, self.ctx.connection
        known = store.unswept(name, source.name, before=_LATER, after="", limit=1000)
        absent = set(known) - {row.ref for row in rows}
        images = store.staged(name, source.name, absent)
        gone = [PulledRow(ref, one.modified_at, {}, True) for ref, one in images.items()]
        if stream is Stream.CHANGES and rows:
            store.restage(name, source.name, gone)

    return patch.object(Puller, "stage", staged)


def undone_blindly() -> Seam:
    """An undo takes every field for one that still holds our value."""
    return patch("kam_connector.sync.way_back.same_value", lambda _now, _value: True)


def undone_without_a_word() -> Seam:
    """An undo leaves no word of what it is about to send."""
    return patch("kam_connector.sync.undo.announce", lambda _ctx, _steps, *, lease: lease)


def echo_heeded() -> Seam:
    """Our own values, read back, are a reason to write them again."""
    return patch("kam_connector.sync.compare.needs_write", lambda *_facts, **_more: True)


@contextmanager
def not_fenced() -> Iterator[None]:
    """A lease is asked for once; whether it is still ours, nobody asks."""
    really = SqlStore._set_until

    def set_until(self: SqlStore, lease: Lease, until: datetime | None) -> bool:
        return really(self, lease, until) or True

    held = patch.object(SqlStore, "_holds", lambda _self, _opened, _lease: True)
    with held, patch.object(SqlStore, "_set_until", set_until):
        yield


def look_enqueued() -> Seam:
    """A look leaves what it showed in the outbox; the next run delivers it."""
    finish = _Loop._finish

    def finished(self: _Loop, preview: Any, report: Any, *, dry_run: bool) -> None:
        if dry_run and preview.changes:
            enqueue_preview(self._ctx, self._run, preview)
        finish(self, preview, report, dry_run=dry_run)

    return patch.object(_Loop, "_finish", finished)


def calls_not_counted() -> Seam:
    """Nobody asks how many calls of the day are left."""
    return patch("kam_connector.sync.budget.calls_left", lambda *_facts, **_more: None)


def heirs_forgotten() -> Seam:
    """What a merge carried into another record is looked for by nobody."""
    return patch("kam_connector.sync.deliver.inherited_by", lambda *_facts: Inherited())


def history_not_read() -> Seam:
    """HubSpot's history is not looked at after a write: what lay beneath stays lost."""
    return patch("kam_hubspot.unmoved.beneath", lambda _writer, _laid: {})


def foreign_field() -> Seam:
    """A change takes a field along that the mapping does not name."""

    def with_more(decision: Decision, **facts: Any) -> Change:
        change = as_change(decision, **facts)
        return replace(change, values={**change.values, "Description": "Synced"})

    return patch("kam_connector.sync.deliver.as_change", with_more)


def token_logged() -> Seam:
    """Each request is logged with its headers."""
    send = Transport.request

    def logged(self: Transport, *args: Any, **kwargs: Any) -> Any:
        answer = send(self, *args, **kwargs)
        logging.getLogger("kam").debug("%s", getattr(answer.request, "headers", ""))
        return answer

    return patch.object(Transport, "request", logged)


def before_of_the_preview() -> Seam:
    """The journal says what the preview saw, not what was overwritten."""
    return patch("kam_connector.sync.decide._was_erased", lambda _wanted: True)


def _done(change: Change, ref: str, *, created: bool = True) -> PushResult:
    return PushResult(change_id=change.id, state=PushState.DONE, ref=ref, created=created)
