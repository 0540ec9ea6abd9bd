"""Which nights are owed: due by the schedule, and not done by the run ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from kam_connector.bootstrap import App
from kam_connector.errors import BusyError, FatalError, KamError
from kam_connector.model.run import Run
from kam_jobs import retention
from kam_jobs.alerts import Alerts
from kam_jobs.nightly_sync import JOB
from kam_jobs.nightly_sync import run as run_night
from kam_jobs.schedule import last_due

__all__ = ["NightWatch", "is_paid"]

log = structlog.get_logger()

_LOOKED_BACK = 50  # our choice: more than a day of hourly attempts


def is_paid(runs: Iterable[Run], night: date) -> bool:
    """Say whether the ledger holds a settled run of this night."""
    return any(
        run.job == JOB and run.local_date == night and run.state.pays_for_its_night for run in runs
    )


@dataclass(slots=True)
class NightWatch:
    """Pays owed nights, one connection after the other, and tells how it went."""

    app: App
    alerts: Alerts
    stopping: Callable[[], bool]
    _told: set[tuple[str, date, str]] = field(default_factory=set)

    def pay(self) -> list[tuple[str, date]]:
        """Run what is owed now; returns the nights that were tried. Double calls are harmless."""
        tried = []
        for connection in self.app.connections:
            if self.stopping():
                break
            night = self._owed(connection)
            if night is not None:
                tried.append((connection, night))
                self._pay_one(connection, night)
        self._retire()
        return tried

    def _retire(self) -> None:
        """Let go of what is too old, once a night, whether the nights went well or not."""
        moment = last_due(self.app.config.schedule, self.app.clock.now())
        if moment is None or self.stopping():
            return
        try:
            if not retention.is_done(self.app, moment.date()):
                retention.run(self.app)
        except KamError as error:  # nothing is half removed: the next hour tries again
            log.error("retention_failed", code=error.code, reason=error.message)

    def _owed(self, connection: str) -> date | None:
        now = self.app.clock.now()
        moment = last_due(self.app.config.schedule, now)
        state = self.app.store.connection(connection)
        if moment is None or (state is not None and state.paused):
            return None
        night = moment.date()
        runs = self.app.store.runs(connection=connection, limit=_LOOKED_BACK)
        if is_paid(runs, night):
            return None
        if any(run.job == JOB for run in runs):  # the very first night cannot be late
            self._tell_late(connection, night, moment, now)
        return night

    def _pay_one(self, connection: str, night: date) -> None:
        try:
            report = run_night(self.app, connection, night, stopping=self.stopping)
        except BusyError:
            log.info("night_busy_elsewhere", connection=connection, night=night.isoformat())
        except KamError as error:
            self._failed(connection, night, error)
        except Exception as error:  # noqa: BLE001 - one connection's night must not end the others'
            log.error("night_broke", connection=connection, problem=type(error).__name__)
            message = f"Something unforeseen happened ({type(error).__name__})."
            self._failed(connection, night, FatalError(message))
        else:
            log.info("night_ended", connection=connection, state=report.state.value)
            if self._is_news(connection, night, report.state.value):
                self.alerts.ended(report, night=night)
        finally:
            self.app.forget(connection)  # what it learned of the CRM's fields is old by tomorrow

    def _failed(self, connection: str, night: date, error: KamError) -> None:
        log.error("night_failed", connection=connection, code=error.code)
        if self._is_news(connection, night, error.code):
            self.alerts.failed(connection, error, night=night)

    def _tell_late(self, connection: str, night: date, moment: datetime, now: datetime) -> None:
        hours = int((now - moment).total_seconds() // 3600)
        limit = max(1, self.app.config.alerts.max_age_hours - 24)
        if hours >= limit and self._is_news(connection, night, "missing"):
            self.alerts.missing(connection, night=night, hours_late=hours)

    def _is_news(self, connection: str, night: date, what: str) -> bool:
        """Say whether nobody was told yet: an hourly retry is no news."""
        key = (connection, night, what)
        known = key in self._told
        self._told.add(key)
        return not known
