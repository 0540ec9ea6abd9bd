"""Random schedules of faults over the Salesforce adapter, in process."""

from __future__ import annotations

import pytest

from tests.faults.promises import Lot, Promises, seeds_of
from tests.faults.runner import run_schedule
from tests.guarantees import Figures

pytestmark = pytest.mark.slow

IN_CI = 550
"""Our choice: what four minutes of one core allow, at 0.38 CPU-seconds a schedule
(``time.process_time`` over 60 fresh seeds; 0.55 where others use the core as well)."""


@pytest.fixture(scope="module", name="lot")
def _lot(pytestconfig: pytest.Config) -> Lot:
    """Live the even seeds once; what follows judges what came of them."""
    lot = Lot("Salesforce, in process")
    for seed in seeds_of(pytestconfig, in_ci=IN_CI, first=0, step=2):
        lot.add(run_schedule(seed))
    return lot


@pytest.mark.guarantee("G1", "G2", "G3", "G5", "G6", "G7", "G8", "G9", "G12")
@pytest.mark.guarantee("G17", "G21", "G23", "G25")
@pytest.mark.guarantee("INV1", "INV2", "INV3", "INV4", "INV5", "INV6")
class TestSalesforce(Promises):
    """Every promise, over the real adapter."""

    def test_no_more_is_asked_than_a_scarce_day_allows(self, lot: Lot, figure: Figures) -> None:
        """Where the CRM says how few calls are left, no run asks more often."""
        lot.judge("G12", figure, "days overdrawn")
