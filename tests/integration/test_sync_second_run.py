"""Whole runs: what a night does, and what the one after it must not do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.errors import BusyError, ConfigError, HeldError, UsageError
from kam_connector.model.run import RunState
from kam_connector.sync.lease import connection_lease
from tests.factories.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three accounts in a file."""
    return make_world(f"sqlite:///{tmp_path}/kam.db")


def test_inv05_a_second_run_writes_nothing(world: World) -> None:
    """After edits stop, writes stop within one run."""
    world.first_night()
    world.advance()
    world.run()
    before = world.writes()
    world.advance()
    report = world.run()
    assert (report.state, report.changes, report.written) == (RunState.DONE, (), 0)
    assert world.writes() == before


def test_inv08_two_previews_of_one_state_are_equal(world: World) -> None:
    """Looking twice shows the same changes under the same digest, and writes nothing."""
    world.preview()
    world.preview()
    second, first = world.store.previews(connection="acme", limit=2)
    assert first.digest == second.digest
    assert first.changes == second.changes
    assert first.id != second.id
    assert world.writes() == 0


def test_inv08_apply_sends_exactly_what_was_shown(world: World) -> None:
    """Every value that reaches the CRM was in the preview, and the other way round."""
    shown = world.preview()
    world.enable()
    world.approve(shown)
    sent = {
        (one.change.object, one.change.ref or one.change.key, name, str(value))
        for one in world.crm.writes
        for name, value in one.change.values.items()
    }
    assert sent == {
        (one.object, one.ref or one.kam_id, field.field, str(field.after))
        for one in shown.changes
        for field in one.fields
    }


def test_inv08_news_after_the_preview_does_not_enter_it(world: World) -> None:
    """A new account that appears after the preview is not written by its approval."""
    shown = world.preview()
    world.enable()
    world.crm.put("account", "a9", {**world.crm.values("account", "a0"), "name": "Late"})
    world.approve(shown)
    assert world.crm.values("account", "a9")["kam_tier"] is None


def test_a_first_write_waits_for_approval(world: World) -> None:
    """With writes enabled but nothing approved yet, a run ends held and writes nothing."""
    world.preview()
    world.enable()
    report = world.run()
    assert report.state is RunState.HELD
    assert world.writes() == 0


def test_nothing_is_written_while_writes_are_off(world: World) -> None:
    """Without enable-writes neither a run nor an approval writes."""
    report = world.run()
    assert report.state is RunState.DONE
    with pytest.raises(HeldError, match="Writing is off"):
        world.approve(report)
    assert world.writes() == 0


def test_a_preview_is_applied_once(world: World) -> None:
    """Approving the same preview again is refused."""
    shown = world.preview()
    world.enable()
    world.approve(shown)
    with pytest.raises(HeldError, match="not applied again"):
        world.approve(shown)


def test_an_old_preview_is_refused(world: World) -> None:
    """After 48 hours a preview speaks of another world."""
    shown = world.preview()
    world.enable()
    world.advance(timedelta(hours=49))
    with pytest.raises(HeldError, match="another world"):
        world.approve(shown)
    assert world.writes() == 0


def test_an_unknown_preview_is_refused(world: World) -> None:
    """A number nobody gave is a usage error."""
    world.preview()
    world.enable()
    shown = world.preview()
    with pytest.raises(UsageError):
        world.with_(connection="other").approve(shown)


def test_inv12_state_of_one_org_refuses_another(world: World) -> None:
    """A connection that suddenly reaches another org reads and writes nothing."""
    world.first_night()
    before = world.crm.calls, world.writes()
    world.crm.org_ref = "org-other"
    with pytest.raises(ConfigError, match="org-other") as refused:
        world.run()
    assert refused.value.code == "KAM-7030"
    with pytest.raises(ConfigError):
        world.preview()
    assert (world.crm.calls, world.writes()) == before


def test_a_second_process_is_told_that_the_first_one_works(world: World) -> None:
    """While a lease is held a run ends busy (exit code 8), and nothing moves."""
    world.first_night()
    lease = world.store.acquire_lease(connection_lease("acme"), "elsewhere:2", ttl_s=60)
    assert lease is not None
    with pytest.raises(BusyError, match="elsewhere:2"):
        world.run()
    world.store.release_lease(lease)
    assert world.run().state is RunState.DONE


def test_a_full_run_reads_everything_again_and_writes_nothing(world: World) -> None:
    """A sweep finds what changed without a timestamp; unchanged rows cost no write."""
    world.first_night()
    world.advance()
    world.run()
    before = world.writes()
    report = world.run(full=True)
    assert report.state is RunState.DONE
    assert report.unchanged >= 3
    assert world.writes() == before
