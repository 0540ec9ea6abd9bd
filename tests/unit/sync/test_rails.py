"""Safety rails: what stops a run before its first write, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import FieldChange, RecordChange
from kam_connector.sync.context import Rails
from kam_connector.sync.pauses import Spared
from kam_connector.sync.rail_readings import Seen, read_rails
from kam_connector.sync.rails import check_rails, counted_fields


def _changes(
    count: int,
    *,
    before: JsonValue = "old",
    after: JsonValue = None,
    shared: bool = False,
    refresh: bool = False,
    ref: str | None = "r",
) -> list[RecordChange]:
    """Return *count* records that change one field, to distinct values unless *after* is given."""
    return [
        RecordChange(
            kind=Kind.ACCOUNT,
            object="account",
            ref=ref and f"{ref}{number}",
            kam_id=f"acc_{number}",
            label="A",
            fields=(
                FieldChange(
                    field="f",
                    before=before,
                    after=f"v{number}" if after is None else after,
                    reason="",
                    shared=shared,
                    refresh=refresh,
                ),
            ),
        )
        for number in range(count)
    ]


def _codes(
    changes: Sequence[RecordChange],
    *,
    in_scope: int = 1000,
    column: Sequence[JsonValue] = (),
    history: Sequence[int] = (),
    rails: Rails | None = None,
) -> list[str]:
    findings = check_rails(
        changes,
        in_scope=in_scope,
        columns={("account", "f"): column},
        history=history,
        rails=rails or Rails(),
    )
    return [finding.code for finding in findings]


def test_shared_fields_may_change_on_a_fifth_of_the_records() -> None:
    """At most 20 % of in-scope records, or 500."""
    assert _codes(_changes(100, shared=True), in_scope=500) == []
    assert _codes(_changes(101, shared=True), in_scope=500) == ["KAM-5101"]
    assert _codes(_changes(501, shared=True), in_scope=10_000) == ["KAM-5101"]
    assert _codes(_changes(400), in_scope=500) == []


def test_below_twenty_changes_the_rails_are_silent() -> None:
    """A small programme is never held: the floor is 20."""
    assert _codes(_changes(20, shared=True), in_scope=20) == []
    assert _codes(_changes(21, shared=True), in_scope=21) == ["KAM-5101"]
    assert _codes(_changes(20, after=""), column=["x"] * 20) == []
    assert _codes(_changes(20), history=[1]) == []


def test_at_most_a_twentieth_of_a_column_may_become_empty() -> None:
    """Any field, ours or shared: 5 % of its filled values."""
    filled: list[JsonValue] = ["a", "b"] * 300
    assert _codes(_changes(30, after=""), column=filled) == []
    assert _codes(_changes(31, after=""), column=filled) == ["KAM-5102"]


def test_a_column_does_not_collapse_to_one_value() -> None:
    """All records to one and the same value, where they differed, is a broken rule."""
    assert _codes(_changes(30, after="same"), column=["a", "b"] * 15) == ["KAM-5103"]
    assert _codes(_changes(30, after="same"), column=["a"] * 30) == []
    assert _codes(_changes(30, after="same"), column=["a", "b"] * 30) == []
    assert _codes(_changes(30, after="same", before=None), column=[None] * 30) == []


def test_no_more_than_twice_the_usual_night() -> None:
    """The median of the last 14 runs that wrote, twice; older ones do not count."""
    assert _codes(_changes(60), history=[30] * 5) == []
    assert _codes(_changes(61), history=[30] * 5) == ["KAM-5104"]
    assert _codes(_changes(61), history=[1000] * 20 + [30] * 14) == ["KAM-5104"]
    assert _codes(_changes(500)) == []


@pytest.mark.guarantee("G6", "G22")
def test_a_mapping_s_own_limit_of_emptied_values_holds_below_the_floor() -> None:
    """Three may go, the fourth holds; in fields of our own alone nothing is counted so."""
    three = Rails(max_clears=3)
    emptied = _changes(4, after="", shared=True)
    assert _codes(emptied[:3], column=["old"] * 1000, rails=three) == []
    assert _codes(emptied, column=["old"] * 1000, rails=three) == ["KAM-5102"]
    assert _codes(_changes(4, after=""), column=["old"] * 1000, rails=three) == []


def test_weekly_refreshes_and_new_tasks_do_not_count() -> None:
    """Neither is a change of anybody's mind."""
    assert counted_fields(_changes(50, refresh=True)) == 0
    assert counted_fields(_changes(50, ref=None)) == 0
    assert _codes(_changes(300, shared=True, refresh=True), in_scope=300, history=[1]) == []


@pytest.mark.parametrize(
    ("first", "told"),
    [(True, "one person: the first write waits for a yes"), (False, "no rail holds it")],
)
def test_a_first_write_is_shown_to_wait_for_a_yes(first: bool, told: str) -> None:
    """A preview that no rail holds still waits, while nothing was ever written."""
    seen = Seen(
        changes=_changes(3),
        in_scope=10,
        columns={},
        history=(),
        guards=(),
        spared=Spared(),
        first=first,
    )
    said = {one.rail: one.said for one in read_rails(seen, Rails(), calls_left=None)}
    assert said["approval"] == told


@pytest.mark.guarantee("G22")
@given(count=st.integers(0, 1000), in_scope=st.integers(1, 1000))
def test_g22_a_plan_of_any_size_is_held_above_the_limit(count: int, in_scope: int) -> None:
    """0 % to 100 % of the records: held if and only if above 20 % or 500, and above the floor."""
    count = min(count, in_scope)
    over = count > 20 and (count > 500 or count > 0.20 * in_scope)
    held = _codes(_changes(count, shared=True), in_scope=in_scope) == ["KAM-5101"]
    assert held is over
