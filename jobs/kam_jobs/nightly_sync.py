"""One night of one connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from kam_connector.bootstrap import App
from kam_connector.model.report import RunReport
from kam_connector.sync.run import run_sync

__all__ = ["JOB", "run"]

JOB = "nightly-sync"


def run(
    app: App, connection: str, local_date: date, *, stopping: Callable[[], bool] = lambda: False
) -> RunReport:
    """Pay for one night: the same use case as `kam sync run`, entered in the run ledger.

    It has the time that the schedule gives it; then it ends *deferred*, and is still owed.

    Raises:
        BusyError: Another process is at it.
        KamError: The night failed; it stays owed.
    """
    until = app.clock.now() + timedelta(hours=app.config.schedule.max_hours)
    context = replace(app.context(connection, stopping=stopping), until=until)
    return run_sync(context, job=JOB, local_date=local_date)
