"""INV5 and INV8: writes stop when edits stop, and only what was shown is sent."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.model.kind import JsonValue
from tests.factories.world import World, make_world, put_account, put_people

_EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("a0"), st.just("next_review"), st.sampled_from(["2027-02-02", None])),
        st.tuples(st.just("a1"), st.just("kam_tier"), st.sampled_from(["Z", "", None])),
        st.tuples(st.just("a1"), st.just("city"), st.sampled_from(["Nice", ""])),
        st.tuples(st.just("a2"), st.just("grade"), st.sampled_from(["1", "2", "?"])),
        st.tuples(st.just("a0"), st.just("kam_open"), st.sampled_from([7, "7", 1])),
    ),
    max_size=6,
)
Edit = tuple[str, str, JsonValue]


def _edit(world: World, edits: list[Edit]) -> None:
    for ref, name, value in edits:
        world.advance(timedelta(seconds=1))
        world.crm.edit("account", ref, {name: value})


@settings(max_examples=5)
@given(edits=_EDITS)
def test_inv05_after_edits_stop_writes_stop_within_one_run(edits: list[Edit]) -> None:
    """Whatever people did, the run after it settles it and the next one writes nothing."""
    world = make_world(accounts=3)
    world.first_night()
    _edit(world, edits)
    world.advance()
    world.run()
    before = world.writes()
    for _run in range(2):
        world.advance()
        report = world.run()
    assert report.changes == ()
    assert world.writes() == before


@settings(max_examples=5)
@given(edits=_EDITS)
def test_inv08_apply_sends_what_was_shown_less_what_people_changed(edits: list[Edit]) -> None:
    """Each value sent was shown; each value shown was sent, stood there already, or is kept."""
    world = make_world(accounts=3)
    shown = world.preview()
    world.enable()
    _edit(world, edits)
    report = world.approve(shown)
    sent = {
        (one.change.ref or one.change.key, name, str(value))
        for one in world.crm.writes
        for name, value in one.change.values.items()
    }
    wanted = {
        (one.ref or one.kam_id, field.field, str(field.after))
        for one in shown.changes
        for field in one.fields
    }
    kept = {(one.ref, one.field, str(one.ours)) for one in report.conflicts}
    there = {
        (ref, name, str(value))
        for ref, name, value in edits
        if (ref, name, str(value)) in wanted - sent
    }
    assert sent == wanted - kept - there


def test_inv11_new_records_in_any_order_end_the_same() -> None:
    """An account that appears after its people gives the same layer as before them."""
    early, late = make_world(accounts=1), make_world(accounts=1)
    put_account(early.crm, "a5")
    put_people(early.crm, "a5", ("x",))
    early.advance()
    early.first_night()
    put_people(late.crm, "a5", ("x",))
    late.advance()
    late.preview()
    put_account(late.crm, "a5", at=late.crm.now - timedelta(minutes=1))
    late.advance(timedelta(minutes=10))
    late.first_night()
    assert late.crm_state()["contact"] == early.crm_state()["contact"]
    assert [one.account_id for one in late.store.actions()].count(late.account("a5")) == 1
