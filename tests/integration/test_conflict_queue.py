"""What both sides moved waits for a person, and nothing else waits with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam_connector.errors import UsageError
from kam_connector.model.conflict import Conflict, ConflictState, Taken
from kam_connector.sync.deciding import conflict_of
from tests.factories.conflicts import (
    MANUAL,
    OURS,
    THEIRS,
    ask_world,
    both_move,
    decide,
    night,
    our_date,
)
from tests.factories.stumbling import Interrupting
from tests.factories.world import World, make_world


@pytest.fixture(name="world")
def _world() -> World:
    """One account, all agreed."""
    return ask_world()


def crm_date(world: World, ref: str = "a0") -> object:
    """Return what the CRM holds."""
    return world.crm.values("account", ref)["next_review"]


def layer_date(world: World, ref: str = "a0") -> str | None:
    """Return what the layer holds."""
    plan = world.store.plan(world.account(ref))
    return plan.next_review.isoformat() if plan and plan.next_review else None


def the_conflict(world: World) -> Conflict:
    """Return the only conflict there ever was."""
    (found,) = world.store.conflicts(everything=True)
    return found


@pytest.mark.guarantee("INV4", "G2", "G3")
def test_what_both_moved_is_overwritten_on_neither_side(world: World) -> None:
    """It waits, with the value agreed on, theirs and ours; night after night."""
    agreed = crm_date(world)
    waiting = both_move(world)
    night(world)
    assert (crm_date(world), layer_date(world)) == (THEIRS, OURS)
    assert (waiting.base, waiting.theirs, waiting.ours) == (agreed, THEIRS, OURS)
    assert (waiting.field, waiting.path, waiting.label) == (
        "next_review",
        "plan.next_review",
        "Company a0",
    )
    assert world.store.conflicts() == [waiting]


@pytest.mark.guarantee("INV4", "INV7")
def test_a_conflict_blocks_neither_other_fields_nor_other_records() -> None:
    """An empty date that both filled waits at the first write; all else is written."""
    world = make_world(accounts=2, mapping=MANUAL)
    world.preview()
    world.crm.edit("account", "a0", {"next_review": THEIRS})
    world.advance()
    world.first_night()
    assert [(one.ref, one.base) for one in world.store.conflicts()] == [("a0", None)]
    assert crm_date(world) == THEIRS
    assert world.crm.values("account", "a0")["kam_tier"] == "A"
    assert crm_date(world, "a1") == layer_date(world, "a1")


def test_one_side_alone_needs_no_person(world: World) -> None:
    """Only ours moved: written. Only theirs: taken over. Nothing waits."""
    our_date(world, OURS)
    night(world)
    assert crm_date(world) == OURS
    world.crm.edit("account", "a0", {"next_review": THEIRS})
    night(world)
    assert layer_date(world) == THEIRS
    assert world.store.conflicts(everything=True) == []


@pytest.mark.parametrize("day", ["2027-03-03", "2026-12-31"])
def test_a_date_emptied_on_one_side_is_an_edit_too(world: World, day: str) -> None:
    """Empty against another value waits like any two."""
    waiting = both_move(world, theirs=None, ours=day)
    assert (crm_date(world), layer_date(world), waiting.theirs) == (None, day, None)


@pytest.mark.guarantee("INV4", "G2")
def test_ours_is_written_if_theirs_is_what_was_seen(world: World) -> None:
    """The decision names its author, and ends when the CRM holds it."""
    decide(world, both_move(world), Taken.OURS)
    night(world)
    ended = the_conflict(world)
    assert (crm_date(world), layer_date(world)) == (OURS, OURS)
    assert (ended.state, ended.decided_by) == (ConflictState.CLOSED, "ada")
    assert "ada: ours" in ended.note


@pytest.mark.guarantee("INV4", "G2")
def test_ours_is_not_written_over_another_edit(world: World) -> None:
    """The person goes on editing: the question comes again with the newest value."""
    decide(world, both_move(world), Taken.OURS)
    world.crm.edit("account", "a0", {"next_review": "2027-09-09"})
    night(world)
    again = the_conflict(world)
    assert crm_date(world) == "2027-09-09"
    assert (again.state, again.theirs, again.decision) == (
        ConflictState.OPEN,
        "2027-09-09",
        None,
    )
    assert "moved on after ada decided" in again.note


@pytest.mark.guarantee("INV4", "G2", "G4")
@pytest.mark.parametrize("call", ["read", "push"])
def test_ours_is_not_written_over_an_edit_of_the_last_moment(world: World, call: str) -> None:
    """Between preview and write, or while we write, the person is faster."""
    decide(world, both_move(world), Taken.OURS)
    world.advance()
    shown = world.preview()
    world.advance()

    def edit() -> None:
        world.crm.advance(1.0)
        world.crm.edit("account", "a0", {"next_review": "2027-09-09"})

    Interrupting.before(world, call, edit).approve(shown)
    again = the_conflict(world)
    assert crm_date(world) == "2027-09-09"
    assert (again.state, again.theirs, again.ours) == (ConflictState.OPEN, "2027-09-09", OURS)


@pytest.mark.guarantee("INV4", "G2", "G4")
def test_an_edit_between_preview_and_write_joins_the_queue(world: World) -> None:
    """At once: the person who approved finds it there, and the run says so as well."""
    our_date(world, OURS)
    shown = world.preview()
    world.crm.edit("account", "a0", {"next_review": THEIRS})
    world.advance()
    report = world.approve(shown)
    waiting = the_conflict(world)
    assert [kept.field for kept in report.conflicts] == ["next_review"]
    assert (waiting.theirs, waiting.ours, waiting.state) == (THEIRS, OURS, ConflictState.OPEN)
    assert crm_date(world) == THEIRS


def test_theirs_enters_the_layer(world: World) -> None:
    """And nothing is written for it."""
    decide(world, both_move(world), Taken.THEIRS)
    night(world)
    assert (crm_date(world), layer_date(world)) == (THEIRS, THEIRS)
    assert the_conflict(world).state is ConflictState.CLOSED


def test_theirs_does_not_end_another_edit_of_ours(world: World) -> None:
    """Our colleague went on too: their new date is not thrown away by an older decision."""
    decide(world, both_move(world), Taken.THEIRS)
    our_date(world, "2027-06-06")
    night(world)
    again = the_conflict(world)
    assert layer_date(world) == "2027-06-06"
    assert (again.state, again.ours) == (ConflictState.OPEN, "2027-06-06")
    assert "our value moved on" in again.note


def test_a_value_goes_both_ways(world: World) -> None:
    """Into the layer by the merge, into the CRM by the same run's write."""
    decide(world, both_move(world), Taken.VALUE, "2027-02-02")
    night(world)
    assert (crm_date(world), layer_date(world)) == ("2027-02-02", "2027-02-02")
    assert the_conflict(world).state is ConflictState.CLOSED


def test_a_value_is_not_put_over_another_edit(world: World) -> None:
    """Neither side: it was meant for what was seen."""
    decide(world, both_move(world), Taken.VALUE, "2027-02-02")
    world.crm.edit("account", "a0", {"next_review": "2027-09-09"})
    night(world)
    assert (crm_date(world), layer_date(world)) == ("2027-09-09", OURS)
    assert the_conflict(world).state is ConflictState.OPEN


@pytest.mark.parametrize("value", ["next week", "", "2027-13-01"])
def test_a_value_that_no_side_can_hold_is_refused(world: World, value: str) -> None:
    """Before anything is decided."""
    waiting = both_move(world)
    with pytest.raises(UsageError, match="holds a day") as caught:
        decide(world, waiting, Taken.VALUE, value)
    assert caught.value.code == "KAM-7093"
    assert the_conflict(world).state is ConflictState.OPEN


@pytest.mark.parametrize(("side", "stands"), [("theirs", OURS), ("ours", THEIRS), ("agree", OURS)])
def test_a_conflict_ends_by_itself(world: World, side: str, stands: str) -> None:
    """One side goes back to what was agreed, or comes round to the other's value."""
    waiting = both_move(world)
    moves = {
        "theirs": lambda: world.crm.edit("account", "a0", {"next_review": waiting.base}),
        "ours": lambda: our_date(world, str(waiting.base)),
        "agree": lambda: world.crm.edit("account", "a0", {"next_review": OURS}),
    }
    moves[side]()
    night(world)
    night(world)
    ended = the_conflict(world)
    assert (crm_date(world), layer_date(world)) == (stands, stands)
    assert ended.state is ConflictState.CLOSED
    assert ended.note


def test_what_was_agreed_after_a_conflict_is_the_new_base(world: World) -> None:
    """Both came to one date: a later move of ours alone is written, not asked about."""
    both_move(world)
    our_date(world, THEIRS)
    night(world)
    our_date(world, "2027-06-06")
    night(world)
    assert crm_date(world) == "2027-06-06"


def test_a_waiting_conflict_shows_the_newest_values(world: World) -> None:
    """Since when it waits stays; what is to be decided is of today."""
    waiting = both_move(world)
    world.crm.edit("account", "a0", {"next_review": "2027-09-09"})
    our_date(world, "2027-06-06")
    night(world)
    newest = the_conflict(world)
    assert (newest.theirs, newest.ours) == ("2027-09-09", "2027-06-06")
    assert (newest.since, newest.base) == (waiting.since, waiting.base)


def test_a_conflict_ends_with_its_record(world: World) -> None:
    """Deleted in the CRM: there is nothing to decide."""
    waiting = both_move(world)
    world.crm.delete("account", "a0")
    night(world)
    ended = the_conflict(world)
    assert ended.state is ConflictState.CLOSED
    assert "deleted" in ended.note
    with pytest.raises(UsageError, match="has ended") as caught:
        decide(world, waiting, Taken.OURS)
    assert caught.value.code == "KAM-7092"


def test_a_conflict_ends_with_its_rule(world: World) -> None:
    """The admin lets somebody win by rule: nobody is asked any more."""
    both_move(world)
    plain = replace(
        world.ctx.mapping.writes[0],
        rules=tuple(replace(one, policy="kam") for one in world.ctx.mapping.writes[0].rules),
    )
    writes = (plain, *world.ctx.mapping.writes[1:])
    night(world.with_(mapping=replace(world.ctx.mapping, writes=writes)))
    assert the_conflict(world).state is ConflictState.CLOSED
    assert "no longer asks" in the_conflict(world).note


@pytest.mark.guarantee("INV5")
def test_a_decided_conflict_makes_no_echo(world: World) -> None:
    """Once carried out, nothing is written and nothing asked any more."""
    decide(world, both_move(world), Taken.OURS)
    night(world)
    written = world.writes()
    night(world)
    assert world.writes() == written
    assert world.store.conflicts() == []


def test_undo_leaves_what_was_decided_undone(world: World) -> None:
    """The person's old value is back, is taken over by nobody, and is not overwritten."""
    decide(world, both_move(world), Taken.OURS)
    world.advance()
    report = world.run()
    world.undo(report.run_id)
    night(world)
    assert crm_date(world) == THEIRS


def test_an_unknown_number_is_told(world: World) -> None:
    """With the command that lists them."""
    with pytest.raises(UsageError, match="no conflict deadbeef") as caught:
        conflict_of(world.store, "deadbeef")
    assert caught.value.code == "KAM-7043"
