"""Texts and lists that both sides edited are joined, and stay joined."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from kam_connector.model.conflict import ConflictState, Taken
from kam_connector.model.kind import JsonValue
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.conflicts import decide, night
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.plans import PLAN_OBJECTS, PLAN_TEXT, make_judged_objective, make_plan_schema
from tests.factories.world import NOW, World, make_world

_LINES = 'why = { from = "reason", conflict = "merge" }'
_ITEMS = 'why = { from = "reason", type = "list", conflict = "merge" }'
MINE = make_judged_objective(reason="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One objective whose reason both sides edit."""

    world: World
    ref: str

    @property
    def theirs(self) -> JsonValue:
        """What the CRM holds."""
        return self.world.crm.values("objective", self.ref)["why"]

    @property
    def ours(self) -> str:
        """What the layer holds."""
        return next(one.reason for one in self.world.store.objectives() if one.id == MINE.id)

    def edit(self, theirs: JsonValue) -> None:
        """Let a person edit the record."""
        self.world.crm.edit("objective", self.ref, {"why": theirs})

    def write(self, ours: str) -> None:
        """Let Claire edit the objective."""
        keep(self.world, ours)


def keep(world: World, reason: str) -> None:
    """Keep Claire's objective with a reason."""
    world.store.save_objectives([replace(MINE, account_id=world.account("a0"), reason=reason)])


def shared(reason: str, rule: str = _LINES) -> Shared:
    """Return a world in which both sides hold the same reason."""
    text = PLAN_TEXT.replace('why = { from = "reason", conflict = "crm_unless_blank" }', rule)
    crm = MemoryCrm(now=NOW, schema={name: make_plan_schema(name) for name in PLAN_OBJECTS})
    world = make_world(accounts=1, crm=crm, mapping=MAPPING_TEXT + text)
    world.first_night()
    keep(world, reason)
    night(world)
    night(world)
    (ref,) = [ref for ref, row in crm.live("objective").items() if row["kam_key"] == MINE.id]
    return Shared(world=world, ref=ref)


@pytest.mark.guarantee("INV4", "G2")
@pytest.mark.parametrize(
    ("rule", "base", "theirs", "ours", "joined"),
    [
        (_LINES, "a\nb\nc", "a\nb\nc\ntheirs", "ours\na\nb\nc", "ours\na\nb\nc\ntheirs"),
        (_ITEMS, "a;b", "a;b;theirs", "ours;a", "a;ours;theirs"),
    ],
)
def test_both_sides_work_stands_in_the_crm(
    rule: str, base: str, theirs: str, ours: str, joined: str
) -> None:
    """Joined, written once, and quiet from then on."""
    both = shared(base, rule)
    both.edit(theirs)
    both.write(ours)
    night(both.world)
    assert both.theirs == joined
    written = both.world.writes()
    night(both.world)
    assert (both.theirs, both.world.writes()) == (joined, written)
    assert both.world.store.conflicts(everything=True) == []


@pytest.mark.guarantee("INV4", "G2", "INV5")
def test_what_people_added_outlives_our_next_edit() -> None:
    """We compute our text anew each night, without their line: it stays all the same."""
    both = shared("a\nb\nc")
    both.edit("a\nb\nc\ntheirs")
    both.write("ours\na\nb\nc")
    night(both.world)
    both.write("ours again\na\nb\nc")
    night(both.world)
    assert both.theirs == "ours again\na\nb\nc\ntheirs"
    both.edit("ours again\na\nb\nc\ntheirs, longer")
    both.write("once more\na\nb\nc")
    night(both.world)
    assert both.theirs == "once more\na\nb\nc\ntheirs, longer"
    assert both.ours == "once more\na\nb\nc"


def test_undoing_a_join_brings_the_persons_text_back() -> None:
    """And it is not overwritten by ours alone, nor joined again by itself."""
    both = shared("a\nb\nc")
    both.edit("a\nb\nc\ntheirs")
    both.write("ours\na\nb\nc")
    both.world.advance()
    report = both.world.run()
    both.world.undo(report.run_id)
    night(both.world)
    assert both.theirs == "a\nb\nc\ntheirs"


@pytest.mark.guarantee("INV4", "G2")
def test_edits_that_overlap_wait_and_theirs_is_kept() -> None:
    """Never silently one side; a decision ends it."""
    both = shared("a\nb\nc")
    both.edit("a\ntheirs\nc")
    both.write("a\nours\nc")
    night(both.world)
    (waiting,) = both.world.store.conflicts()
    assert (both.theirs, both.ours) == ("a\ntheirs\nc", "a\nours\nc")
    assert (waiting.policy, waiting.base) == ("merge", "a\nb\nc")
    decide(both.world, waiting, Taken.OURS)
    night(both.world)
    assert both.theirs == "a\nours\nc"
    assert both.world.store.conflicts() == []


def test_edits_that_come_apart_again_end_the_question() -> None:
    """The person takes their line elsewhere while it waits: joined, without a decision."""
    both = shared("a\nb\nc")
    both.edit("a\ntheirs\nc")
    both.write("a\nours\nc")
    night(both.world)
    both.edit("a\nb\nc\ntheirs")
    night(both.world)
    (ended,) = both.world.store.conflicts(everything=True)
    assert both.theirs == "a\nours\nc\ntheirs"
    assert (ended.state, ended.note) == (ConflictState.CLOSED, "both sides' changes were joined")


def test_a_decision_after_a_join_counts_from_todays_values() -> None:
    """Joined before, overlapping now: ours is taken, and a later edit of theirs stays theirs."""
    both = shared("a\nb\nc")
    both.edit("a\nb\nc\ntheirs")
    both.write("ours\na\nb\nc")
    night(both.world)
    both.edit("mine\na\nb\nc\ntheirs")
    both.write("no, ours\na\nb\nc")
    night(both.world)
    (waiting,) = both.world.store.conflicts()
    decide(both.world, waiting, Taken.OURS)
    night(both.world)
    assert both.theirs == "no, ours\na\nb\nc"
    both.edit("no, ours\na\nb\nc\nand theirs")
    night(both.world)
    assert both.theirs == "no, ours\na\nb\nc\nand theirs"
