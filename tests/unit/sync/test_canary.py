"""The canary: which records go first, and what holds the rest back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import FieldChange, OutboxItem, RecordChange
from kam_connector.model.pull import PulledRow
from kam_connector.sync.canary import Rows, canary_of, first_difference
from kam_connector.testing.store_samples import EPOCH, make_entry

OWN = {("account", "kam_tier")}
PEOPLES = {"account": {"rating", "amount"}}


def make_waiting(
    number: int, *, object_: str = "account", ref: str | None = "r", awaits: Kind | None = None
) -> OutboxItem:
    """Return one record that waits."""
    field = FieldChange(field="kam_tier", before=None, after="A", reason="", awaits=awaits)
    change = RecordChange(
        kind=Kind.ACCOUNT, object=object_, ref=ref and f"{ref}{number}", kam_id=f"x{number}",
        label="A", fields=(field,),
    )  # fmt: skip
    return OutboxItem(
        id=f"{object_}{number}", connection="acme", run_id="r", preview_id="p", change=change
    )


def rows(*refs: str, **values: JsonValue) -> Rows:
    """Return accounts that all hold the same."""
    return {
        ("account", ref): PulledRow(ref=ref, modified_at="2026-11-21T06:00:00Z", values=values)
        for ref in refs
    }


def difference(before: Rows, after: Rows, *refs: str) -> str:
    """Return what is wrong after "A" was written to the tier of some accounts."""
    entry = make_entry("kam_tier", object="account", before=None, after="A", at=EPOCH)
    entries = [replace(entry, ref=ref) for ref in refs]
    return first_difference(entries, before, after, own=OWN, peoples=PEOPLES)


@given(waiting=st.integers(0, 300), size=st.integers(0, 60))
def test_a_small_run_is_not_split_and_a_large_one_always_is(waiting: int, size: int) -> None:
    """More than twice the canary waits, or it all goes at once."""
    chosen = canary_of([make_waiting(n) for n in range(waiting)], size=size)
    assert len(chosen) == (size if waiting > 2 * size else 0)


def test_the_canary_holds_some_of_each_object() -> None:
    """A mapping may be broken for one object only."""
    accounts = [make_waiting(n) for n in range(90)]
    deals = [make_waiting(n, object_="deal") for n in range(10)]
    chosen = canary_of([*accounts, *deals], size=25)
    assert Counter(one.change.object for one in chosen) == {"account": 15, "deal": 10}


def test_what_is_made_goes_first_only_where_nothing_else_does() -> None:
    """Records that exist come first; a child never before its parent."""
    made = [make_waiting(n, object_="task", ref=None) for n in range(40)]
    children = [make_waiting(n, object_="objective", awaits=Kind.PLAN) for n in range(40)]
    known = [make_waiting(n) for n in range(20)]
    chosen = canary_of([*made, *children, *known], size=25)
    assert [one.change.object for one in chosen] == ["account"] * 20 + ["task"] * 5


def test_records_that_hold_what_was_written_pass() -> None:
    """And so do fields that nobody touched."""
    before, after = rows("1", "2", rating="Hot"), rows("1", "2", kam_tier="A", rating="Hot")
    assert difference(before, after, "1", "2") == ""


def test_one_own_field_that_differs_holds_the_run() -> None:
    """Nobody else writes it: one record is enough, and field and record are named."""
    after = {**rows("1", kam_tier="A"), **rows("2", kam_tier="a!")}
    told = difference(rows("1", "2", kam_tier=None), after, "1", "2")
    assert told == "account.kam_tier of 2 does not hold what was written"


@pytest.mark.parametrize(("moved", "held"), [(["1"], False), (["1", "2"], True)])
def test_a_peoples_field_that_moved_with_ours_holds_the_run(
    moved: list[str], *, held: bool
) -> None:
    """On one record it may be a person at work; on two it is a rule of the CRM's own."""
    before = rows("1", "2", "3", amount=100)
    after = rows("1", "2", "3", amount=100, kam_tier="A") | rows(*moved, amount=0, kam_tier="A")
    told = difference(before, after, "1", "2", "3")
    assert ("account.amount, a field that people edit, changed on 2" in told) is held


def test_no_customers_value_is_told() -> None:
    """The message names places, never what stands there."""
    told = difference(rows("1"), rows("1", kam_tier="secret"), "1")
    assert "secret" not in told
    assert "kam_tier" in told


def test_a_record_that_is_gone_proves_nothing() -> None:
    """A person deleted it meanwhile: the others are looked at."""
    assert difference(rows("1"), {}, "1") == ""
