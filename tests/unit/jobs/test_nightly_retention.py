"""Once a night what is too old goes, whatever became of the nights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kam_connector.config import build_config
from kam_connector.config.source import parse_source
from kam_connector.errors import StorageError
from kam_connector.model.retention import Purged, RetentionDays
from kam_jobs.alerts import Alerts
from kam_jobs.nights import NightWatch

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


class Store:
    """Knows when the last retention run was."""

    def __init__(self, last: datetime | None, *, breaks: bool = False) -> None:
        self.last = last
        self.asked: list[RetentionDays] = []
        self.breaks = breaks

    def audit_log(self, **_query: object) -> list[Any]:
        """Return the last run's entry."""
        return [SimpleNamespace(at=self.last)] if self.last else []

    def retire(self, days: RetentionDays, *, by: str = "") -> Purged:
        """Take down what was asked."""
        assert by == ""
        self.asked.append(days)
        if self.breaks:
            message = "busy"
            raise StorageError(message)
        self.last = NOW
        return Purged()


def watch(store: Store) -> NightWatch:
    """Return a watch over no connection at all."""
    config = build_config(
        parse_source(b'[schedule]\nat = "02:15"\n[retention]\njournal_days = 14\n'), environ={}
    )
    clock = SimpleNamespace(now=lambda: NOW)
    app: Any = SimpleNamespace(config=config, connections={}, store=store, clock=clock)
    return NightWatch(app=app, alerts=Alerts(), stopping=lambda: False)


@pytest.mark.guarantee("G34")
@pytest.mark.parametrize("last", [None, NOW - timedelta(days=1)])
def test_it_runs_once_a_night(last: datetime | None) -> None:
    """With the file's numbers; the hourly look finds it done."""
    store = Store(last)
    one = watch(store)
    one.pay()
    one.pay()
    assert [days.journal for days in store.asked] == [14]


def test_a_failure_is_tried_again_and_ends_nothing() -> None:
    """A busy database is no reason to stop serving."""
    store = Store(None, breaks=True)
    one = watch(store)
    assert (one.pay(), one.pay()) == ([], [])
    assert len(store.asked) == 2
