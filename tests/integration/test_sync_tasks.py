"""Actions as CRM tasks: made once, closed by people, never asked twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kam_connector.model.plan import ActionState
from tests.factories.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One account whose renewal task stands in the CRM."""
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=1)
    world.first_night()
    world.advance()
    world.run()
    return world


def _nights(world: World, count: int) -> None:
    for _night in range(count):
        world.advance(timedelta(days=1))
        world.run()


def test_inv03_each_action_makes_one_task(world: World) -> None:
    """A week of nights leaves the one task that the first one made."""
    _nights(world, 3)
    assert len(world.tasks()) == 1


def test_a_task_a_person_completes_closes_its_action(world: World) -> None:
    """Completion comes back as done, and the same finding makes no second task."""
    ((ref, task),) = world.tasks().items()
    world.crm.edit("task", ref, {"status": "finished"})
    _nights(world, 2)
    assert world.action(task["kam_key"]).state is ActionState.DONE
    assert [row["kam_key"] for row in world.tasks().values()].count(task["kam_key"]) == 1
    assert world.tasks()[ref]["status"] == "finished"
    assert world.crm.values("account", "a0")["kam_open"] == 0


def test_a_task_a_person_deletes_is_not_made_again(world: World) -> None:
    """Deletion means: do not ask me; the action is dismissed for good."""
    ((ref, task),) = world.tasks().items()
    world.crm.delete("task", ref)
    _nights(world, 2)
    assert world.action(task["kam_key"]).state is ActionState.DISMISSED
    assert world.tasks() == {}


def test_inv04_a_status_of_the_org_s_own_is_not_set_back(world: World) -> None:
    """Begun but not finished: the next nights leave it so, and the action stays open."""
    ((ref, task),) = world.tasks().items()
    world.crm.edit("task", ref, {"status": "in progress"})
    _nights(world, 2)
    assert world.tasks()[ref]["status"] == "in progress"
    assert world.action(task["kam_key"]).state is ActionState.OPEN


def test_inv04_a_task_a_person_drops_is_not_reopened(world: World) -> None:
    """Deferred by a person: the action is dismissed, never asked again."""
    ((ref, task),) = world.tasks().items()
    world.crm.edit("task", ref, {"status": "dropped"})
    _nights(world, 2)
    assert world.tasks()[ref]["status"] == "dropped"
    assert world.action(task["kam_key"]).state is ActionState.DISMISSED
    assert len(world.tasks()) == 1


def test_a_task_a_person_moves_keeps_its_new_day(world: World) -> None:
    """A due date changed in the CRM becomes the action's own."""
    ((ref, task),) = world.tasks().items()
    world.crm.edit("task", ref, {"due": "2027-01-15"})
    _nights(world, 2)
    assert world.tasks()[ref]["due"] == "2027-01-15"
    assert world.action(task["kam_key"]).due.isoformat() == "2027-01-15"


@pytest.mark.guarantee("G2", "INV4")
def test_a_day_of_ours_that_waits_is_not_lost_to_another_edit_of_the_task(world: World) -> None:
    """A person begins the task while our new day is not written yet: both stand."""
    ((ref, task),) = world.tasks().items()
    ours = replace(world.action(task["kam_key"]), due=date(2027, 2, 2))
    world.store.save_actions([ours])
    world.crm.edit("task", ref, {"status": "in progress"})
    _nights(world, 1)
    assert world.action(task["kam_key"]).due == date(2027, 2, 2)
    assert (world.tasks()[ref]["due"], world.tasks()[ref]["status"]) == (
        "2027-02-02",
        "in progress",
    )


@pytest.mark.guarantee("INV4")
def test_a_day_that_both_moved_is_the_persons(world: World) -> None:
    """What people set in a task is never written over by what we had meant to."""
    ((ref, task),) = world.tasks().items()
    ours = replace(world.action(task["kam_key"]), due=date(2027, 2, 2))
    world.store.save_actions([ours])
    world.crm.edit("task", ref, {"due": "2027-01-15"})
    _nights(world, 2)
    assert world.tasks()[ref]["due"] == "2027-01-15"
    assert world.action(task["kam_key"]).due == date(2027, 1, 15)


@pytest.mark.guarantee("G2")
def test_a_persons_day_is_taken_once(world: World) -> None:
    """A later day of ours is not given up again because somebody touches the task."""
    ((ref, task),) = world.tasks().items()
    world.crm.edit("task", ref, {"due": "2027-01-15"})
    _nights(world, 2)
    world.store.save_actions([replace(world.action(task["kam_key"]), due=date(2027, 3, 3))])
    world.crm.edit("task", ref, {"status": "in progress"})
    _nights(world, 1)
    assert world.tasks()[ref]["due"] == "2027-03-03"


def test_a_task_given_to_a_colleague_stays_with_them(world: World) -> None:
    """A new owner in the CRM becomes the action's owner."""
    world.crm.put("user", "u2", {"name": "Bo", "email": "bo@us.test", "active": True})
    ((ref, _task),) = world.tasks().items()
    world.crm.edit("task", ref, {"owner": "u2"})
    _nights(world, 2)
    assert world.tasks()[ref]["owner"] == "u2"


def test_a_task_whose_reason_is_gone_is_withdrawn_not_completed(world: World) -> None:
    """A lost renewal withdraws its task; nobody is said to have done it."""
    ((ref, task),) = world.tasks().items()
    world.crm.edit("deal", "d-a0", {"closed": True, "won": False})
    _nights(world, 1)
    assert world.tasks()[ref]["status"] == "dropped"
    assert world.action(task["kam_key"]).state is ActionState.EXPIRED


def test_no_task_without_an_active_owner(tmp_path: Path) -> None:
    """An account whose owner has left gets no task; the preview says that it waits."""
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=1)
    world.crm.edit("user", "u1", {"active": False})
    world.advance()
    report = world.preview()
    assert [one for one in report.changes if one.ref is None] == []


def test_people_s_own_tasks_are_never_touched(world: World) -> None:
    """A task without our key is neither read as ours nor written."""
    before = world.crm.values("task", "own")
    _nights(world, 1)
    assert world.crm.values("task", "own") == before
