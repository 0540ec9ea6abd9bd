"""Killed at every step there is, once: what is reached is what a process that lives reaches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.crash_points import Sweep
from tests.guarantees import Figures

pytestmark = pytest.mark.slow

FOR_A_RELEASE = pytest.mark.skipif("KAM_KILLS" not in os.environ, reason="nox -s faults_release")
"""Half a minute each: what comes before the writes is lived with the other CRM."""


@pytest.mark.guarantee("G10", "INV2", "INV3")
@pytest.mark.parametrize(
    ("crm", "act"),
    [
        ("salesforce", "approve"),
        ("salesforce", "night"),
        ("salesforce", "undo"),
        pytest.param("salesforce", "undo, a night", marks=FOR_A_RELEASE),
        ("hubspot", "approve"),
        pytest.param("hubspot", "night", marks=FOR_A_RELEASE),
        pytest.param("hubspot", "undo", marks=FOR_A_RELEASE),
        ("hubspot", "undo, a night"),
    ],
)
def test_killed_at_every_step_the_same_state_is_reached(
    crm: str, act: str, tmp_path: Path, figure: Figures
) -> None:
    """Before every commit and every write: CRM, journal and audit log end the same."""
    sweep = Sweep(crm, act, tmp_path)
    names, expected = sweep.undisturbed()
    ended = {f"{at} {names[at - 1]}": sweep.killed(at) for at in range(1, len(names) + 1)}
    others = [name for name, state in ended.items() if state != expected]
    said = f"{crm}, {act}: {len(ended) - len(others)} of {len(names)} crash points reach the state"
    figure("G10", f"{said} of a run without a crash", met=bool(names) and not others)
    assert others == []
