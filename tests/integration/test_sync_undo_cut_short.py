"""An undo that ends half-way leaves its words: the next run, or the next undo, knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.audit import Act
from kam_connector.model.preview import OutboxState
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.stumbling import Stumbling
from tests.factories.world import World, make_world

pytestmark = pytest.mark.guarantee("G23", "G33")


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    """Two accounts in a file, written once; the undo carried out, and its first answer lost."""
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=2)
    run = world.first_night()
    world.advance()
    with pytest.raises(CrmUnavailable):
        Stumbling.over(world, [MemoryFault.DROP_ACK]).undo(run.run_id)
    return world


def _announced(world: World) -> list[Any]:
    return world.store.outbox("acme", states=[OutboxState.UNDOING])


def _undone(world: World) -> set[tuple[Any, ...]]:
    log = world.store.audit_log(act=Act.FIELD_UNDONE, limit=1000)
    return {(one.ref, one.field, "answer" in one.facts) for one in log}


def _run_id(world: World) -> str:
    return min(entry.run_id for entry in world.journal())


def test_what_is_about_to_go_back_stands_in_the_outbox_first(world: World) -> None:
    """The records of the batch without an answer, with both values and the run they undo."""
    announced = _announced(world)
    assert {item.run_id for item in announced} == {_run_id(world)}
    assert {item.change.ref for item in announced} == {"a0", "a1"}
    assert _undone(world) == set()


def test_the_next_run_notes_what_went_back_and_does_not_write_it_again(world: World) -> None:
    """Its report says which undo was cut short; the audit log has an entry for each field."""
    sent = {
        (item.change.ref, one.field) for item in _announced(world) for one in item.change.fields
    }
    before = world.crm_state()["account"]
    report = world.run()
    assert any("was cut short" in note and _run_id(world) in note for note in report.notes)
    assert _undone(world) == {(*place, False) for place in sent}
    assert (_announced(world), world.crm_state()["account"]) == ([], before)
    taken_back = {(entry.ref, entry.field) for entry in world.journal() if entry.undone_at}
    shown = {(change.ref, one.field) for change in report.changes for one in change.fields}
    assert taken_back == sent
    assert not shown & sent


def test_the_same_undo_goes_on_where_the_first_one_ended(world: World) -> None:
    """Every field goes back, and each is in the audit log once."""
    report = world.undo(_run_id(world))
    log = world.store.audit_log(act=Act.FIELD_UNDONE, limit=1000)
    assert (report.left, report.refused, _announced(world)) == ((), (), [])
    assert len({(one.ref, one.field) for one in log}) == len(log)
    assert all(entry.undone_at for entry in world.journal())


def test_what_a_person_wrote_over_it_since_is_logged_as_unsure(world: World) -> None:
    """Nobody can tell any more whether our old value arrived: the log says so, the value stays."""
    world.crm.edit("account", "a0", {"next_review": "2027-05-05"})
    report = world.undo(_run_id(world))
    assert ("a0", "next_review", True) in _undone(world)
    assert world.crm.values("account", "a0")["next_review"] == "2027-05-05"
    assert [(kept.ref, kept.field) for kept in report.left] == [("a0", "next_review")]
