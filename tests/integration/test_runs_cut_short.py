"""Runs that end half-way, and previews that something else overtakes, tell the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kam_connector.errors import CrmUnavailable, HeldError, Interrupted
from kam_connector.model.preview import OutboxState
from kam_connector.model.pull import Stream
from kam_connector.model.run import RunState
from kam_connector.sync.context import Rails
from kam_connector.sync.lease import STORE_LEASE
from kam_connector.sync.ledger import written_before
from kam_connector.sync.outbox import waiting_items
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.stumbling import Stumbling
from tests.factories.world import NOW, World, make_world


def _stopped_after_accounts(world: World) -> World:
    answers = iter([False])
    return world.with_(stopping=lambda: next(answers, True))


def test_the_ledger_of_an_interrupted_run_counts_what_it_wrote() -> None:
    """Two batches of work, stopped after the first: its records are in the run's counts."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.advance(timedelta(minutes=1))
    with pytest.raises(Interrupted):
        _stopped_after_accounts(world).approve(shown)
    (run,) = world.store.runs(connection="acme", limit=1)
    assert run.counts["written"] == 2
    assert run.counts["waiting"]


def test_what_an_interrupted_run_kept_is_told_by_the_next_one() -> None:
    """A person's date that a stopped run left alone is in the report of the run after it."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.crm.edit("account", "a0", {"next_review": "2027-03-01"})
    world.advance(timedelta(minutes=1))
    with pytest.raises(Interrupted):
        _stopped_after_accounts(world).approve(shown)
    world.advance(timedelta(minutes=1))
    told = [(one.ref, one.field, one.theirs) for one in world.run().conflicts]
    assert told == [("a0", "next_review", "2027-03-01")]
    world.advance(timedelta(minutes=1))
    assert world.run().conflicts == ()


def test_what_an_older_preview_left_waiting_gives_way_to_a_newer_one() -> None:
    """Approved, stopped, looked at again, approved: no record is written twice."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    with pytest.raises(Interrupted):
        _stopped_after_accounts(world).approve(shown)
    world.crm.edit("user", "u1", {"active": False})
    world.advance(timedelta(minutes=10))
    again = world.preview()
    written = world.writes()
    world.approve(again)
    assert [one for one in again.changes if one.object == "task"] == []
    assert [one for one in world.crm.writes[written:] if one.change.object == "task"] == []


def test_an_unanswered_record_of_an_older_preview_is_not_sent_beside_the_newer_one() -> None:
    """Its request never arrived: only the newer preview's record is written, and once."""
    world = make_world(accounts=1)
    shown = world.preview()
    world.enable()
    lost = [MemoryFault.DROP_BEFORE] * 3
    with pytest.raises(CrmUnavailable):
        Stumbling.over(world, lost).approve(shown)
    (sent,) = world.store.outbox("acme", states=[OutboxState.SENT])
    world.advance(timedelta(minutes=10))
    world.approve()
    written = [
        one.change.ref for one in world.crm.writes if one.change.object == sent.change.object
    ]
    assert written == [sent.change.ref]


def test_a_preview_is_replaced_by_the_finding_that_nothing_differs() -> None:
    """What the older one showed is no longer so: it cannot be approved any more."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance(timedelta(days=1))
    world.run()
    world.advance(timedelta(days=1))
    world.crm.edit("account", "a0", {"kam_tier": "B"})
    world.advance()
    stale = world.preview()
    assert stale.preview_id is not None
    world.crm.edit("account", "a0", {"kam_tier": "A"})
    world.advance()
    assert world.preview().preview_id is None
    with pytest.raises(HeldError):
        world.approve(stale)


def test_a_run_that_waits_for_the_store_keeps_its_connection() -> None:
    """Another connection's merge takes two minutes: this run's own lease is prolonged meanwhile."""
    world = make_world(accounts=1)
    busy = world.store.acquire_lease(STORE_LEASE, "elsewhere:2", ttl_s=120)
    assert busy is not None
    assert world.preview().state is RunState.DONE
    assert world.clock.at > NOW + timedelta(seconds=110)


def test_a_run_that_waits_for_the_store_can_be_stopped() -> None:
    """SIGTERM is heard while another connection merges."""
    world = make_world(accounts=1)
    assert world.store.acquire_lease(STORE_LEASE, "elsewhere:2", ttl_s=120)
    answers = iter([False] * 14)
    with pytest.raises(Interrupted, match="store"):
        world.with_(stopping=lambda: next(answers, True)).preview()


def test_a_sweep_cut_short_goes_on_where_it_stopped() -> None:
    """Stopped after its first page, it is still due, and reads the rest, not all of it again."""
    daily = MAPPING_TEXT.replace('object = "contact"\n', 'object = "contact"\nsweep = "daily"\n', 1)
    world = make_world(accounts=4, mapping=daily)
    world.preview()
    world.advance(timedelta(days=1))
    with pytest.raises(Interrupted):
        world.with_(stopping=_when_sweeping(world)).preview()
    begun = world.store.cursor("acme", "contact:contact", Stream.SWEEP)
    assert begun is not None
    assert (begun.since, begun.ref) == (None, "a1-x")
    world.advance()
    assert world.preview().unchanged == 5
    ended = world.store.cursor("acme", "contact:contact", Stream.SWEEP)
    assert ended is not None
    assert ended.since is not None


def test_a_run_that_wrote_nothing_is_no_measure_of_usual_runs() -> None:
    """The rail against unusual nights compares with runs that wrote, not with mere looks."""
    world = make_world(accounts=1)
    world.first_night()
    usual = written_before(world.ctx)
    world.crm.edit("account", "a0", {"kam_tier": "B"})
    world.advance(timedelta(days=1))
    assert world.preview().changes
    assert written_before(world.ctx) == usual


def test_undo_takes_back_a_run_that_was_stopped_before_its_first_write() -> None:
    """Nothing stands in the CRM yet: what waits is called off, and that is no mistake."""
    world = make_world(accounts=1)
    shown = world.preview()
    world.enable()
    world.advance(timedelta(minutes=1))
    with pytest.raises(Interrupted):
        world.with_(stopping=lambda: True).approve(shown)
    (run,) = world.store.runs(connection="acme", limit=1)
    assert world.undo(run.id).restored == 0
    assert list(waiting_items(world.ctx)) == []


def test_a_paused_connection_runs_for_nobody() -> None:
    """By hand as by timer: no call is made, and the refusal says how to go on."""
    world = make_world(accounts=1)
    world.preview()
    state = world.store.connection("acme")
    assert state is not None
    world.store.save_connection(replace(state, paused=True))
    before = world.crm.calls
    with pytest.raises(HeldError, match="paused"):
        world.run()
    assert world.crm.calls == before


def test_a_record_refused_too_often_waits_for_a_person() -> None:
    """After [rails] max_attempts refusals it is not shown, nor sent, any more."""
    world = make_world(accounts=1, rails=Rails(quiet=timedelta(0), max_attempts=2))
    world.crm.refuse("account", "a0", code="KAM-3208")
    world.first_night()
    world.advance()
    assert world.run().refused
    world.advance()
    last = world.run()
    assert last.refused == ()
    assert [one for one in last.changes if one.ref == "a0"] == []


def test_a_record_that_is_never_answered_becomes_a_dead_letter() -> None:
    """Locked as often as [rails] max_attempts allows, it waits for a person, said in the report."""
    world = make_world(accounts=1, rails=Rails(quiet=timedelta(0), max_attempts=2))
    shown = world.preview()
    world.enable()
    report = Stumbling.over(world, [MemoryFault.LOCKED] * 40).approve(shown)
    dead = world.store.outbox("acme", states=[OutboxState.DEAD])
    assert {(item.attempts, item.code) for item in dead} == {(2, "KAM-3230")}
    assert (report.waiting, len(report.refused)) == (0, len(shown.changes))


def _when_sweeping(world: World) -> Callable[[], bool]:
    """Return a request to stop that comes once the sweep is under way."""

    def stopping() -> bool:
        cursor = world.store.cursor("acme", "contact:contact", Stream.SWEEP)
        return cursor is not None and cursor.since is None

    return stopping
