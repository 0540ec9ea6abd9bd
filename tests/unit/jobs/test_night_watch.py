"""A night is owed until the run ledger says done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from kam_connector.config import build_config
from kam_connector.config.source import parse_source
from kam_connector.errors import BusyError, CrmUnavailable
from kam_connector.model.report import RunReport
from kam_connector.model.retention import Purged
from kam_connector.model.run import ConnectionState, Run, RunState
from kam_jobs import nights
from kam_jobs.alerts import Alerts
from kam_jobs.nights import NightWatch

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
TONIGHT = date(2026, 11, 21)
CONFIG = build_config(
    parse_source(b'[schedule]\nat = "02:15"\n[connections.emea]\ncrm = "x"\n'), environ={}
)


class Post:
    """Takes what alerts send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def __call__(self, method: str, url: str, **more: Any) -> Any:
        """Remember one request."""
        self.sent.append((method, more["json"]))
        return SimpleNamespace(raise_for_status=lambda: None)


def make_run(state: RunState, *, night: date = TONIGHT, job: str = "nightly-sync") -> Run:
    """A row of the ledger."""
    return Run(id="r", connection="emea", job=job, local_date=night, started_at=NOW, state=state)


def make_report(state: RunState = RunState.DONE, **facts: Any) -> RunReport:
    """How a night ended."""
    return RunReport(run_id="r", connection="emea", state=state, as_of=TONIGHT, **facts)


@pytest.fixture(name="post")
def _post() -> Post:
    return Post()


@pytest.fixture(name="forgotten")
def _forgotten() -> list[str]:
    return []


@pytest.fixture(name="watch")
def _watch(post: Post, forgotten: list[str]) -> Callable[..., NightWatch]:
    def make(*runs: Run, paused: bool = False, now: datetime = NOW) -> NightWatch:
        store = SimpleNamespace(
            runs=lambda **_query: list(runs),
            connection=lambda name: ConnectionState(name=name, crm="x", paused=paused),
            audit_log=lambda **_query: [],
            retire=lambda *_days, **_more: Purged(),
        )
        app: Any = SimpleNamespace(
            config=CONFIG,
            connections=CONFIG.connections,
            store=store,
            clock=SimpleNamespace(now=lambda: now),
            forget=forgotten.append,
        )
        alerts = Alerts(success_url="https://a.b/ok", failure_url="https://a.b/no", send=post)
        return NightWatch(app=app, alerts=alerts, stopping=lambda: False)

    return make


@pytest.fixture(name="ends")
def _ends(monkeypatch: pytest.MonkeyPatch) -> Callable[[RunReport | Exception], None]:
    def set_end(end: RunReport | Exception) -> None:
        def run(*_args: object, **_more: object) -> RunReport:
            return _raised(end)

        monkeypatch.setattr(nights, "run_night", run)

    return set_end


def _raised(end: RunReport | Exception) -> RunReport:
    if isinstance(end, Exception):
        raise end
    return end


Watch = Callable[..., NightWatch]
Ends = Callable[[RunReport | Exception], None]


@pytest.mark.parametrize(
    "runs",
    [
        [],
        [make_run(RunState.FAILED)],
        [make_run(RunState.INTERRUPTED)],
        [make_run(RunState.DEFERRED)],
        [make_run(RunState.RUNNING)],
        [make_run(RunState.DONE, night=date(2026, 11, 20))],
        [make_run(RunState.DONE, job="sync")],
    ],
    ids=["nothing", "failed", "interrupted", "deferred", "died", "yesterday", "by hand"],
)
def test_unpaid_night_is_owed(watch: Watch, ends: Ends, runs: list[Run]) -> None:
    """Only a settled run of this very night pays for it."""
    ends(make_report())
    assert watch(*runs).pay() == [("emea", TONIGHT)]


@pytest.mark.parametrize("state", [RunState.DONE, RunState.PARTIAL, RunState.HELD])
def test_paid_night_is_not_run_again(watch: Watch, ends: Ends, state: RunState) -> None:
    """A timer that fires twice does no harm (D9)."""
    ends(AssertionError("ran"))
    assert watch(make_run(state)).pay() == []


def test_paused_connection_owes_nothing(watch: Watch, ends: Ends) -> None:
    """A pause is respected by the timer too."""
    ends(AssertionError("ran"))
    assert watch(paused=True).pay() == []


def test_good_night_pings(watch: Watch, ends: Ends, post: Post) -> None:
    """The absence of the ping is what a dead machine looks like."""
    ends(make_report())
    watch().pay()
    assert ("GET", None) in post.sent


@pytest.mark.parametrize(
    ("end", "event"),
    [
        (make_report(RunState.HELD, preview_id="p1"), "run_held"),
        (make_report(RunState.DEFERRED), "run_deferred"),
        (make_report(RunState.FAILED, error_code="KAM-3001"), "run_failed"),
        (make_report(RunState.PARTIAL, refused=("Nordwind: too long",)), "run_partial"),
        (CrmUnavailable("no answer from acme.example"), "run_failed"),
    ],
)
def test_bad_night_is_told_without_personal_data(
    watch: Watch, ends: Ends, post: Post, end: RunReport | Exception, event: str
) -> None:
    """The webhook gets codes and counts, no text of a record."""
    ends(end)
    watch(now=datetime(2026, 11, 21, 2, 20, tzinfo=UTC)).pay()
    ((method, facts),) = post.sent
    assert (method, facts["event"], facts["night"]) == ("POST", event, "2026-11-21")
    assert "Nordwind" not in str(facts)
    assert "acme" not in str(facts)


def test_same_failure_is_told_once_a_night(watch: Watch, ends: Ends, post: Post) -> None:
    """An hourly retry that fails again is no news."""
    ends(CrmUnavailable("no answer"))
    keeper = watch(now=datetime(2026, 11, 21, 2, 20, tzinfo=UTC))
    keeper.pay()
    keeper.pay()
    assert len(post.sent) == 1


def test_late_night_is_told_as_missing(watch: Watch, ends: Ends, post: Post) -> None:
    """After an outage somebody learns that the night came late."""
    ends(make_report())
    watch(make_run(RunState.DONE, night=date(2026, 11, 20))).pay()
    missing = [facts for _, facts in post.sent if facts and facts["event"] == "night_missing"]
    assert [facts["hours_late"] for facts in missing] == [3]


def test_very_first_night_is_not_late(watch: Watch, ends: Ends, post: Post) -> None:
    """Installing at noon raises no alarm about the night before."""
    ends(make_report())
    watch().pay()
    assert [method for method, _ in post.sent] == ["GET"]


def test_other_process_at_work_is_no_failure(watch: Watch, ends: Ends, post: Post) -> None:
    """Two servers may run: the lease decides."""
    ends(BusyError("elsewhere"))
    watch(now=datetime(2026, 11, 21, 2, 20, tzinfo=UTC)).pay()
    assert post.sent == []


def test_a_connection_is_opened_anew_each_night(
    watch: Watch, ends: Ends, forgotten: list[str]
) -> None:
    """A process that serves for months sees fields that came since yesterday."""
    ends(make_report())
    watch().pay()
    assert forgotten == ["emea"]


def test_an_unforeseen_error_is_told_and_ends_nothing(watch: Watch, ends: Ends, post: Post) -> None:
    """A fault of ours in one night: somebody is told, the process goes on serving."""
    ends(ZeroDivisionError())
    assert watch().pay() == [("emea", TONIGHT)]
    assert [facts["error_code"] for _method, facts in post.sent] == ["KAM-7000"]
