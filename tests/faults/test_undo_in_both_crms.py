"""G23 over the real adapters: random runs, random edits of people, an undo, and the same again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from kam_connector.sync.undo import undo_run
from kam_sandbox import people
from tests.faults.people import People
from tests.faults.plain import plain
from tests.faults.prepared import Place, Start, started, writing_requests
from tests.faults.rig import Rig
from tests.faults.runner import alike
from tests.guarantees import Figures

RUNS = (0, 1)
"""Seeds of the runs: the first writing, and a night with news of its own."""
EDITS = range(6)
"""Seeds of what people did between each run and its undo."""
ACTS = (
    "review_moved", "review_emptied", "task_begun", "task_done", "task_deleted", "task_owner",
    "account_renamed", "contact_title", "contact_deleted", "other_task",
)  # fmt: skip
Values = dict[Place, Any]


@dataclass(slots=True)
class Undone:
    """What came of the undos of one CRM; lists say what is wrong, by place."""

    counts: Counter[str] = field(default_factory=Counter)
    not_back: list[str] = field(default_factory=list)
    not_withdrawn: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    """What people changed, or we never wrote, and the undo changed."""


@pytest.fixture(scope="module", name="undone", params=["salesforce", "hubspot"])
def _undone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Undone]:
    """Live every run with every set of edits, and undo it twice."""
    undone = Undone()
    for seed in RUNS:
        start = started(request.param, tmp_path_factory.mktemp("undo"), seed)
        for edits in EDITS:
            with alike(edits):
                _live(start, Random(f"{seed}-{edits}"), undone)
    return request.param, undone


def _live(start: Start, dice: Random, undone: Undone) -> None:
    rig = start.copy()
    edited = _edited(rig, start, dice)
    rig.advance(hours=1)
    there = _values(rig)
    with rig.process() as process:
        undo_run(process.ctx, start.run_id, dry_run=False)
    rig.advance(hours=1)
    asked, back = len(rig.world.log.entries()), _values(rig)
    with rig.process() as process:
        again = undo_run(process.ctx, start.run_id, dry_run=False)
    undone.counts["again"] += writing_requests(rig, asked) + again.restored + again.withdrawn
    undone.counts["again"] += _values(rig) != back
    _judge(rig, start, edited, (there, back), undone)


def _edited(rig: Rig, start: Start, dice: Random) -> set[Place]:
    """Let people work: in fields that we wrote, and elsewhere; return which fields changed."""
    begun = len(rig.records.history)
    ours = sorted(start.before)
    for place in dice.sample(ours, dice.randrange(len(ours) // 2)):
        value = _other(rig.records.get(place.object, place.id).fields.get(place.field), dice)
        _set(rig, place, value)
    who = People(rig.skin, rig.world)
    for what in dice.sample(ACTS, 4):
        with suppress(ValueError):
            who.act(what, dice.randrange(1000))
    edits = rig.records.history[begun:]
    assert {one.by for one in edits}.isdisjoint({rig.skin.us})
    return {Place(one.object, one.id, one.field) for one in edits}


def _set(rig: Rig, place: Place, value: Any) -> None:
    wanted = {"object": place.object, "id": place.id, "set": {place.field: value}}
    with suppress(ValueError):  # a choice that the CRM does not know
        people.edit(rig.world, rig.skin.crm, {"by": rig.skin.person(rig.world), **wanted})


def _other(value: Any, dice: Random) -> Any:
    """Return what a person may put in a value's place, now and then nothing."""
    text = plain(value) or ""
    if text in ("true", "false"):
        return text == "false"
    if dice.random() < 0.2:
        return None
    with suppress(ValueError):
        return (date.fromisoformat(text) + timedelta(days=dice.randrange(1, 300))).isoformat()
    return str(int(text) + 1) if text.isdigit() else f"person {dice.randrange(1000)}"


def _values(rig: Rig) -> Values:
    """Return every value of every live record in the CRM."""
    return {
        Place(object_, one.id, name): plain(value)
        for object_ in rig.records.objects()
        for one in rig.records.all(object_)
        for name, value in one.fields.items()
        if value not in (None, "", False)
    }


def _judge(
    rig: Rig, start: Start, edited: set[Place], sides: tuple[Values, Values], undone: Undone
) -> None:
    there, back = sides
    gone = {(one.object, one.id) for one in edited if one.field == "@deleted"}
    mine = {one for one in start.before if one not in edited and one[:2] not in gone}
    status = {Place(*one, rig.skin.names.status) for one in start.made if one not in gone}
    theirs = {one for one in status if one in edited}
    undone.counts += Counter(
        undos=1, mine=len(mine), edited=len(edited), made=len(status - theirs),
        met=len(edited & start.before.keys()),
    )  # fmt: skip
    undone.not_back += [str(one) for one in mine if _at(start.before, one) != back.get(one)]
    left = [one for one in status - theirs if back.get(one) != rig.skin.withdrawn]
    undone.not_withdrawn += map(str, left)
    undone.touched += _others(there, back, mine | (status - theirs))


def _at(values: Values, place: Place) -> Any:
    value = values[place]
    return None if value in (None, "", False) else plain(value)


def _others(there: Values, back: Values, ours: Iterable[Place]) -> list[str]:
    """Return where two states differ, other than in our own places."""
    places = there.keys() | back.keys()
    return [str(one) for one in places.difference(ours) if there.get(one) != back.get(one)]


@pytest.mark.guarantee("G23")
def test_g23_all_that_nobody_touched_goes_back(undone: tuple[str, Undone], figure: Figures) -> None:
    """Every value we wrote and nobody changed is what it was; every task we made is withdrawn."""
    crm, found = undone
    counts = found.counts
    assert (found.not_back, found.not_withdrawn) == ([], [])
    said = f"{crm}: {counts['undos']} undos of {len(RUNS)} runs: {counts['mine']:,} values restored"
    figure("G23", f"{said}, {counts['made']} tasks withdrawn, 0 forgotten", met=counts["made"] > 3)


@pytest.mark.guarantee("G23")
def test_g23_nothing_else_changes(undone: tuple[str, Undone], figure: Figures) -> None:
    """No value that a person changed since, nor any that we never wrote, is another afterwards."""
    crm, found = undone
    edited, met = found.counts["edited"], found.counts["met"]
    assert found.touched == []
    said = f"{crm}: {edited} edits of people, {met} of them in values of the run: 0 touched"
    figure("G23", said, met=met > 20)


@pytest.mark.guarantee("G23")
def test_g23_undone_twice_is_undone_once(undone: tuple[str, Undone], figure: Figures) -> None:
    """The second undo sends no request that writes, and changes nothing."""
    crm, found = undone
    again, undos = found.counts["again"], found.counts["undos"]
    figure("G23", f"{crm}: {undos} second undos, {again} writes", met=again == 0 and undos > 0)
