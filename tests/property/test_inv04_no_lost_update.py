"""INV4: what a person edits after our read is never overwritten without their field saying so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.stumbling import Interrupting
from tests.factories.world import make_world

_DATES = st.dates().map(lambda day: day.isoformat())


@settings(max_examples=6)
@given(theirs=_DATES, minutes=st.integers(0, 90))
def test_inv04_a_shared_date_edited_after_the_preview_stays(theirs: str, minutes: int) -> None:
    """Between preview and write a person moves the review date: theirs stands, and is told."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.advance(timedelta(minutes=minutes))
    world.crm.edit("account", "a0", {"next_review": theirs})
    report = world.approve(shown)
    assert world.crm.values("account", "a0")["next_review"] == theirs
    assert world.crm.values("account", "a0")["kam_tier"] == "A"
    assert [(kept.ref, kept.field, kept.theirs) for kept in report.conflicts] == [
        ("a0", "next_review", theirs)
    ]


@pytest.mark.parametrize("call", ["read", "push"])
def test_inv04_an_edit_while_we_write_stays(call: str) -> None:
    """Between our read and our write, or just before the read, a person's date wins."""
    world = make_world(accounts=1)
    shown = world.preview()
    world.enable()
    world.advance()

    def edit() -> None:
        world.crm.advance(1.0)
        world.crm.edit("account", "a0", {"next_review": "2027-08-08"})

    raced = Interrupting.before(world, call, edit)
    report = raced.approve(shown)
    assert world.crm.values("account", "a0")["next_review"] == "2027-08-08"
    assert world.crm.values("account", "a0")["kam_tier"] == "A"
    assert [kept.field for kept in report.conflicts] == ["next_review"]


@settings(max_examples=5)
@given(edits=st.lists(st.tuples(st.sampled_from(["a0", "a1"]), _DATES), min_size=1, max_size=5))
def test_inv04_the_last_date_a_person_set_is_the_one_that_stands(
    edits: list[tuple[str, str]],
) -> None:
    """Over nights of edits, every account ends with its person's last date, ours or not."""
    world = make_world(accounts=2)
    world.first_night()
    last = {ref: world.crm.values("account", ref)["next_review"] for ref in ("a0", "a1")}
    for ref, theirs in edits:
        world.advance()
        world.crm.edit("account", ref, {"next_review": theirs})
        last[ref] = theirs
        world.advance()
        world.run()
    world.advance()
    world.run()
    assert {ref: world.crm.values("account", ref)["next_review"] for ref in last} == last


def test_inv04_an_emptied_date_is_an_edit_too() -> None:
    """A person who empties the date meanwhile keeps it empty in this run."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance()
    world.crm.edit("account", "a0", {"next_review": None})
    world.advance()
    world.run()
    assert world.crm.values("account", "a0")["next_review"] is None


def test_inv04_our_own_field_is_ours() -> None:
    """A ``kam`` field that a person overwrites is set again the next day, theirs journaled."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance(timedelta(days=1))
    world.crm.edit("account", "a0", {"kam_tier": "Z"})
    world.advance()
    report = world.run()
    assert world.crm.values("account", "a0")["kam_tier"] == "A"
    assert ("Z", "A") in [
        (e.before, e.after) for e in world.store.journal(report.run_id) if e.field == "kam_tier"
    ]


def test_inv04_a_record_a_person_is_working_on_waits() -> None:
    """Edited minutes ago, a record is left for the next run and then written."""
    quiet = make_world(accounts=1)
    world = quiet.with_(rails=type(quiet.ctx.rails)())
    shown = world.preview()
    world.enable()
    world.crm.edit("account", "a0", {"city": "Nice"})
    report = world.approve(shown)
    assert report.waiting > 0
    assert world.crm.values("account", "a0")["kam_tier"] is None
    world.advance()
    world.run()
    assert world.crm.values("account", "a0")["kam_tier"] == "A"


def test_inv04_a_task_people_changed_keeps_their_status() -> None:
    """A person finishes a task while we were about to change it: their status stands."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance()
    (ref,) = world.tasks()
    world.crm.edit("deal", "d-a0", {"closed": True, "won": True})
    world.advance()
    shown = world.preview()
    world.crm.edit("task", ref, {"status": "finished"})
    world.approve(shown)
    assert world.tasks()[ref]["status"] == "finished"


def test_inv04_a_date_that_rules_chose_is_no_later_decision_than_a_person_s() -> None:
    """A plan opened after a person set the review date, and before we saw it, gives way."""
    world = make_world(accounts=1)
    earlier, shows = world.crm.now - timedelta(seconds=30), world.crm.now + timedelta(seconds=60)
    world.preview()
    edit = {"next_review": "2027-03-01"}
    world.crm.edit("account", "a0", edit, modified_at=earlier, visible_at=shows)
    world.advance()
    shown = world.preview()
    world.enable()
    world.approve(shown)
    assert world.crm.values("account", "a0")["next_review"] == "2027-03-01"
