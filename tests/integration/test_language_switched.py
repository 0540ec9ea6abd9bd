"""An installation that changes its language says the same things in other words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language
from tests.factories.plans import make_plan_world, standing
from tests.factories.world import World

FRENCH = KamSettings(language=Language.FR)


def _actions(world: World) -> dict[str, str]:
    """Return the actions' titles by id."""
    facts = next(iter(world.ctx.store.facts([world.account("a0")], since=world.crm.identity().now)))
    return {one.id: one.title for one in facts.actions}


def _objectives(world: World) -> dict[str, str]:
    facts = next(iter(world.ctx.store.facts([world.account("a0")], since=world.crm.identity().now)))
    return {one.id: one.title for one in facts.objectives}


def test_another_language_makes_no_new_task(tmp_path: Path) -> None:
    """The same actions, tasks and plan records stand there; their words changed."""
    english = make_plan_world(tmp_path)
    english.first_night()
    before = (_actions(english), _objectives(english), set(english.tasks()))
    records = {name: len(rows) for name, rows in standing(english).items()}
    french = english.with_(settings=FRENCH)
    french.advance(timedelta(hours=1))
    french.run()
    after = (_actions(french), _objectives(french), set(french.tasks()))
    assert before[0]
    assert [set(one) for one in after] == [set(one) for one in before]
    assert {name: len(rows) for name, rows in standing(french).items()} == records
    assert not set(after[0].values()) & set(before[0].values())
    assert "Atteindre tous les rôles voulus" in after[1].values()


def test_back_in_english_everything_reads_as_before(tmp_path: Path) -> None:
    """A language is worn, not kept."""
    english = make_plan_world(tmp_path)
    english.first_night()
    before = (_actions(english), _objectives(english))
    for settings in (FRENCH, KamSettings()):
        world = english.with_(settings=settings)
        world.advance(timedelta(hours=1))
        world.run()
    assert (_actions(english), _objectives(english)) == before
