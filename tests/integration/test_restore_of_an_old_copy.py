"""A copy seven days old comes back: no task twice, and nothing that people did is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.model.kind import Row
from kam_connector.model.plan import ActionState
from kam_connector.model.preview import PreviewState
from kam_connector.model.run import RunState
from kam_connector.store import backup, open_store, restore
from tests.factories.world import World, make_world, put_account, put_people
from tests.guarantees import Figures

_AGE_DAYS = 7


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The database's place."""
    return f"sqlite:///{tmp_path}/kam.db"


@pytest.fixture
def world(url: str) -> World:
    """Three accounts with their tasks written."""
    world = make_world(url, accounts=3)
    world.first_night()
    return world


def _lived_on(world: World) -> None:
    """A week in which the CRM and the layer both move."""
    crm = world.crm
    tasks = list(world.tasks())
    crm.edit("task", tasks[0], {"status": "finished"})
    world.advance(timedelta(days=1))
    world.run()
    put_account(crm, "a7")
    put_people(crm, "a7", ("x",))
    put_account(crm, "a8")
    put_people(crm, "a8", ("x",))
    for _day in range(3):
        world.advance(timedelta(days=1))
        world.run()
    late = [ref for ref in world.tasks() if ref not in tasks]
    crm.edit("task", late[0], {"status": "finished"})
    crm.delete("task", late[1])
    crm.edit("account", "a0", {"next_review": "2027-03-01", "city": "Paris"})
    for _day in range(_AGE_DAYS - 4):
        world.advance(timedelta(days=1))
        world.run()


def restored(world: World, url: str, copy: Path) -> World:
    """Return the world as it goes on from the old copy, once a person approved the preview."""
    world.store.close()
    restore(url, copy, aside=copy.with_name("aside.db"), now=world.clock.now())
    store = open_store(url, clock=world.clock.now)
    again = replace(world, store=store, ctx=replace(world.ctx, store=store))
    world.advance(timedelta(hours=1))
    return again


def _people_did(world: World) -> dict[str, Row]:
    """Return what stands in the CRM in fields that people fill."""
    told = {ref: row for ref, row in world.crm.live("task").items() if row.get("kam_key")}
    review = world.crm.values("account", "a0")
    return {
        "statuses": {ref: row["status"] for ref, row in told.items()},
        "account": {"next_review": review["next_review"], "city": review["city"]},
    }


@pytest.mark.guarantee("G1", "G2")
def test_a_copy_seven_days_old_makes_no_task_twice_and_loses_no_edit(
    world: World, url: str, tmp_path: Path, figure: Figures
) -> None:
    """Tasks of the lost week stand for the actions that are thought of again."""
    copy = tmp_path / "copy.db"
    backup(url, copy)
    _lived_on(world)
    did, titles = _people_did(world), sorted(str(row["subject"]) for row in world.tasks().values())
    again = restored(world, url, copy)
    held = again.run()
    again.approve(held)
    for _night in range(2):
        again.advance(timedelta(days=1))
        again.run()
    assert _people_did(again) == did
    after = sorted(str(row["subject"]) for row in again.tasks().values())
    assert len(titles) > 3
    figure("G1", f"copy {_AGE_DAYS} days old, {len(titles)} tasks, 0 twice", met=after == titles)


def test_the_first_preview_after_a_restore_waits_for_a_person(
    world: World, url: str, tmp_path: Path
) -> None:
    """An old copy writes nothing before somebody looked."""
    copy = tmp_path / "copy.db"
    backup(url, copy)
    _lived_on(world)
    again = restored(world, url, copy)
    count = again.writes()
    assert again.run().state is RunState.HELD
    assert again.writes() == count


def test_what_people_finished_in_the_lost_week_is_finished_here_too(
    world: World, url: str, tmp_path: Path
) -> None:
    """Two were completed and one was deleted: none of the three is open again."""
    copy = tmp_path / "copy.db"
    backup(url, copy)
    _lived_on(world)
    again = restored(world, url, copy)
    again.run()
    states = sorted(action.state for action in again.store.actions())
    assert states.count(ActionState.DONE) == 2
    assert states.count(ActionState.DISMISSED) == 1


def test_nothing_that_waited_in_the_copy_is_written(world: World, url: str, tmp_path: Path) -> None:
    """A preview that was open then speaks of another world."""
    put_account(world.crm, "a9")
    world.advance()
    shown = world.preview()
    copy = tmp_path / "copy.db"
    backup(url, copy)
    again = restored(world, url, copy)
    kept = again.store.preview(str(shown.preview_id))
    assert kept is not None
    assert kept.state is PreviewState.SUPERSEDED


def test_a_worker_of_before_the_restore_can_write_no_more(
    world: World, url: str, tmp_path: Path
) -> None:
    """Its lease's number, given since the copy, is behind the next one's."""
    copy = tmp_path / "copy.db"
    backup(url, copy)
    late = world.store.acquire_lease("connection:acme", "other:2", ttl_s=60)
    assert late is not None
    world.clock.at += timedelta(minutes=2)
    again = restored(world, url, copy)
    heir = again.store.acquire_lease("connection:acme", "other:2", ttl_s=60)
    assert heir is not None
    assert heir.fence > late.fence
    assert not again.store.mark_sent([], lease=late)
