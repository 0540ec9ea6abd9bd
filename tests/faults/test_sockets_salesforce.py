"""Random schedules of faults over the Salesforce adapter and real sockets on loopback."""

from __future__ import annotations

import pytest

from tests.faults.promises import Lot, Promises, seeds_of
from tests.faults.runner import run_schedule
from tests.guarantees import Figures

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

IN_CI = 12
"""Our choice: a socket adds how a broken line looks, not what follows of it."""


@pytest.fixture(scope="module", name="lot")
def _lot(pytestconfig: pytest.Config) -> Lot:
    """Live some even seeds once; what follows judges what came of them."""
    lot = Lot("Salesforce, over sockets")
    for seed in seeds_of(pytestconfig, in_ci=IN_CI, first=0, step=2, most=IN_CI * 10):
        lot.add(run_schedule(seed, served=True))
    return lot


@pytest.mark.guarantee("G1", "G2", "G3", "G5", "G6", "G7", "G8", "G9", "G12")
@pytest.mark.guarantee("G17", "G21", "G23", "G25")
class TestSalesforceOverSockets(Promises):
    """Every promise, over a server."""

    def test_no_more_is_asked_than_a_scarce_day_allows(self, lot: Lot, figure: Figures) -> None:
        """Where the CRM says how few calls are left, no run asks more often."""
        lot.judge("G12", figure, "days overdrawn")
