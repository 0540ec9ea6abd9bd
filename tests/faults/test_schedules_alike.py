"""The same seed lives the same life: every request and every change, byte by byte."""

from __future__ import annotations

import os

import pytest

from tests.faults.promises import seeds_of
from tests.faults.runner import run_schedule
from tests.guarantees import Figures

pytestmark = pytest.mark.slow

IN_CI = int(os.environ.get("KAM_TWICE", "12"))
"""Our choice: seconds are short in CI; ``nox -s faults_release`` lives 200 seeds twice."""


@pytest.mark.guarantee("G40")
def test_the_same_seed_gives_the_same_history(pytestconfig: pytest.Config, figure: Figures) -> None:
    """Lived twice, a schedule has one history: a failing seed fails again."""
    seeds = list(seeds_of(pytestconfig, in_ci=IN_CI))[:200]
    differ = [seed for seed in seeds if run_schedule(seed).digest != run_schedule(seed).digest]
    assert differ == []
    figure("G40", f"{len(seeds)} seeds lived twice, {len(differ)} differ", met=bool(seeds))
