"""An alert that cannot be sent hurts nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs

from kam_connector.config import build_config
from kam_connector.config.source import parse_source
from kam_connector.errors import ConfigError
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState
from kam_jobs.alerts import Alerts, open_alerts

NIGHT = date(2026, 11, 21)
REPORT = RunReport(run_id="r", connection="emea", state=RunState.HELD, as_of=NIGHT)


def test_failing_webhook_is_only_logged() -> None:
    """The night's own result stands."""

    def refuse(*_args: object, **_more: object) -> Any:
        raise requests.ConnectTimeout

    with capture_logs() as events:
        Alerts(failure_url="https://a.b/no", send=refuse).ended(REPORT, night=NIGHT)
    assert [one["log_level"] for one in events] == ["warning"]


@pytest.mark.guarantee("G15")
def test_request_has_a_timeout_and_follows_no_redirect() -> None:
    """A hung or moved receiver cannot hold the night."""
    seen: dict[str, Any] = {}

    def send(_method: str, _url: str, **more: Any) -> requests.Response:
        seen.update(more)
        answer = requests.Response()
        answer.status_code = 204
        return answer

    Alerts(failure_url="https://a.b/no", timeout_s=3, send=send).ended(REPORT, night=NIGHT)
    assert (seen["timeout"], seen["allow_redirects"]) == (3, False)


def test_urls_come_by_reference() -> None:
    """A webhook's URL is often a secret itself."""
    source = parse_source(b'[alerts]\nfailure_url = "env:HOOK"\n')
    alerts = open_alerts(build_config(source, environ={"HOOK": "https://a.b/secret"}))
    assert (alerts.failure_url, alerts.success_url) == ("https://a.b/secret", None)


def test_missing_reference_stops_the_start() -> None:
    """Nobody runs for weeks believing that alerts are on."""
    config = build_config(parse_source(b'[alerts]\nfailure_url = "env:HOOK"\n'), environ={})
    with pytest.raises(ConfigError, match="HOOK is not set"):
        open_alerts(config)
