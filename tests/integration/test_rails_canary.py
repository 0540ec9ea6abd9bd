"""The canary: the first records of a large run are read back before the rest follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from kam_connector.model.change import Change, PushResult
from kam_connector.model.kind import Row
from kam_connector.model.run import RunState
from kam_connector.sync.context import Rails
from kam_connector.sync.outbox import waiting_items
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.world import World, make_world
from tests.guarantees import Figures

CANARY = 4
_RAILS = Rails(quiet=timedelta(0), canary=CANARY)


class Meddling:
    """A CRM with a rule of its own: whatever we write to an account, it sets more."""

    def __init__(self, crm: MemoryCrm, sets: Row, *, most: int = 1000) -> None:
        self._crm = crm
        self._sets = sets
        self._most = most

    def push(self, batch: Sequence[Change], **options: Any) -> Sequence[PushResult]:
        """Write, and let the rule have its way with some of it."""
        results = self._crm.push(batch, **options)
        for change in [one for one in batch if one.object == "account"][: self._most]:
            self._crm.edit("account", change.ref or "", self._sets)
        return results

    def __getattr__(self, name: str) -> Any:
        return getattr(self._crm, name)


def large_world(sets: Row | None = None, *, most: int = 1000) -> World:
    """Return five accounts, all to be written for the first time, with what the CRM sets."""
    world = make_world(accounts=5, rails=_RAILS)
    return world if sets is None else world.with_(crm=Meddling(world.crm, sets, most=most))


def waiting(world: World) -> int:
    """Return how many records wait in the outbox."""
    return sum(1 for _ in waiting_items(world.ctx))


@pytest.mark.guarantee("G22")
def test_a_field_that_does_not_hold_stops_the_run_after_the_canary(figure: Figures) -> None:
    """The CRM cuts our verdict: four records were written, the rest was not, the field is named."""
    world = large_world({"kam_tier": "a"})
    report = world.first_night()
    assert report.state is RunState.HELD
    assert [one.code for one in report.guards] == ["KAM-5105"]
    assert "account.kam_tier of" in report.guards[0].message
    assert waiting(world) > CANARY
    figure("G22", f"{world.writes()} records written by a wrong rule, {waiting(world)} kept back",
           met=world.writes() == CANARY)  # fmt: skip


@pytest.mark.guarantee("G22")
def test_people_see_their_fields_change_and_the_run_stops() -> None:
    """Our write is right, and a rule of the CRM empties the city of every account with it."""
    report = large_world({"city": "Nowhere"}).first_night()
    assert report.state is RunState.HELD
    assert "account.city, a field that people edit" in report.guards[0].message


def test_one_person_at_work_stops_nobody() -> None:
    """A city that changes on one record in that moment is a person's."""
    world = large_world({"city": "Paris"}, most=1)
    assert world.first_night().state is RunState.DONE
    assert waiting(world) == 0


def test_a_canary_that_holds_lets_the_rest_follow() -> None:
    """Everything is written, each record once."""
    world = large_world()
    assert world.first_night().state is RunState.DONE
    records = [(one.change.object, one.ref) for one in world.crm.writes]
    assert len(records) == len(set(records)) > 2 * CANARY


@pytest.mark.guarantee("G22")
def test_nothing_goes_on_by_itself_after_a_failed_canary() -> None:
    """The next nights preview and say why; not one record more is written."""
    world = large_world({"kam_tier": "a"})
    world.first_night()
    before = world.writes()
    world.advance(timedelta(days=1))
    report = world.run()
    assert (report.state, report.guards[0].code) == (RunState.HELD, "KAM-5105")
    assert world.writes() == before


def test_a_person_who_resumes_sends_the_rest() -> None:
    """The rule was mended in the CRM: what waited goes out."""
    world = large_world({"kam_tier": "a"})
    world.first_night()
    mended = world.with_(crm=world.crm)
    mended.store.lift_stop("acme")
    mended.advance()
    assert mended.run().state is RunState.DONE
    assert waiting(mended) == 0


def test_undoing_the_run_takes_the_canary_back_and_ends_the_stop() -> None:
    """What the first records held stands there again, and nothing waits any more."""
    world = large_world({"city": "Nowhere"})
    report = world.first_night()
    world.undo(report.run_id)
    assert world.store.stops() == []
    assert waiting(world) == 0
    assert {row["kam_tier"] for row in world.crm.live("account").values()} == {None}


@pytest.mark.parametrize("canary", [0, 25], ids=["turned off", "small run"])
def test_a_small_run_pays_nothing_for_it(canary: int) -> None:
    """No record is read twice where nothing is split."""
    world = make_world(accounts=2, rails=Rails(quiet=timedelta(0), canary=canary))
    report = world.first_night()
    assert report.state is RunState.DONE
    shown = {one.rail: one.said for one in report.rails}["canary"]
    assert shown.startswith("none for")
