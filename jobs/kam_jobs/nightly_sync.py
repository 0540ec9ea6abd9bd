"""One night of one connection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kam_connector.bootstrap import App
from kam_connector.model.report import RunReport
from kam_connector.sync.run import run_sync

__all__ = ["JOB", "run"]

JOB = "nightly-sync"


def run(
    app: App, connection: str, local_date: date, *, stopping: Callable[[], bool] = lambda: False
) -> RunReport:
    """Pay for one night: the same use case as `kam sync run`, entered in the run ledger.

    Raises:
        BusyError: Another process is at it.
        KamError: The night failed; it stays owed.
    """
    return run_sync(app.context(connection, stopping=stopping), job=JOB, local_date=local_date)
