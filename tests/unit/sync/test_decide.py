"""What happens to one record just before it is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import FieldChange, OutboxItem, OutboxState, RecordChange
from kam_connector.model.pull import PulledRow
from kam_connector.sync.decide import Decision, Verdict, decide, withheld

_NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
_OLD = "2026-11-20T06:00:00.000Z"
_RECENT = "2026-11-21T05:55:00.000Z"


def _item(
    *, ref: str | None = "a0", state: OutboxState = OutboxState.PENDING, shared: bool = False
) -> OutboxItem:
    change = FieldChange(field="f", before="old", after="new", reason="", shared=shared)
    record = RecordChange(
        kind=Kind.ACCOUNT, object="account", ref=ref, kam_id="acc_1", label="A", fields=(change,)
    )
    return OutboxItem(
        id="i1", connection="acme", run_id="r", preview_id="p", change=record, state=state
    )


def _row(value: JsonValue, *, modified_at: str = _OLD, deleted: bool = False) -> PulledRow:
    return PulledRow("a0", modified_at, {"f": value}, deleted)


def _decide(
    item: OutboxItem,
    row: PulledRow | None,
    *,
    quiet: timedelta = timedelta(minutes=15),
    last_write: str | None = None,
) -> Decision:
    return decide(item, row, crm_now=_NOW, quiet=quiet, last_write=last_write)


@pytest.mark.parametrize(
    ("theirs", "shared", "state", "verdict"),
    [
        ("old", False, OutboxState.PENDING, Verdict.SEND),
        ("old", True, OutboxState.PENDING, Verdict.SEND),
        ("person's", False, OutboxState.PENDING, Verdict.SEND),
        ("person's", True, OutboxState.PENDING, Verdict.CONFLICT),
        (None, True, OutboxState.PENDING, Verdict.CONFLICT),
        ("new", True, OutboxState.PENDING, Verdict.ALREADY),
        ("new", False, OutboxState.SENT, Verdict.ALREADY),
        (" new ", True, OutboxState.PENDING, Verdict.ALREADY),
    ],
)
def test_own_fields_are_ours_and_shared_ones_a_persons(
    theirs: JsonValue, shared: bool, state: OutboxState, verdict: Verdict
) -> None:
    """A shared field that moved since the preview stays; an own one is written over it."""
    assert _decide(_item(shared=shared, state=state), _row(theirs)).verdict is verdict


def test_the_before_value_is_the_one_just_read() -> None:
    """Undo must bring back what a person had put there meanwhile."""
    (sent,) = _decide(_item(), _row("person's")).send
    assert sent.before == "person's"


def test_an_unanswered_write_that_arrived_is_confirmed() -> None:
    """Our value after an attempt without an answer is our write; before any, it is not."""
    assert len(_decide(_item(state=OutboxState.SENT), _row("new")).confirmed) == 1
    assert _decide(_item(), _row("new")).confirmed == ()


def test_what_is_kept_is_told_with_both_values() -> None:
    """The report can say whose value stands and which one was not written."""
    (kept,) = _decide(_item(shared=True), _row("person's")).kept
    assert (kept.theirs, kept.ours) == ("person's", "new")


def test_a_record_in_a_persons_hands_waits() -> None:
    """Edited five minutes ago: later; edited by ourselves: now; without a quiet time: now."""
    recent = _row("old", modified_at=_RECENT)
    assert _decide(_item(), recent).verdict is Verdict.LATER
    assert _decide(_item(), recent, last_write=_RECENT).verdict is Verdict.SEND
    assert _decide(_item(), recent, quiet=timedelta(0)).verdict is Verdict.SEND


def test_deleted_and_unknown_records_are_gone_and_new_tasks_are_sent() -> None:
    """Only a record without a ref is created; one that vanished is never made again."""
    assert _decide(_item(), _row("old", deleted=True)).verdict is Verdict.GONE
    assert _decide(_item(), None).verdict is Verdict.GONE
    assert _decide(_item(ref="loser"), _row("old")).verdict is Verdict.GONE
    assert _decide(_item(ref=None), None).verdict is Verdict.SEND


def test_withheld_sends_nothing_and_keeps_what_arrived() -> None:
    """For a record nobody wants written any more, only the past counts."""
    assert withheld(_decide(_item(), _row("old"))).verdict is Verdict.CONFLICT
    arrived = withheld(_decide(_item(state=OutboxState.SENT), _row("new")))
    assert (arrived.verdict, arrived.send, len(arrived.confirmed)) == (Verdict.ALREADY, (), 1)
