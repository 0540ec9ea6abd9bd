"""Plans, objectives and tasks of ours: what people edit there waits too, where the mapping asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kam_connector.errors import UsageError
from kam_connector.model.conflict import Conflict, ConflictState, Taken
from kam_connector.model.kind import JsonValue, Kind, Row
from kam_connector.model.layer_homes import LAYER_HOMES
from kam_connector.model.plan import ActionState, Objective, ObjectiveStatus, PlanStatus
from kam_connector.sync.plan_readback import _PATHS
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.conflicts import MANUAL, ask_world, decide, night
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.plans import PLAN_OBJECTS, PLAN_TEXT, make_plan_schema, make_plan_world
from tests.factories.world import NOW, World, make_world

_ASKED = PLAN_TEXT.replace('"newest"', '"manual"').replace('"crm_unless_blank"', '"manual"')
_OWNER = 'owner = { from = "owner", ref = "user" }'
_DUE = 'due = { from = "due", type = "date" }'
_HEAD, _READ, _TAIL = MAPPING_TEXT.replace(
    'map = "status", conflict = "newest"', 'map = "status"'
).partition("[task.read]")
_TASKS = "".join(
    (
        _HEAD,
        _READ,
        _TAIL.replace('"*" = "open" } }', '"*" = "open" }, conflict = "manual" }')
        .replace(_OWNER, _OWNER.replace(" }", ', conflict = "manual" }'))
        .replace(_DUE, _DUE.replace(" }", ', conflict = "manual" }')),
    )
)
"""Stated where the fields are read: the same as where they are written."""


@pytest.fixture(name="plans")
def _plans() -> World:
    """One account with its plan in the CRM, under policies that ask."""
    crm = MemoryCrm(now=NOW, schema={name: make_plan_schema(name) for name in PLAN_OBJECTS})
    world = make_world(accounts=1, crm=crm, mapping=MAPPING_TEXT + _ASKED)
    world.first_night()
    night(world)
    return world


@pytest.fixture(name="tasks")
def _tasks() -> World:
    """One account with a task, under policies that ask."""
    world = ask_world(mapping=_TASKS)
    night(world)
    return world


def an_objective(world: World) -> tuple[str, Objective]:
    """Return the ref and the record of an objective; a renewal's day follows its contract."""
    live = world.crm.live("objective").items()
    ref, row = min((one for one in live if "renewal" not in str(one[1]["name"])), key=_key)
    return ref, next(one for one in world.store.objectives() if one.id == row["kam_key"])


def _key(found: tuple[str, Row]) -> str:
    return str(found[1]["kam_key"])


def the_conflict(world: World) -> Conflict:
    """Return the only conflict there ever was."""
    (found,) = world.store.conflicts(everything=True)
    return found


def both_move_objective(world: World, field: str, theirs: JsonValue, **ours: object) -> str:
    """Move one field of an objective on both sides; return its ref."""
    ref, mine = an_objective(world)
    world.crm.edit("objective", ref, {field: theirs})
    world.store.save_objectives([replace(mine, **ours)])  # type: ignore[arg-type] # checked there
    night(world)
    return ref


MOVES: dict[str, tuple[str, JsonValue, dict[str, object], object]] = {
    "title": ("name", "Theirs", {"title": "Ours"}, "Theirs"),
    "due": ("due", "2028-03-03", {"due": date(2028, 1, 15)}, date(2028, 3, 3)),
}


@pytest.mark.guarantee("INV4", "G2")
@pytest.mark.parametrize("name", MOVES)
def test_an_objective_edited_on_both_sides_waits_and_takes_theirs(plans: World, name: str) -> None:
    """Title and day: neither is overwritten, and the layer takes what was decided."""
    field, theirs, ours, taken = MOVES[name]
    ref = both_move_objective(plans, field, theirs, **ours)
    assert plans.crm.values("objective", ref)[field] == theirs
    assert getattr(an_objective(plans)[1], name) in ours.values()
    decide(plans, the_conflict(plans), Taken.THEIRS)
    night(plans)
    assert getattr(an_objective(plans)[1], name) == taken
    assert plans.crm.values("objective", ref)[field] == theirs
    assert the_conflict(plans).state is ConflictState.CLOSED


def test_a_title_of_neither_side_goes_both_ways(plans: World) -> None:
    """Into the objective and onto its record."""
    ref = both_move_objective(plans, "name", "Theirs", title="Ours")
    decide(plans, the_conflict(plans), Taken.VALUE, "Together")
    night(plans)
    assert an_objective(plans)[1].title == "Together"
    assert plans.crm.values("objective", ref)["name"] == "Together"


def test_an_objective_that_a_person_closes_alone_is_closed(plans: World) -> None:
    """One side moved: no question."""
    ref, _mine = an_objective(plans)
    plans.crm.edit("objective", ref, {"status": "over"})
    night(plans)
    assert an_objective(plans)[1].status is ObjectiveStatus.CLOSED
    assert plans.store.conflicts(everything=True) == []


def test_a_plans_status_waits(plans: World) -> None:
    """They take it off, we make it active; ours is decided and written."""
    ((ref, row),) = plans.crm.live("plan").items()
    mine = next(one for one in plans.store.plans() if one.id == row["kam_key"])
    assert mine.status is PlanStatus.DRAFT
    plans.crm.edit("plan", ref, {"status": "off"})
    plans.store.save_plan(replace(mine, status=PlanStatus.ACTIVE))
    night(plans)
    assert plans.crm.values("plan", ref)["status"] == "off"
    decide(plans, the_conflict(plans), Taken.OURS)
    night(plans)
    assert plans.crm.values("plan", ref)["status"] == "running"


@pytest.mark.guarantee("INV4", "G2")
def test_a_tasks_day_moved_on_both_sides_waits(tasks: World) -> None:
    """Stated in the read table: the owner's day and ours stay until somebody decides."""
    ((ref, row),) = tasks.tasks().items()
    action = tasks.action(row["kam_key"])
    tasks.crm.edit("task", ref, {"due": "2027-03-03"})
    tasks.store.save_actions([replace(action, due=date(2027, 1, 15))])
    night(tasks)
    assert tasks.tasks()[ref]["due"] == "2027-03-03"
    assert tasks.action(action.id).due == date(2027, 1, 15)
    decide(tasks, the_conflict(tasks), Taken.THEIRS)
    night(tasks)
    assert tasks.action(action.id).due == date(2027, 3, 3)
    assert the_conflict(tasks).state is ConflictState.CLOSED


def test_an_edit_beside_a_waiting_day_is_taken(tasks: World) -> None:
    """The task is finished while its day waits: done is done."""
    ((ref, row),) = tasks.tasks().items()
    action = tasks.action(row["kam_key"])
    tasks.crm.edit("task", ref, {"due": "2027-03-03", "status": "finished"})
    tasks.store.save_actions([replace(action, due=date(2027, 1, 15))])
    night(tasks)
    assert tasks.action(action.id).state is ActionState.DONE
    assert tasks.action(action.id).due == date(2027, 1, 15)


def test_an_owner_is_no_value_to_type(tasks: World) -> None:
    """Two owners wait like two days; a third is set in the CRM."""
    tasks.crm.put("user", "u2", {"name": "Bo", "email": "bo@us.test", "active": True})
    tasks.crm.put("user", "u3", {"name": "Cy", "email": "cy@us.test", "active": True})
    night(tasks)
    users = {one.name: one.id for one in tasks.store.users()}
    ((ref, row),) = tasks.tasks().items()
    action = tasks.action(row["kam_key"])
    tasks.crm.edit("task", ref, {"owner": "u2"})
    tasks.store.save_actions([replace(action, owner_id=users["Cy"])])
    night(tasks)
    waiting = the_conflict(tasks)
    assert (waiting.theirs, waiting.ours) == ("u2", "u3")
    with pytest.raises(UsageError, match="names a record"):
        decide(tasks, waiting, Taken.VALUE, "u1")
    decide(tasks, waiting, Taken.THEIRS)
    night(tasks)
    assert tasks.action(action.id).owner_id == users["Bo"]


COMPUTED = MANUAL.replace(
    'kam_risk = { from = "risk.top", null = "clear" }',
    'kam_risk = { from = "risk.top", null = "clear", conflict = "manual" }',
)


def test_a_computed_value_is_held_back_where_theirs_is_taken() -> None:
    """The layer keeps no such value of a person's: theirs stands until ours changes."""
    world = ask_world(mapping=COMPUTED)
    world.crm.edit("account", "a0", {"kam_risk": "As a person sees it"})
    world.crm.edit("deal", "d-a0", {"closed": True, "won": True})
    night(world)
    waiting = the_conflict(world)
    with pytest.raises(UsageError, match="is computed"):
        decide(world, waiting, Taken.VALUE, "Both")
    assert "held back" in decide(world, waiting, Taken.THEIRS)
    night(world)
    night(world)
    assert world.crm.values("account", "a0")["kam_risk"] == "As a person sees it"
    assert the_conflict(world).state is ConflictState.DECIDED


def test_what_is_read_back_is_what_has_a_home() -> None:
    """The table that the check of a mapping reads, and the code that takes values over."""
    assert {kind: LAYER_HOMES[kind] for kind in _PATHS} == dict(_PATHS)
    assert LAYER_HOMES[Kind.ACCOUNT] == ("plan.next_review",)


def test_a_title_of_several_lines_is_joined_in_the_layer_too() -> None:
    """Where the layer keeps the value, both sides' work stands on both sides."""
    text = PLAN_TEXT.replace("required = true, conflict = ", "conflict = ")
    objective = text.index("[objective.write.fields]")
    asked = text[objective:].replace('"crm_unless_blank"', '"merge"', 1)
    crm = MemoryCrm(now=NOW, schema={name: make_plan_schema(name) for name in PLAN_OBJECTS})
    world = make_world(accounts=1, crm=crm, mapping=MAPPING_TEXT + text[:objective] + asked)
    world.first_night()
    night(world)
    ref, mine = an_objective(world)
    world.store.save_objectives([replace(mine, title="a\nb\nc")])
    night(world)
    both_move_objective(world, "name", "a\nb\nc\ntheirs", title="ours\na\nb\nc")
    assert an_objective(world)[1].title == "ours\na\nb\nc\ntheirs"
    assert world.crm.values("objective", ref)["name"] == "ours\na\nb\nc\ntheirs"
    assert world.store.conflicts(everything=True) == []


@pytest.mark.guarantee("INV4", "G2")
def test_a_status_that_the_mapping_has_no_word_for_is_theirs_to_keep() -> None:
    """Under ``newest`` too: what cannot be taken over was not agreed on, and is not overwritten."""
    world = make_plan_world()
    world.first_night()
    night(world)
    ((ref, _row),) = world.crm.live("plan").items()
    world.crm.edit("plan", ref, {"status": "on hold, says the board"})
    world.advance(timedelta(days=9))
    night(world)
    night(world)
    assert world.crm.values("plan", ref)["status"] == "on hold, says the board"
