"""Plans, objectives and measures as CRM records: made once, parents first, kept in step."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.plan import ObjectiveStatus, PlanStatus
from kam_connector.model.run import RunState
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.plans import PLAN_OBJECTS, make_plan_world, standing
from tests.factories.stumbling import Stumbling
from tests.factories.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One account whose plan stands in the CRM, pulled once since."""
    world = make_plan_world(tmp_path)
    world.first_night()
    world.advance()
    world.run()
    return world


def _nights(world: World, count: int) -> None:
    for _night in range(count):
        world.advance(timedelta(days=1))
        world.run()


def _only(world: World, object_: str, name: str) -> str:
    (ref,) = [ref for ref, row in world.crm.live(object_).items() if row["name"] == name]
    return ref


def test_the_first_write_makes_a_plan_with_everything_below_it(tmp_path: Path) -> None:
    """One approval makes all three levels, each pointing at its parent's own ref."""
    world = make_plan_world(tmp_path)
    report = world.first_night()
    (plan,) = world.crm.live("plan")
    objectives = world.crm.live("objective")
    measures = world.crm.live("measure")
    assert report.state is RunState.DONE
    assert len(objectives) == len(measures) == 4
    assert {row["plan"] for row in objectives.values()} == {plan}
    assert {row["objective"] for row in measures.values()} == set(objectives)
    assert world.crm.values("plan", plan)["about"] == "a0"


def test_the_preview_shows_what_waits_for_its_parent(tmp_path: Path) -> None:
    """Nobody approves more than was shown: every record to make is in the first preview."""
    shown = make_plan_world(tmp_path).preview()
    made = [one for one in shown.changes if one.kind.value in PLAN_OBJECTS]
    awaiting = [field for one in made for field in one.fields if field.awaits]
    assert (shown.made, len(made)) == (9, 9)
    assert {field.field for field in awaiting} == {"plan", "objective"}


def test_inv05_a_plan_is_not_written_again(world: World) -> None:
    """The night after writes nothing of it."""
    before = world.writes()
    world.advance()
    report = world.run()
    assert (report.changes, world.writes()) == ((), before)


def test_inv03_one_plan_for_ever(world: World) -> None:
    """A week of nights leaves the nine records that the first one made."""
    before = {name: len(rows) for name, rows in standing(world).items()}
    _nights(world, 4)
    assert {name: len(rows) for name, rows in standing(world).items()} == before


@pytest.mark.parametrize("fault", [MemoryFault.DROP_ACK, MemoryFault.HALF, MemoryFault.DUPLICATE])
@pytest.mark.parametrize("calls", range(6))
def test_inv03_a_lost_answer_makes_no_second_record(
    tmp_path: Path, fault: MemoryFault, calls: int
) -> None:
    """Whichever write's answer is lost, the nights after end with one record for each key."""
    world = make_plan_world(tmp_path)
    shown = world.preview()
    world.enable()
    with suppress(CrmUnavailable):
        Stumbling.over(world, [None] * calls + [fault]).approve(shown)
    _nights(world, 2)
    keys = [row["kam_key"] for rows in standing(world).values() for row in rows]
    assert len(keys) == len(set(keys)) == 9
    assert world.last_state() is RunState.DONE


def test_children_wait_while_their_parent_is_refused(tmp_path: Path) -> None:
    """No objective without its plan; once the plan is accepted, all follow."""
    world = make_plan_world(tmp_path)
    world.preview()
    (plan,) = world.store.plans()
    world.crm.refuse("plan", str(plan.id))
    world.first_night()
    assert standing(world) == {"plan": [], "objective": [], "measure": []}
    world.crm.accept("plan", str(plan.id))
    _nights(world, 1)
    assert [len(rows) for rows in standing(world).values()] == [1, 4, 4]


def test_a_measure_moves_with_what_is_measured(world: World) -> None:
    """A tie that grows shows in the measure, and nowhere else in the plan."""
    ref = _only(world, "measure", "Relationship, 0 to 100")
    before = world.crm.values("measure", ref)["current"]
    names = [{"kind": "contact", "ref": "a0-x"}, {"kind": "user", "ref": "u1"}]
    for number in range(1, 6):
        at = (world.crm.now - timedelta(days=number)).isoformat()
        met = {"at": at, "account": "a0", "@people": names}
        world.crm.put("meeting", f"new-{number}", met)
    _nights(world, 1)
    assert float(world.crm.values("measure", ref)["current"]) > float(before)


def test_inv04_what_people_write_into_an_objective_stays(world: World) -> None:
    """A better name and another day come back to us, and are never overwritten."""
    ref = _only(world, "objective", "Make the relationship strong")
    mine = {"name": "Win the board", "due": "2027-05-31", "why": "As agreed"}
    world.crm.edit("objective", ref, mine)
    _nights(world, 2)
    key = world.crm.values("objective", ref)["kam_key"]
    (known,) = [one for one in world.store.objectives() if one.id == key]
    assert {name: world.crm.values("objective", ref)[name] for name in mine} == mine
    assert (known.title, known.due.isoformat()) == ("Win the board", "2027-05-31")


def test_an_objective_that_a_person_closes_stays_closed(world: World) -> None:
    """Closing comes back; what is measured does not open it again."""
    ref = _only(world, "objective", "Make the relationship strong")
    world.crm.edit("objective", ref, {"status": "over"})
    _nights(world, 2)
    key = world.crm.values("objective", ref)["kam_key"]
    (known,) = [one for one in world.store.objectives() if one.id == key]
    assert known.status is ObjectiveStatus.CLOSED
    assert world.crm.values("objective", ref)["status"] == "over"


def test_a_plan_that_a_person_starts_is_active(world: World) -> None:
    """The CRM is where people work: its status becomes the plan's own."""
    (ref,) = world.crm.live("plan")
    world.crm.edit("plan", ref, {"status": "running"})
    _nights(world, 2)
    (plan,) = world.store.plans()
    assert plan.status is PlanStatus.ACTIVE
    assert world.crm.values("plan", ref)["status"] == "running"


def test_a_plan_that_a_person_deletes_is_not_made_again(world: World) -> None:
    """Deletion means no; its children are not made without it either."""
    for object_ in reversed(PLAN_OBJECTS):
        for ref in list(world.crm.live(object_)):
            world.crm.delete(object_, ref)
    _nights(world, 2)
    assert standing(world) == {"plan": [], "objective": [], "measure": []}


def test_a_renewal_that_is_decided_closes_its_objective(world: World) -> None:
    """Its reason is gone: closed, never deleted."""
    ref = _only(world, "objective", "Prepare the renewal")
    world.crm.edit("deal", "d-a0", {"closed": True, "won": True})
    _nights(world, 1)
    assert world.crm.values("objective", ref)["status"] == "over"


def test_undo_withdraws_a_plan_and_leaves_its_measures(world: World) -> None:
    """Nothing is deleted; what has no status stays, is named, and is left alone afterwards."""
    (run_id,) = {one.run_id for one in world.journal() if one.object in PLAN_OBJECTS}
    undone = world.undo(run_id)
    left = [one for one in undone.left if one.object == "measure"]
    assert {row["status"] for row in standing(world)["plan"]} == {"off"}
    assert {row["status"] for row in standing(world)["objective"]} == {"over"}
    assert len(left) == 4
    assert "nothing more is written" in left[0].reason
    before = standing(world)
    world.approve()
    _nights(world, 2)
    assert standing(world) == before


def test_undoing_a_plan_twice_does_nothing_the_second_time(world: World) -> None:
    """What was left is not told again either."""
    (run_id,) = {one.run_id for one in world.journal() if one.object in PLAN_OBJECTS}
    world.undo(run_id)
    again = world.undo(run_id)
    assert (again.restored, again.withdrawn, again.left) == (0, 0, ())


def test_an_org_without_plans_is_told_once(tmp_path: Path) -> None:
    """One capability note, no error, and everything else is written."""
    world = make_plan_world(tmp_path, has=False)
    report = world.first_night()
    notes = [note for note in report.notes if "plan" in note]
    assert report.state is RunState.DONE
    assert notes == ["acme has no plan: plans stay with us."]


def test_an_org_without_our_key_is_told_what_to_do(tmp_path: Path) -> None:
    """Plans that were turned on later have no field of ours yet."""
    world = make_plan_world(tmp_path)
    world.crm.put("plan", "p1", {"name": "Theirs"})
    world.crm._schema.clear()
    report = world.first_night()
    assert report.state is RunState.DONE
    assert any("kam crm provision acme" in note for note in report.notes)
    assert len(world.crm.live("plan")) == 1
