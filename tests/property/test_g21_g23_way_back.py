"""G21: a dry run writes nothing. G23: undo restores what nobody changed since, and only that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.model.kind import JsonValue
from kam_connector.model.report import UndoReport
from tests.factories.world import World, make_world
from tests.guarantees import Figures

_FIELDS = ("kam_tier", "kam_band", "kam_risk", "kam_next", "next_review")
_EDITS = st.dictionaries(
    st.tuples(st.sampled_from(["a0", "a1"]), st.sampled_from(_FIELDS)),
    st.sampled_from(["person", "2027-05-05", "", None]),
    max_size=8,
)
_EXAMPLES = 15


def after_undo(edits: Mapping[tuple[str, str], JsonValue]) -> tuple[World, str, UndoReport]:
    """Write two accounts, let people edit, undo; return what came of it."""
    world = make_world(accounts=2)
    run = world.first_night()
    world.advance(timedelta(minutes=10))
    for (ref, field), value in edits.items():
        world.crm.edit("account", ref, {field: value})
    world.advance(timedelta(minutes=10))
    return world, run.run_id, world.undo(run.run_id)


def held_before(world: World, run_id: str) -> dict[tuple[str, str], JsonValue]:
    """Return what the accounts' fields held before the run, by the journal."""
    return {
        (one.ref, one.field): one.before
        for one in world.store.journal(run_id)
        if one.object == "account"
    }


@pytest.mark.guarantee("G23")
@settings(max_examples=_EXAMPLES)
@given(edits=_EDITS)
def test_g23_undo_restores_all_that_nobody_touched(
    edits: dict[tuple[str, str], JsonValue],
) -> None:
    """Random edits of people between a run and its undo: theirs stay, everything else goes back."""
    world, run_id, _ = after_undo(edits)
    expected = {**held_before(world, run_id), **edits}
    found = {(ref, field): world.crm.values("account", ref)[field] for ref, field in expected}
    assert found == expected
    writes, state = world.writes(), world.crm_state()
    again = world.undo(run_id)
    assert (again.restored, again.withdrawn) == (0, 0)
    assert (world.writes(), world.crm_state()) == (writes, state)


@pytest.mark.guarantee("G23")
def test_g23_the_figure(figure: Figures) -> None:
    """One undo with edits on a third of the fields, counted."""
    edits: dict[tuple[str, str], JsonValue] = {
        ("a0", "kam_tier"): "person", ("a1", "next_review"): "2027-05-05", ("a1", "kam_risk"): "x",
    }  # fmt: skip
    world, run_id, report = after_undo(edits)
    before = held_before(world, run_id)
    untouched = before.keys() - edits.keys()
    back = sum(world.crm.values("account", ref)[f] == before[ref, f] for ref, f in untouched)
    kept = sum(world.crm.values("account", r)[f] == value for (r, f), value in edits.items())
    figure(
        "G23",
        f"{back} of {len(untouched)} untouched fields restored, {kept} of {len(edits)} people's "
        f"edits kept, {len(report.left)} reported; {_EXAMPLES} random sets of edits besides",
        met=back == len(untouched) and kept == len(edits) == len(report.left),
    )


@pytest.mark.guarantee("G21")
@pytest.mark.parametrize("first", [True, False], ids=["before a first write", "afterwards"])
def test_g21_a_dry_run_sends_nothing(*, first: bool, figure: Figures) -> None:
    """Nothing reaches the CRM, no outbox, no journal, no base; only image and preview are kept."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    applied = [] if first else [world.approve(shown)]
    world.crm.edit("deal", "d-a0", {"closes": "2027-02-20"})
    world.advance()
    writes, state, memory = world.writes(), world.crm_state(), world.memory()
    actions = world.store.connection("acme")
    report = world.run(dry_run=True)
    assert report.changes
    assert (world.crm_state(), world.memory()) == (state, memory)
    assert world.store.connection("acme").first_applied_at == actions.first_applied_at  # type: ignore[union-attr]
    sent = world.writes() - writes
    figure("G21", f"dry run after {len(applied)} runs: {sent} writes, journal as before",
           met=sent == 0)  # fmt: skip
