"""Undo: everything we wrote goes back, except what people changed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from kam_connector.errors import ConfigError, CrmUnavailable, UsageError
from kam_connector.model.plan import ActionState
from kam_connector.model.run import RunState
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.stumbling import Stumbling
from tests.factories.world import OWN_FIELDS, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two accounts in a file."""
    return make_world(f"sqlite:///{tmp_path}/kam.db", accounts=2)


@pytest.mark.guarantee("G23")
def test_undo_restores_all_that_nobody_touched(world: World) -> None:
    """Fields return to what they held; tasks are closed as withdrawn, never as done."""
    before = world.crm_state()
    run = world.first_night()
    world.advance()
    report = world.undo(run.run_id)
    after = world.crm_state()
    assert {kind: after[kind] for kind in ("account", "contact", "deal")} == {
        kind: before[kind] for kind in ("account", "contact", "deal")
    }
    assert {row["status"] for row in world.tasks().values()} == {"dropped"}
    assert (report.withdrawn, report.left, report.refused) == (2, (), ())


@pytest.mark.guarantee("G23")
def test_undo_leaves_what_people_changed_since(world: World) -> None:
    """A person's value stays, is reported, and the rest of the record goes back."""
    run = world.first_night()
    world.advance()
    world.crm.edit("account", "a0", {"next_review": "2027-05-05"})
    done = next(ref for ref, row in world.tasks().items() if row["about"] == "a1")
    world.crm.edit("task", done, {"status": "finished"})
    report = world.undo(run.run_id)
    assert world.crm.values("account", "a0")["next_review"] == "2027-05-05"
    assert world.crm.values("account", "a0")["kam_tier"] is None
    assert world.tasks()[done]["status"] == "finished"
    assert {(kept.ref, kept.field) for kept in report.left} == {
        ("a0", "next_review"),
        (done, "status"),
    }


@pytest.mark.guarantee("G23")
def test_undo_twice_does_nothing_the_second_time(world: World) -> None:
    """What is back is back."""
    run = world.first_night()
    world.undo(run.run_id)
    before, state = world.writes(), world.crm_state()
    report = world.undo(run.run_id)
    assert (report.restored, report.withdrawn) == (0, 0)
    assert (world.writes(), world.crm_state()) == (before, state)


def test_a_dry_undo_shows_and_writes_nothing(world: World) -> None:
    """The same counts as the real one, and no call that writes."""
    run = world.first_night()
    before = world.writes()
    shown = world.undo(run.run_id, dry_run=True)
    assert world.writes() == before
    done = world.undo(run.run_id)
    assert (shown.restored, shown.withdrawn) == (done.restored, done.withdrawn)


def test_undone_values_are_held_back_until_they_change(world: World) -> None:
    """The next run shows only what the undo itself changed: no task is open any more."""
    run = world.first_night()
    world.undo(run.run_id)
    world.advance()
    report = world.run()
    shown = [(one.field, one.after) for change in report.changes for one in change.fields]
    assert shown == [("kam_open", 0), ("kam_open", 0)]
    assert {world.crm.values("account", "a0")[name] for name in OWN_FIELDS} == {None}
    assert {action.state for action in world.store.actions()} == {ActionState.WITHDRAWN}


def test_a_value_that_moved_on_is_proposed_after_an_undo(world: World) -> None:
    """New inputs ask anew, and the first write after an undo waits for approval."""
    run = world.first_night()
    world.undo(run.run_id)
    world.advance()
    world.crm.edit("deal", "d-a0", {"closes": "2027-02-20"})
    world.advance()
    report = world.run()
    fields = {one.field for change in report.changes for one in change.fields}
    assert "kam_risk" in fields
    assert report.state is RunState.HELD
    assert world.crm.values("account", "a0")["kam_risk"] is None


def test_undo_after_a_lost_answer_is_finished_by_the_second_try(world: World) -> None:
    """The CRM carried the undo out but the answer was lost: trying again ends it cleanly."""
    before = world.crm_state()
    run = world.first_night()
    world.advance()
    with pytest.raises(CrmUnavailable):
        Stumbling.over(world, [MemoryFault.DROP_ACK]).undo(run.run_id)
    report = world.undo(run.run_id)
    assert report.left == ()
    assert world.crm_state()["account"] == before["account"]
    world.advance()
    again = world.run()
    assert {one.field for change in again.changes for one in change.fields} == {"kam_open"}


def test_inv12_undo_refuses_another_org(world: World) -> None:
    """Refs of one org mean other records in another: nothing is put back there."""
    run = world.first_night()
    before = world.writes()
    world.crm.org_ref = "org-other"
    with pytest.raises(ConfigError) as caught:
        world.undo(run.run_id)
    assert (caught.value.code, world.writes()) == ("KAM-7030", before)


def test_what_an_undone_run_had_not_sent_yet_is_never_sent(world: World) -> None:
    """A run that broke half-way and is undone does not go on by itself afterwards."""
    before = world.crm_state()
    shown = world.preview()
    world.enable()
    with pytest.raises(CrmUnavailable):
        Stumbling.over(world, [None, MemoryFault.DROP_ACK]).approve(shown)
    (run_id,) = {entry.run_id for entry in world.journal()}
    world.undo(run_id)
    world.advance()
    report = world.run()
    assert report.state is RunState.HELD
    assert world.crm_state() == before


def test_undo_of_an_unknown_run_is_refused(world: World) -> None:
    """A run that wrote nothing has nothing to undo."""
    with pytest.raises(UsageError):
        world.undo("20260101T000000-beef")
