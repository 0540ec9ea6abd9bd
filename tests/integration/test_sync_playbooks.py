"""Playbooks reach the CRM as tasks: once, in order, and never again the next night."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kam_connector.kam.journey.state import journey_state, moved
from kam_connector.kam.playbooks.night import run_begun, step_action_id
from kam_connector.kam.settings import ActionSettings, KamSettings
from kam_connector.kam.settings.digest import DigestSettings
from kam_connector.kam.settings.playbooks import PlaybookSettings
from kam_connector.model.account import Stage
from kam_connector.model.journey import PlaybookKind, PlaybookRun
from kam_connector.model.plan import ActionState
from kam_connector.model.programme import Maturity, Programme
from tests.factories.world import World, make_world

STANDARD = Programme(id="programme", name="KAM", maturity=Maturity.STANDARD)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One account with a renewal near, under a standard programme, nothing written yet."""
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=1)
    world.store.keep([STANDARD], by="Ada", at=world.clock.now())
    return world


def _keys(world: World) -> list[str]:
    """Return the keys of the tasks that playbooks made, be they open or not."""
    keys = [str(row["kam_key"]) for row in world.tasks().values()]
    return sorted(key for key in keys if world.action(key).playbook_run_id is not None)


def _nights(world: World, count: int) -> None:
    for _night in range(count):
        world.advance(timedelta(days=1))
        world.run()


def test_the_steps_of_a_playbook_are_written_once(world: World) -> None:
    """The renewal's first steps stand in the CRM, and four nights later they are the same."""
    world.first_night()
    _nights(world, 1)
    first = _keys(world)
    run = world.store.kept(PlaybookRun)[0]
    _nights(world, 3)
    assert run.playbook is PlaybookKind.RENEWAL
    assert step_action_id(run, "recap") in first
    assert [world.action(key).playbook_run_id for key in first] == [run.id] * len(first)
    assert set(first) <= set(_keys(world))
    assert len(_keys(world)) == len(set(_keys(world)))
    assert len(world.store.kept(PlaybookRun)) == 1


def test_a_night_after_a_night_writes_no_task_again(world: World) -> None:
    """Asked again on the same day, nothing is written."""
    world.first_night()
    _nights(world, 1)
    before = world.crm.live("task")
    world.advance(timedelta(hours=1))
    world.run()
    assert world.crm.live("task") == before


def test_a_done_step_stays_done_and_is_not_asked_again(world: World) -> None:
    """A person finishes the task in the CRM: the action is done, no second task comes."""
    world.first_night()
    _nights(world, 1)
    run = world.store.kept(PlaybookRun)[0]
    key = step_action_id(run, "recap")
    ref = next(ref for ref, row in world.tasks().items() if row["kam_key"] == key)
    world.crm.edit("task", ref, {"status": "finished"})
    _nights(world, 2)
    assert world.action(key).state is ActionState.DONE
    assert _keys(world).count(key) == 1


def test_a_lost_renewal_withdraws_the_tasks_of_its_playbook(world: World) -> None:
    """Nobody is asked to prepare what is decided."""
    world.first_night()
    _nights(world, 1)
    world.crm.edit("deal", "d-a0", {"closed": True, "won": False})
    _nights(world, 1)
    rows = {str(row["kam_key"]): row["status"] for row in world.tasks().values()}
    assert {rows[key] for key in _keys(world)} == {"dropped"}


def test_a_playbook_started_by_a_person_reaches_the_crm(tmp_path: Path) -> None:
    """Without any setting: the person's word is enough."""
    world = make_world(
        f"sqlite:///{tmp_path}/kam.db",
        accounts=1,
        settings=KamSettings(playbooks=PlaybookSettings(enabled=frozenset())),
    )
    world.first_night()
    run = run_begun(
        world.account("a0"),
        PlaybookKind.STRATEGIC_CHANGE,
        "merger",
        reason="Merger with Contoso",
        on=world.clock.now().date(),
        by="Ada",
    )
    world.store.keep([run], by="Ada", at=world.clock.now())
    _nights(world, 1)
    task = next(
        row for row in world.tasks().values() if row["kam_key"] == step_action_id(run, "map")
    )
    assert "Merger with Contoso" in str(task["body"])


def test_the_limit_of_open_tasks_holds_for_playbooks(tmp_path: Path) -> None:
    """With room for one task the gravest step comes first, the others wait in order."""
    settings = KamSettings(
        actions=ActionSettings(max_open_per_owner=1), digest=DigestSettings(weekly=False)
    )
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=1, settings=settings)
    world.store.keep([STANDARD], by="Ada", at=world.clock.now())
    world.first_night()
    _nights(world, 1)
    states = [one.state for one in world.store.actions() if one.playbook_run_id]
    assert states.count(ActionState.OPEN) == 1
    assert ActionState.WAITING in states


def test_a_person_s_move_between_stages_outlives_the_night(world: World) -> None:
    """The choice of the night keeps what people decided."""
    world.first_night()
    account_id = world.account("a0")
    facts = next(iter(world.store.facts([account_id], since=world.clock.now())))
    state = journey_state(facts, date(2026, 11, 21))
    move = moved(state, Stage.CONSOLIDATION, on=date(2026, 11, 21), by="Ada")
    world.store.keep([move], by="Ada", at=world.clock.now())
    _nights(world, 2)
    key = next(one for one in world.store.key_accounts() if one.account_id == account_id)
    assert key.stage is Stage.CONSOLIDATION
