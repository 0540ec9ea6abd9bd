"""The way back of one record, from its journal and what stands in it now."""

from __future__ import annotations

import pytest

from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import FieldChange, JournalEntry
from kam_connector.model.pull import PulledRow
from kam_connector.sync.way_back import Undoing, arrived, step_back
from tests.factories.world import NOW


def _entry(before: JsonValue, after: JsonValue, *, item: str = "i1") -> JournalEntry:
    return JournalEntry(
        run_id="run-1", item_id=item, connection="acme", kind=Kind.ACCOUNT, object="company",
        ref="heir", kam_id="acc_1", field="kam_tier", before=before, after=after, at=NOW,
    )  # fmt: skip


def _row(tier: JsonValue, *, ref: str = "heir") -> PulledRow:
    return PulledRow(ref=ref, values={"kam_tier": tier}, modified_at=NOW.isoformat())


@pytest.mark.guarantee("G23")
@pytest.mark.parametrize("newest_first", [True, False])
def test_what_a_merge_laid_one_over_the_other_goes_back_to_what_lies_under_both(
    newest_first: bool,
) -> None:
    """Two records' values in one heir: not the first of ours, but what was there before it."""
    entries = [_entry("B", "C", item="i2"), _entry("A", "B", item="i1")]
    undoing = Undoing()
    step = step_back(entries if newest_first else entries[::-1], _row("C"), {}, undoing)
    assert step is not None
    assert (step.change.values, len(step.entries), undoing.left) == ({"kam_tier": "A"}, 2, [])


@pytest.mark.guarantee("G23")
def test_the_same_value_told_twice_goes_back_once() -> None:
    """A winner's own value and its loser's, of the same words: both are undone by one."""
    entries = [_entry("A", "C", item="i2"), _entry("A", "C", item="i1")]
    undoing = Undoing()
    step = step_back(entries, _row("C"), {}, undoing)
    assert step is not None
    assert (step.change.values, len(step.entries), undoing.left) == ({"kam_tier": "A"}, 2, [])


@pytest.mark.guarantee("G23")
def test_a_chain_that_a_person_ended_stays() -> None:
    """Nothing of it goes back, and both entries are told."""
    entries = [_entry("B", "C", item="i2"), _entry("A", "B", item="i1")]
    undoing = Undoing()
    assert step_back(entries, _row("mine"), {}, undoing) is None
    assert len(undoing.left) == 2


@pytest.mark.guarantee("G23")
@pytest.mark.parametrize(
    ("row", "arrives"),
    [(_row("A"), True), (_row("C"), False), (_row("mine"), False), (_row("A", ref="other"), False)],
)
def test_only_what_holds_what_an_undo_sent_has_gone_back(row: PulledRow, arrives: bool) -> None:
    """Ours still there: it never arrived; a person's, or another record: nobody can tell."""
    sent = [FieldChange(field="kam_tier", before="C", after="A", reason="undo")]
    step = arrived([_entry("A", "C")], row, sent)
    assert (step is not None) is arrives
