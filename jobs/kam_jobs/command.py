"""kam serve: run the nightly job until told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import click
import structlog

from kam_connector.bootstrap import App
from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.stopping import Stopper
from kam_jobs.alerts import open_alerts
from kam_jobs.listening import listening
from kam_jobs.nights import NightWatch
from kam_jobs.schedule import next_due, start_timer, stop_timer

__all__ = ["serve"]

log = structlog.get_logger()

_LOOK_S = 1.0  # our choice: how soon a request to stop is noticed while nothing runs


@command(
    "serve",
    click.option("--once", is_flag=True, help="Pay owed nights, then leave."),
    click.option("--host", default="127.0.0.1", show_default=True, help="Where events arrive."),
    click.option(
        "--port",
        type=click.IntRange(0, 65_535),
        default=8480,
        show_default=True,
        help="Where events arrive, if a connection is sent any; 0: any free one.",
    ),
    help="Run the nightly job of all connections until told to stop (SIGTERM, Ctrl-C).",
)
def serve(session: Session, *, once: bool, host: str, port: int) -> Result:
    """Serve."""
    app = session.app
    app.require(app.names())
    due = threading.Event()
    due.set()  # nights that came while nobody was here are owed at once
    with Stopper() as stopping:
        watch = NightWatch(app=app, alerts=open_alerts(app.config), stopping=stopping)
        if once:
            return _told(watch.pay())
        with listening(app, host=host, port=port):
            nights = _watched(app, watch, due, stopping)
    return _told(nights)


def _watched(
    app: App, watch: NightWatch, due: threading.Event, stopping: Callable[[], bool]
) -> list[tuple[str, date]]:
    """Pay nights as they fall due, until told to stop."""
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
    return nights


def _told(nights: list[tuple[str, date]]) -> Result:
    data = [{"connection": name, "night": night} for name, night in nights]
    return Result(
        data={"nights": data}, lines=[f"{one['connection']}  {one['night']}" for one in data]
    )
