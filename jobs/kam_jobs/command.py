"""kam serve: run the nightly job until told to stop."""

from __future__ import annotations

import threading
from datetime import date

import click
import structlog

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.stopping import Stopper
from kam_jobs.alerts import open_alerts
from kam_jobs.nights import NightWatch
from kam_jobs.schedule import next_due, start_timer, stop_timer

__all__ = ["serve"]

log = structlog.get_logger()

_LOOK_S = 1.0  # our choice: how soon a request to stop is noticed while nothing runs


@command(
    "serve",
    click.option("--once", is_flag=True, help="Pay owed nights, then leave."),
    help="Run the nightly job of all connections until told to stop (SIGTERM, Ctrl-C).",
)
def serve(session: Session, *, once: bool) -> Result:
    """Serve."""
    app = session.app
    app.require(app.names())
    due = threading.Event()
    due.set()  # nights that came while nobody was here are owed at once
    with Stopper() as stopping:
        watch = NightWatch(app=app, alerts=open_alerts(app.config), stopping=stopping)
        if once:
            return _told(watch.pay())
        timer = start_timer(app.config.schedule, due.set)
        log.info("serving", next_night=str(next_due(app.config.schedule, app.clock.now())))
        nights: list[tuple[str, date]] = []
        try:
            while not stopping():
                if due.wait(timeout=_LOOK_S):
                    due.clear()
                    nights += watch.pay()
        finally:
            stop_timer(timer)
    return _told(nights)


def _told(nights: list[tuple[str, date]]) -> Result:
    data = [{"connection": name, "night": night} for name, night in nights]
    return Result(
        data={"nights": data}, lines=[f"{one['connection']}  {one['night']}" for one in data]
    )
