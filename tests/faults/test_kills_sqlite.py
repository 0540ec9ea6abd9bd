"""Real deaths of processes whose data is a SQLite file (WAL on disk): SIGKILL at any moment.

One seed is one schedule: ``pytest tests/faults/test_kills_sqlite.py --seed=N``. How many kills a
run makes is ``--schedules`` (or ``KAM_KILLS``, for the release).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.kills_databases import Files
from tests.faults.kills_promises import KillPromises
from tests.faults.kills_rig import KillRig, Tally, kill_rig, schedules

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

IN_CI = 15
"""Schedules; each is about fifteen kills, so that both databases together make 300."""


@pytest.fixture(scope="module", name="rig")
def _rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KillRig]:
    folder = tmp_path_factory.mktemp("kills")
    with kill_rig(Files(folder), folder, "pytest tests/faults/test_kills_sqlite.py") as rig:
        yield rig


@pytest.fixture(scope="module", name="tally")
def _tally(rig: KillRig, pytestconfig: pytest.Config) -> Tally:
    """Live through all schedules once; what follows judges what came of them."""
    return rig.live(schedules(pytestconfig, in_ci=IN_CI), on="SQLite", whole=IN_CI)


@pytest.mark.guarantee("G1", "G2", "G3", "G4", "G10")
@pytest.mark.guarantee("INV2", "INV3", "INV4")
class TestSqliteKilled(KillPromises):
    """Every promise, with a SQLite file."""
