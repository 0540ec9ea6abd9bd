"""A plugin of a child's pytest: plants one bug before anything is imported, and tells outcomes."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.faults.bugs_outside import BUGS
from tests.faults.bugs_planting import plant

__all__ = ["BUG", "OUTCOMES"]

BUG = "KAM_SEEDED_BUG"
"""The variable that names the bug; empty: none."""
OUTCOMES = "KAM_SEEDED_OUTCOMES"
"""The variable that names the file for what became of each test."""
_OWN_MISTAKES = (NameError, ImportError, SyntaxError)
"""What a bug raises that was written down wrongly: then nothing was caught."""

_outcomes: dict[str, str] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Plant the bug: the tests' own conftest files import the product."""
    name = os.environ.get(BUG, "")
    if name:
        plant(next(one for one in BUGS if one.name == name).edits)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a test's outcome: passed, failed, or why it says nothing of the bug."""
    report = yield
    if call.excinfo is not None and call.excinfo.errisinstance(_OWN_MISTAKES):
        _outcomes[item.nodeid] = f"the edit itself is wrong: {call.excinfo.exconly()}"
    elif report.when == "call":
        _outcomes[item.nodeid] = report.outcome
    elif report.failed:
        _outcomes.setdefault(item.nodeid, f"{report.when} failed: {report.longreprtext[-2000:]}")
    return report


def pytest_sessionfinish() -> None:
    """Write the outcomes down."""
    Path(os.environ[OUTCOMES]).write_text(json.dumps(_outcomes), encoding="utf-8")
