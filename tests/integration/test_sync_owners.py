"""Owners: who is not there gets no task, and the preview says whose accounts wait."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.model.plan import ActionState
from kam_connector.model.report import RunReport
from tests.factories.world import World, make_world, put_account


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two accounts of one owner."""
    return make_world(f"sqlite:///{tmp_path}/kam.db", accounts=2)


def handovers(report: RunReport) -> list[str]:
    """Return what the preview says about the handover list."""
    return [note for note in report.notes if "handover" in note]


def test_an_inactive_owner_goes_to_the_handover_list(world: World) -> None:
    """No task on a desk where nobody sits, none on another one either; the accounts are named."""
    world.crm.edit("user", "u1", {"active": False})
    report = world.first_night()
    (note,) = handovers(report)
    assert "2 actions wait for an active owner" in note
    assert "Company a0, Company a1" in note
    assert world.tasks() == {}


def test_many_accounts_are_counted_not_listed(tmp_path: Path) -> None:
    """A note is read by a person: five names, and how many more."""
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=8)
    world.crm.edit("user", "u1", {"active": False})
    (note,) = handovers(world.first_night())
    assert "Company a4 and 3 more" in note
    assert "Company a5" not in note


def test_a_new_owner_takes_the_waiting_actions(world: World) -> None:
    """The next night after a handover in the CRM makes the tasks, for the new owner."""
    world.crm.edit("user", "u1", {"active": False})
    world.first_night()
    world.advance()
    world.crm.put("user", "u2", {"name": "Bo", "email": "bo@us.test", "active": True})
    world.crm.edit("account", "a0", {"owner": "u2"})
    world.advance()
    (note,) = handovers(world.run())
    assert {row["owner"] for row in world.tasks().values()} == {"u2"}
    assert "Company a0" not in note


def test_an_open_task_of_somebody_who_left_is_told_and_kept(world: World) -> None:
    """The task stays where it is: who takes it over is a person's decision."""
    world.first_night()
    before = world.tasks()
    world.crm.edit("user", "u1", {"active": False})
    world.advance(timedelta(days=1))
    (note,) = handovers(world.run())
    assert "2 actions wait" in note
    assert {ref: row["owner"] for ref, row in world.tasks().items()} == dict.fromkeys(before, "u1")
    keys = {row["kam_key"] for row in before.values()}
    assert {world.action(key).state for key in keys} == {ActionState.OPEN}


def test_an_owner_nobody_knows_waits_too(world: World) -> None:
    """A user our own may not see, or a queue: not a reason to guess."""
    put_account(world.crm, "a9", owner="00G000000000001")
    notes = handovers(world.first_night())
    assert any("Renewal a9" in note or "Company a9" in note for note in notes)
    assert "a9" not in {row["about"] for row in world.tasks().values()}


def test_a_task_given_to_a_queue_stays_there(world: World) -> None:
    """A person hands a task of ours to a queue: it is not taken back."""
    world.first_night()
    ref = next(iter(world.tasks()))
    world.crm.edit("task", ref, {"owner": "00G000000000001"})
    world.advance(timedelta(days=1))
    world.run()
    world.advance(timedelta(days=1))
    world.run()
    assert world.tasks()[ref]["owner"] == "00G000000000001"
