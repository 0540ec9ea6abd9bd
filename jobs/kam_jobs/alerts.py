"""Tells somebody: a ping after a good night, a webhook when one failed, was held or is late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import requests
import structlog

from kam_connector import __version__
from kam_connector.config import Config
from kam_connector.config.secret import is_reference
from kam_connector.errors import KamError
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState

__all__ = ["Alerts", "open_alerts"]

Send = Callable[..., Any]

log = structlog.get_logger()

_EVENTS = {
    RunState.FAILED: "run_failed",
    RunState.HELD: "run_held",
    RunState.DEFERRED: "run_deferred",
    RunState.PARTIAL: "run_partial",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Where news go. An alert that cannot be sent is logged and hurts nobody."""

    success_url: str | None = None
    failure_url: str | None = None
    timeout_s: float = 10.0
    send: Send = requests.request

    def ended(self, report: RunReport, *, night: date) -> None:
        """Tell how a night ended; an interrupted one goes on by itself and is no news."""
        if report.state is RunState.DONE or _only_waits(report):
            self._deliver("success", "GET", self.success_url, None)
        elif report.state in _EVENTS:
            self._deliver("failure", "POST", self.failure_url, _facts(report, night))

    def failed(self, connection: str, error: KamError, *, night: date) -> None:
        """Tell that a night ended in an error: its code, never its text."""
        facts = _head("run_failed", connection, night) | {"error_code": error.code}
        self._deliver("failure", "POST", self.failure_url, facts)

    def missing(self, connection: str, *, night: date, hours_late: int) -> None:
        """Tell that a night is long overdue."""
        facts = _head("night_missing", connection, night) | {"hours_late": hours_late}
        self._deliver("failure", "POST", self.failure_url, facts)

    def _deliver(
        self, kind: str, method: str, url: str | None, facts: Mapping[str, object] | None
    ) -> None:
        if url is None:
            return
        try:
            answer = self.send(
                method, url, json=facts, timeout=self.timeout_s, allow_redirects=False
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            log.warning("alert_not_sent", alert=kind, problem=type(error).__name__)


def open_alerts(config: Config) -> Alerts:
    """Return the alerts of a configuration, with their URLs' secrets read.

    Raises:
        ConfigError: A reference leads nowhere.
    """
    said = config.alerts
    return Alerts(
        success_url=_url(config, said.success_url, "success_url"),
        failure_url=_url(config, said.failure_url, "failure_url"),
        timeout_s=said.timeout_s,
    )


def _url(config: Config, url: str | None, key: str) -> str | None:
    if url is None or not is_reference(url):
        return url
    where = config.source.where(["alerts", key])
    return config.references.read(url, where=where, key=f"alerts.{key}").reveal()


def _only_waits(report: RunReport) -> bool:
    """Say whether nothing was refused: records that wait are the next run's, and no news."""
    return report.state is RunState.PARTIAL and not report.refused


def _facts(report: RunReport, night: date) -> dict[str, object]:
    """Return counts and codes: no name, no value, no text of a record."""
    return _head(_EVENTS[report.state], report.connection, night) | {
        "run_id": report.run_id,
        "state": report.state.value,
        "error_code": report.error_code,
        "preview_id": report.preview_id,
        "guards": [guard.code for guard in report.guards],
        "fields": report.fields,
        "tasks": report.tasks,
        "written": report.written,
        "created": report.created,
        "refused": len(report.refused),
        "waiting": report.waiting,
    }


def _head(event: str, connection: str, night: date) -> dict[str, object]:
    return {
        "event": event,
        "connection": connection,
        "job": "nightly-sync",
        "night": night.isoformat(),
        "version": __version__,
    }
