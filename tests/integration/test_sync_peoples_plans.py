"""What people add to a plan lives beside what rules made, in the CRM as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kam_connector.kam.plan.approval import Seal, put_forward, seal
from kam_connector.kam.plan.page import plan_page
from kam_connector.kam.plan.snapshot import plan_content
from kam_connector.kam.plan_today import plan_today
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Action, Nature, Objective, ObjectiveStatus
from kam_connector.model.plan_content import PlanSection, PlanVersion, SectionKind
from kam_connector.sync.derive import HISTORY
from tests.factories.plans import make_judged_objective, make_plan_world, standing
from tests.factories.world import World

JUDGED = make_judged_objective()


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    """One account with a plan in the CRM, pulled once since."""
    world = make_plan_world(tmp_path)
    world.first_night()
    world.advance()
    world.run()
    return world


def night(world: World, days: int = 1) -> None:
    """Another night, some days later."""
    world.advance(timedelta(days=days))
    world.run()


def add(world: World, **changes: object) -> Objective:
    """Keep a person's objective."""
    mine = replace(JUDGED, account_id=world.account("a0"), **changes)  # type: ignore[arg-type]
    world.store.save_objectives([mine])
    return mine


def known(world: World, id_: str) -> Objective:
    """Return an objective as it is stored."""
    (found,) = [one for one in world.store.objectives() if one.id == id_]
    return found


def test_a_judged_objective_is_a_record_without_a_measure(world: World) -> None:
    """A measure wants a target number; a judgement has none."""
    mine = add(world)
    night(world)
    records = standing(world)
    assert [row["name"] for row in records["objective"] if row["kam_key"] == mine.id] == [
        "Be asked to the board"
    ]
    assert (len(records["objective"]), len(records["measure"])) == (5, 4)
    assert known(world, mine.id) == mine


def test_a_counted_objective_of_a_person_is_measured(world: World) -> None:
    """By what the layer knows; nothing else of it changes."""
    mine = add(
        world,
        nature=Nature.QUANTITATIVE,
        metric="relationship.score",
        target=Decimal(80),
        baseline=Decimal(10),
    )
    night(world)
    after = known(world, mine.id)
    assert replace(after, last=None) == mine
    assert after.last is not None
    assert len(standing(world)["measure"]) == 5


def test_a_person_closes_their_objective_in_the_crm(world: World) -> None:
    """As with any other: it comes back, and stays."""
    mine = add(world)
    night(world)
    (ref,) = [ref for ref, row in world.crm.live("objective").items() if row["kam_key"] == mine.id]
    world.crm.edit("objective", ref, {"status": "over"})
    night(world)
    assert known(world, mine.id).status is ObjectiveStatus.CLOSED


def test_a_year_later_the_methods_objectives_begin_anew(world: World) -> None:
    """Last year's records are over; this year's stand beside them, under the same plan."""
    night(world, days=366)
    rows = standing(world)["objective"]
    names = [row["name"] for row in rows if row["status"] == "running"]
    assert len({row["plan"] for row in rows}) == 1
    assert len(rows) == 7
    assert len(names) == 3


def test_an_objective_that_a_person_gave_more_time_goes_on(world: World) -> None:
    """It is not asked twice."""
    (ref,) = [
        ref
        for ref, row in world.crm.live("objective").items()
        if "relationship" in str(row["name"])
    ]
    world.crm.edit("objective", ref, {"due": "2028-12-31"})
    night(world)
    night(world, days=366)
    names = [row["name"] for row in standing(world)["objective"]]
    assert sum("relationship" in str(name) for name in names) == 1


def test_an_action_that_a_person_asked_for_becomes_their_task(world: World) -> None:
    """In the same queue as those of the rules."""
    owner = next(one.id for one in world.store.users())
    mine = Action(
        id="act-own",
        account_id=world.account("a0"),
        title="Invite them to the plant",
        reason="They asked what we build",
        due=date(2027, 1, 15),
        owner_id=owner,
        severity="critical",
        created_on=world.crm.now.date(),
        made_by="Claire",
        success_indicator="Three of them come",
    )
    done = [replace(one, severity="info") for one in world.store.actions()]
    world.store.save_actions([*done, mine])
    night(world)
    assert world.action(mine.id).made_by == "Claire"
    assert world.action(mine.id).success_indicator == "Three of them come"


def test_an_erased_name_is_no_tampering(world: World) -> None:
    """The version says that its seal fits no more, and why; the words lose the name alone."""
    world.crm.edit("contact", "a0-x", {"name": "Xenia Aubert"})
    world.advance()
    world.preview()
    account_id = world.account("a0")
    (found,) = world.store.facts([account_id], since=world.crm.now - HISTORY)
    person = next(one for one in found.contacts if one.name == "Xenia Aubert")
    words = PlanSection(
        id="sec",
        account_id=account_id,
        kind=SectionKind.RELATIONSHIPS,
        body=f"{person.name} opens doors.",
        written_by="Claire",
        written_on=world.crm.now.date(),
    )
    world.store.keep([words], by="Claire", at=world.crm.now)
    (facts,) = world.store.facts([account_id], since=world.crm.now - HISTORY)
    basis = plan_today(facts, as_of=world.crm.now.date(), now=world.crm.now)
    assert plan_page(basis).account_id == account_id
    made = put_forward([], account_id, plan_content(basis), by="Claire", at=world.crm.now)
    world.store.keep([made], by="Claire", at=world.crm.now)
    forget(world, person.id)
    (after,) = world.store.kept(PlanVersion)
    (left,) = world.store.kept(PlanSection)
    assert person.name not in after.content
    assert (seal(made), seal(after)) == (Seal.INTACT, Seal.ERASED)
    assert left.body == "(forgotten) opens doors."


def forget(world: World, contact_id: str) -> None:
    """Erase one person, as a CRM's privacy deletion asks."""
    ((connection, ref),) = world.store.refs(Kind.CONTACT, [contact_id])[contact_id]
    assert world.store.forget(connection, Kind.CONTACT, ref)
