"""Plans that were made in the CRM after a copy was taken: not one of them is made again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.model.plan import ObjectiveStatus
from kam_connector.store import backup
from tests.factories.plans import make_plan_world, standing
from tests.factories.world import World, put_account, put_people
from tests.guarantees import Figures
from tests.integration.test_restore_of_an_old_copy import restored


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    """One account with its plan; a copy is taken; then a week in which a second one gets its own.

    People name an objective in their words, close another one, start the plan and throw a
    measure away.
    """
    world = make_plan_world(tmp_path)
    world.first_night()
    backup(_url(tmp_path), tmp_path / "copy.db")
    put_account(world.crm, "a7")
    put_people(world.crm, "a7", ("x",))
    _nights(world, 3)
    (plan,) = [ref for ref, row in world.crm.live("plan").items() if row["about"] == "a7"]
    named, over, *_ = _children(world, "objective", "plan", plan)
    world.crm.edit("plan", plan, {"status": "running"})
    world.crm.edit("objective", named, {"name": "In our words"})
    world.crm.edit("objective", over, {"status": "over"})
    world.crm.delete("measure", _children(world, "measure", "objective", named)[0])
    _nights(world, 4)
    return world


def _url(folder: Path) -> str:
    return f"sqlite:///{folder}/kam.db"


def _nights(world: World, count: int) -> None:
    for _night in range(count):
        world.advance(timedelta(days=1))
        world.run()


def _children(world: World, object_: str, field: str, parent: str) -> list[str]:
    return sorted(ref for ref, row in world.crm.live(object_).items() if row[field] == parent)


def _goes_on(world: World, folder: Path) -> World:
    """Return the world two nights after the copy came back, and a person approved."""
    again = restored(world, _url(folder), folder / "copy.db")
    again.approve(again.run())
    _nights(again, 2)
    return again


def _peoples(world: World) -> dict[str, tuple[object, object]]:
    """Return what people may name and decide, by record."""
    return {
        ref: (row["name"], row["status"])
        for object_ in ("plan", "objective")
        for ref, row in world.crm.live(object_).items()
    }


@pytest.mark.guarantee("G1", "G2")
def test_no_plan_objective_or_measure_is_made_twice(
    world: World, tmp_path: Path, figure: Figures
) -> None:
    """Each key stands once, as before; what a person threw away stays away."""
    before = {name: sorted(str(row["kam_key"]) for row in rows)
              for name, rows in standing(world).items()}  # fmt: skip
    again = _goes_on(world, tmp_path)
    after = {name: sorted(str(row["kam_key"]) for row in rows)
             for name, rows in standing(again).items()}  # fmt: skip
    count = sum(map(len, before.values()))
    most = max(Counter(key for keys in after.values() for key in keys).values())
    said = f"copy 7 days old, {count} records of plans, most of one key: {most}"
    figure("G1", said, met=after == before and most == 1 and count > 15)


@pytest.mark.guarantee("G2", "INV4")
def test_what_people_did_to_those_plans_stands(world: World, tmp_path: Path) -> None:
    """Their name, their end and their start, in the CRM; and the layer knows the end."""
    peoples = _peoples(world)
    again = _goes_on(world, tmp_path)
    closed = [one for one in again.store.objectives() if one.status is ObjectiveStatus.CLOSED]
    assert _peoples(again) == peoples
    assert len(closed) == 1
