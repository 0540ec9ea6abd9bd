"""CRM merges, matches across CRMs, and the order in which things arrive."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.model.kind import Kind
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.world import NOW, World, make_world, put_account


def _children(world: World) -> dict[str, object]:
    return {
        str(row.values["name"]): row.values["account"]
        for row in world.store.mirror_rows(Kind.CONTACT)
    }


@pytest.mark.parametrize("new_ref", [None, "merged"])
@pytest.mark.parametrize("order", [("a0", "a1", "a2"), ("a2", "a1", "a0"), ("a1", "a2", "a0")])
def test_inv10_every_child_resolves_to_the_survivor_of_a_chain(
    order: tuple[str, str, str], new_ref: str | None
) -> None:
    """Merged twice between two pulls, at one instant: all contacts stand with the survivor."""
    world = make_world(accounts=3)
    world.preview()
    world.advance()
    first, second, third = order
    survivor = world.crm.merge("account", first, second, new_ref=new_ref)
    last = world.crm.merge("account", survivor, third, new_ref=new_ref and "merged-again")
    world.advance()
    world.preview()
    assert set(_children(world).values()) == {world.account(last)}
    assert world.store.alias("acme", Kind.ACCOUNT, first) == last
    assert [account.id for account in world.store.accounts()] == [world.account(last)]


@pytest.mark.parametrize("order", [("a0", "a1"), ("a1", "a0")])
def test_inv10_a_child_that_still_names_the_loser_is_the_survivor_s(
    order: tuple[str, str],
) -> None:
    """A contact re-read in the same run with the old reference does not hang in the air."""
    world = make_world(accounts=2)
    world.preview()
    world.advance()
    loser, winner = order
    world.crm.merge("account", loser, winner)
    world.crm.edit("contact", f"{loser}-x", {"title": "CEO"})
    world.advance()
    world.preview()
    assert set(_children(world).values()) == {world.account(winner)}


def test_inv10_merged_accounts_keep_one_set_of_tasks() -> None:
    """After a merge the survivor is written, the loser is not, and nothing is refused."""
    world = make_world(accounts=2)
    world.first_night()
    world.advance()
    world.crm.merge("account", "a0", "a1")
    world.advance()
    report = world.run()
    assert report.refused == ()
    world.advance()
    before = world.writes()
    world.run()
    assert world.writes() == before


def test_a_record_merged_away_after_the_preview_is_left_alone() -> None:
    """Approved for a record that lost a merge meanwhile: the survivor is not touched by it."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.crm.merge("account", "a0", "a1")
    told = world.approve(shown).refused
    assert [line.split()[0] for line in told] == ["KAM-3220"]
    assert all(one.ref != "a0" for one in world.crm.writes)
    world.advance()
    report = world.run()
    assert report.refused == ()


def test_inv11_contacts_before_accounts_give_the_same_layer() -> None:
    """The sources' order in the file does not matter: references resolve either way."""
    from tests.factories.mapping import MAPPING_TEXT

    start, end = MAPPING_TEXT.index("[account]"), MAPPING_TEXT.index("[contact]")
    account = MAPPING_TEXT[start:end]
    moved = MAPPING_TEXT.replace(account, "").replace("[[activity]]", account + "[[activity]]", 1)
    assert moved.index("[contact]") < moved.index("[account]")
    plain, turned = make_world(), make_world(mapping=moved)
    assert turned.preview().changes == plain.preview().changes
    assert _children(turned) == _children(plain)


def _two_crms() -> tuple[World, World]:
    """The same company in two CRMs over one store."""
    first = make_world(accounts=1, connection="sf", source_order=("sf", "hs"))
    other = MemoryCrm(now=NOW, name="hs", org_ref="org-2")
    second = make_world(accounts=1, crm=other, connection="hs", source_order=("sf", "hs"))
    shared = World(crm=other, store=first.store, clock=first.clock, ctx=second.ctx)
    return first, shared.with_(store=first.store, clock=first.clock)


def test_one_company_in_two_crms_is_one_account() -> None:
    """Same domain, same name: one account, whose tasks go to its first CRM only."""
    first, second = _two_crms()
    first.preview()
    second.preview()
    (account,) = first.store.accounts()
    assert account.refs == (("sf", "a0"), ("hs", "a0"))
    assert account.home_connection == "sf"
    assert [one for one in second.preview().changes if one.ref is None] == []
    assert [one for one in first.preview().changes if one.ref is None] != []


def test_a_company_deleted_in_one_crm_lives_on_in_the_other() -> None:
    """Its values and its home move to the CRM that still has it, and stay there."""
    first, second = _two_crms()
    first.preview()
    second.preview()
    second.crm.edit("account", "a0", {"city": "Brest"})
    first.crm.advance(60)
    first.crm.delete("account", "a0")
    for world in (first, second):
        world.crm.advance(timedelta(hours=1))
        world.preview()
    second.crm.edit("account", "a0", {"city": "Nantes"})
    second.crm.advance(timedelta(hours=1))
    second.preview()
    (account,) = first.store.accounts()
    assert (account.city, account.home_connection) == ("Nantes", "hs")
    assert account.refs == (("hs", "a0"),)


def test_a_subsidiary_is_not_its_parent() -> None:
    """An account of another name on the same domain is proposed, never joined by itself."""
    first, second = _two_crms()
    put_account(second.crm, "a0", name="Quite Another Business")
    first.preview()
    second.preview()
    assert len(first.store.accounts()) == 2


def test_inv10_a_survivor_with_a_new_id_keeps_the_task_and_what_people_did(tmp_path: Path) -> None:
    """A merge that gives the survivor a new number neither withdraws a task nor asks again."""
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=2)
    world.first_night()
    world.advance()
    world.run()
    before = {ref: row["status"] for ref, row in world.tasks().items()}
    begun = next(ref for ref, row in world.tasks().items() if row["about"] == "a0")
    world.crm.edit("task", begun, {"due": "2027-02-02"})
    survivor = world.crm.merge("account", "a1", "a0", new_ref="a9")
    for _night in range(3):
        world.advance(timedelta(days=1))
        world.run()
    assert {ref: row["status"] for ref, row in world.tasks().items()} == before
    assert world.tasks()[begun]["due"] == "2027-02-02"
    assert {row["about"] for row in world.tasks().values()} == {survivor}


def test_inv10_a_date_emptied_right_after_a_merge_stays_empty() -> None:
    """The survivor has a new number and no base of its own: what was agreed before counts."""
    world = make_world(accounts=2)
    world.first_night()
    world.advance()
    survivor = world.crm.merge("account", "a1", "a0", new_ref="a9")
    world.crm.edit("account", survivor, {"next_review": None})
    for _night in range(2):
        world.advance()
        world.run()
    assert world.crm.values("account", survivor)["next_review"] is None
