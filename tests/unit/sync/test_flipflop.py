"""Back and forth: which fields are left alone, and which corrections are not one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import FieldChange, JournalEntry, OutboxState, RecordChange
from kam_connector.model.rails import PausedField
from kam_connector.sync.flipflop import by_place, goes_back_and_forth, is_repeated
from kam_connector.sync.pauses import Pauses, Spared, pauses_in, spare
from kam_connector.testing.store_samples import make_item

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def make_write(before: JsonValue, after: JsonValue, *, days: float) -> JournalEntry:
    """Return our write of so many days ago."""
    return JournalEntry(
        run_id="r", item_id=f"i{days}", connection="acme", kind=Kind.ACCOUNT, object="account",
        ref="a0", kam_id="acc_0", field="kam_tier", before=before, after=after,
        at=NOW - timedelta(days=days),
    )  # fmt: skip


def make_change(before: JsonValue, after: JsonValue, **more: bool) -> FieldChange:
    """Return what the field holds, and what we want."""
    return FieldChange(field="kam_tier", before=before, after=after, reason="", **more)


def make_record(*changes: FieldChange, ref: str | None = "a0") -> RecordChange:
    """Return one account's changes."""
    return RecordChange(
        kind=Kind.ACCOUNT, object="account", ref=ref, kam_id="acc_0", label="ACME", fields=changes
    )


def make_pause(**more: object) -> PausedField:
    """Return a pause of the field on all records."""
    pause = PausedField(
        connection="acme", object="account", field="kam_tier", code="KAM-5108", reason="",
        said_by="Ada", at=NOW,
    )  # fmt: skip
    return replace(pause, **more)  # type: ignore[arg-type]  # checked by dataclass


def spared_of(
    *records: RecordChange,
    writes: tuple[JournalEntry, ...] = (),
    paused: tuple[PausedField, ...] = (),
) -> Spared:
    """Return what is left of some changes."""
    return spare(
        records, connection="acme", paused=Pauses(paused), writes=writes, at=NOW, flips=WEEK
    )


@pytest.mark.parametrize(
    ("writes", "before", "after", "is_one"),
    [
        pytest.param([], "B", "A", False, id="never written"),
        pytest.param([(None, "A", 1)], "B", "A", False, id="one stray edit is put right"),
        pytest.param([(None, "A", 2), ("B", "A", 1)], "B", "A", True, id="the second is a war"),
        pytest.param([("A", "B", 2), ("B", "A", 1)], "A", "B", True, id="our own turns"),
        pytest.param([("A", "B", 2), ("B", "A", 1)], "A", "C", False, id="a third value"),
        pytest.param([("A", "B", 9), ("B", "A", 8)], "A", "B", False, id="long ago"),
        pytest.param([("A", "B", 2), ("B", "C", 1)], "C", "D", False, id="a value that moves on"),
        pytest.param([(None, 1, 3), ("2", "1", 1)], 2, 1, True, id="a number however written"),
    ],
)
def test_back_and_forth_takes_two_whole_turns(
    writes: list[tuple[JsonValue, JsonValue, int]], before: str, after: str, *, is_one: bool
) -> None:
    """A-B-A in the record's history, and B wanted once more."""
    written = [make_write(old, new, days=days) for old, new, days in writes]
    change = make_change(before, after)
    assert goes_back_and_forth(written, change, at=NOW, within=WEEK) is is_one


def test_zero_days_turn_the_detector_off() -> None:
    """Nothing is younger than now."""
    written = [make_write("A", "B", days=2), make_write("B", "A", days=1)]
    change = make_change("A", "B")
    assert not goes_back_and_forth(written, change, at=NOW, within=timedelta(0))


@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=8))
def test_a_value_that_never_returns_is_never_paused(values: list[str]) -> None:
    """However often a value changes: without a return there is no oscillation."""
    steps = [f"{value}{number}" for number, value in enumerate(values)]
    written = [
        make_write(old, new, days=1 - number / 100)
        for number, (old, new) in enumerate(zip(["start", *steps], steps, strict=False))
    ]
    change = make_change(steps[-1], "new")
    assert not goes_back_and_forth(written, change, at=NOW, within=WEEK)


@pytest.mark.guarantee("G9")
@given(st.integers(2, 100))
def test_two_sides_that_argue_for_ever_write_twice(nights: int) -> None:
    """Another program sets B each day, we want A: two writes, then the field rests."""
    written: list[JournalEntry] = []
    for night in range(nights):
        at = NOW + timedelta(days=night)
        change = make_change("B" if written else None, "A")
        if not goes_back_and_forth(written, change, at=at, within=timedelta(days=365)):
            written.append(replace(make_write(change.before, "A", days=0), at=at))
    assert len(written) == 2


@pytest.mark.parametrize(
    ("written", "wanted", "repeated"),
    [
        (make_write(None, "A", days=0.1), "A", True),
        (make_write(None, "A", days=0.1), "C", False),
        (make_write(None, "A", days=1), "A", False),
        (None, "A", False),
    ],
    ids=["again today", "other inputs", "yesterday", "never"],
)
def test_a_value_is_written_once_a_day(
    written: JournalEntry | None, wanted: str, *, repeated: bool
) -> None:
    """Unless our own inputs ask for another value."""
    entries = [written] if written is not None else []
    assert is_repeated(entries, make_change("B", wanted), at=NOW) is repeated


def test_what_an_undo_took_back_is_no_turn() -> None:
    """A person's undo is no quarrel: it does not count as a write."""
    undone = replace(make_write(None, "A", days=1), undone_at=NOW)
    assert by_place([undone]) == {}


def test_a_field_that_argues_is_left_out_and_remembered() -> None:
    """The rest of the record goes; the pause names both values and the record."""
    writes = (make_write("A", "B", days=3), make_write("B", "A", days=2))
    other = replace(make_change(1, 2), field="kam_open")
    spared = spared_of(make_record(make_change("A", "B"), other), writes=writes)
    assert [one.field for record in spared.changes for one in record.fields] == ["kam_open"]
    assert [(one.ref, one.between, one.code) for one in spared.pausing] == [
        ("a0", ("A", "B"), "KAM-5106")
    ]
    assert "account.kam_tier went back and forth" in spared.notes()[0]


def test_a_record_with_nothing_but_a_stamp_left_is_not_written() -> None:
    """A date alone is worth no write."""
    stamp = replace(make_change("1", "2", refresh=True), field="kam_as_of")
    spared = spared_of(make_record(make_change("A", "B"), stamp), paused=(make_pause(),))
    assert (spared.changes, spared.count("KAM-5108")) == ([], 1)


def test_a_paused_field_is_left_out_of_new_records_too() -> None:
    """A pause of the whole field speaks of records to be made as well."""
    title = replace(make_change(None, "Call"), field="subject")
    spared = spared_of(make_record(make_change(None, "A"), title, ref=None), paused=(make_pause(),))
    assert [one.field for record in spared.changes for one in record.fields] == ["subject"]


@pytest.mark.parametrize(("wanted", "left"), [("A", 0), ("B", 0), ("C", 1)])
def test_a_third_value_ends_a_quarrel(wanted: str, left: int) -> None:
    """The two values stay out; another one is written, and ends the pause."""
    paused = make_pause(ref="a0", between=("A", "B"), code="KAM-5106")
    record = make_record(make_change("X", wanted))
    assert len(spared_of(record, paused=(paused,)).changes) == left
    assert len(Pauses([paused]).ended_by([record])) == left


def test_what_was_sent_without_an_answer_is_looked_at_whole() -> None:
    """It may stand in the CRM: its fields stay, and nothing is sent again."""
    paused = Pauses([make_pause(object="Account", field="KAM_Health__c")])
    waiting, sent = make_item("i1"), replace(make_item("i2"), state=OutboxState.SENT)
    lean, look_only = pauses_in([waiting, sent], paused)
    assert [len(one.change.fields) for one in lean] == [0, len(sent.change.fields)]
    assert look_only == {"i2"}
