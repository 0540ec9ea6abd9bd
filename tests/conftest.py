"""For every directory: a log of its own, and requests to a portal judged as they come."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from kam_sandbox.log import Entry, RequestLog
from tests import guarantees


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that replay one schedule, run more of them, and keep the figures."""
    parser.addoption("--seed", type=int, help="run this one schedule of tests/faults")
    parser.addoption("--schedules", type=int, help="how many schedules tests/faults runs")
    parser.addoption("--guarantees", type=Path, help="keep the guarantees' figures in this file")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was counted, where it was asked for."""
    file = terminalreporter.config.getoption("--guarantees")
    if file is not None:
        reports = [
            one for each in ("passed", "failed") for one in terminalreporter.getreports(each)
        ]
        figures = guarantees.collected(reports)
        guarantees.kept(figures, file)
        terminalreporter.section("guarantees")
        for line in guarantees.lines(figures):
            terminalreporter.line(line)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> guarantees.Figures:
    """Take down what a test counts for docs/guarantees.md."""
    return guarantees.Figures(request)


_TALKATIVE = ("urllib3", "apscheduler", "alembic", "sqlalchemy")
"""Libraries that a command's -vv lets speak."""
_OURS = ("tests/adapters", "tests/contract", "tests/integration", "tests/acceptance")
"""Where the only client of the portal is the connector."""
_MOST = 300
"""Our choice: of a longer run the first requests are enough; the referee's own run is longer."""


@pytest.fixture(autouse=True)
def unlogged() -> Iterator[None]:
    """Let no test log as a command of an earlier one was told to, nor into its stream.

    After ``-vv`` the database's library would go on telling every statement: a suite that is
    slower by half, and gigabytes of captured words. It goes back to the level of its own, which
    keeps it silent under a root that listens to everything, as the fault rig's does.
    """
    before = {name: logging.getLogger(name).level for name in _TALKATIVE}
    yield
    structlog.reset_defaults()
    logging.getLogger().setLevel(logging.WARNING)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(autouse=True)
def judged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test whose requests to HubSpot do not fit the models of HubSpot's own client."""
    folder = request.path.relative_to(request.config.rootpath).as_posix()
    if not folder.startswith(_OURS):
        yield
        return
    entries: list[Entry] = []
    add = RequestLog.add

    def noted(self: RequestLog, **facts: Any) -> Entry:
        entry = add(self, **facts)
        if entry.crm == "hubspot" and len(entries) < _MOST:
            entries.append(entry)
        return entry

    monkeypatch.setattr(RequestLog, "add", noted)
    yield
    if entries:
        from tests.referees.hubspot_models import judge

        assert judge(entries) == []
