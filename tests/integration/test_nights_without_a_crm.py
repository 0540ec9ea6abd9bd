"""A CRM that is down for a day, and a night that has no end: what the scheduler makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kam_connector.config import build_config
from kam_connector.config.source import parse_source
from kam_connector.model.run import RunState
from kam_jobs import nightly_sync
from kam_jobs.alerts import Alerts
from kam_jobs.nights import NightWatch
from tests.factories.world import make_world
from tests.faults.rig import Rig
from tests.guarantees import Figures

CONFIG = build_config(
    parse_source(b'[schedule]\nat = "05:00"\n[connections.acme]\ncrm = "x"\n'), environ={}
)
CRMS = ("salesforce", "hubspot")
A_DAY = 24
MOST_AN_ATTEMPT = 10
"""What an attempt may ask of a CRM that is down: then it is left alone (breaker.FAILURES)."""


@contextmanager
def hour(rig: Rig) -> Iterator[NightWatch]:
    """Give what an hourly timer wakes: connections are opened anew for each attempt."""
    with rig.process() as process:
        app: Any = SimpleNamespace(
            config=CONFIG,
            connections=("acme",),
            store=process.store,
            clock=rig.times,
            context=lambda _name, stopping: replace(process.ctx, stopping=stopping),
            forget=lambda _name: None,
        )
        yield NightWatch(app=app, alerts=Alerts(), stopping=lambda: False)


def attempts(rig: Rig, hours: int) -> list[int]:
    """Let so many hours pass; returns how many requests each attempt made."""
    made = []
    for _ in range(hours):
        before = len(rig.world.log.entries())
        with hour(rig) as watch:
            watch.pay()
        made.append(len(rig.world.log.entries()) - before)
        rig.advance(hours=1)
    return made


@pytest.mark.guarantee("G13")
@pytest.mark.parametrize("crm", CRMS)
def test_the_scheduler_asks_a_crm_that_is_down_once_an_hour(
    crm: str, tmp_path: Path, figure: Figures
) -> None:
    """No attempt asks more often than the breaker lets it, none is sooner than the next hour."""
    rig = Rig(crm, tmp_path / "kam.db")
    rig.world.faults.schedule({"kind": "html", "status": 503, "times": 1_000_000})
    made = attempts(rig, A_DAY)
    told = f"{crm}: down for {A_DAY} hours: {sum(made)} requests, at most {max(made)} an hour"
    figure("G13", told, met=0 < max(made) <= MOST_AN_ATTEMPT and min(made) > 0)


@pytest.mark.guarantee("G11", "G13")
@pytest.mark.parametrize("crm", CRMS)
def test_the_first_hour_after_pays_the_night(crm: str, tmp_path: Path) -> None:
    """The night is still owed, is run once, and nobody asks again."""
    rig = Rig(crm, tmp_path / "kam.db")
    rig.world.faults.schedule({"kind": "html", "status": 503, "times": 1_000_000})
    attempts(rig, 1)
    with rig.process() as process:
        before = [run.state for run in process.store.runs(limit=10)]
    rig.world.faults.clear()
    paying, paid = attempts(rig, 2)
    with rig.process() as process:
        after = [run.state for run in process.store.runs(limit=10)]
    assert (before, after) == ([RunState.FAILED], [RunState.DONE])
    assert (paying > 0, paid) == (True, 0)


@pytest.mark.guarantee("G15")
def test_a_night_that_has_had_its_time_rests_and_goes_on(figure: Figures) -> None:
    """Five hours a page: after twelve the page under way is kept, and the rest is deferred."""
    world = make_world(accounts=3)
    began = world.clock.now()

    def slow(_stage: str, _count: int) -> None:
        world.advance(timedelta(hours=5 * (world.clock.now() < began + timedelta(days=2))))

    def app(progress: Any) -> Any:
        context = replace(world.ctx, progress=progress)
        return SimpleNamespace(
            clock=world.clock, config=CONFIG, context=lambda _n, stopping: context
        )

    night = date(2026, 11, 21)
    report = nightly_sync.run(app(slow), "acme", night)
    took = world.clock.now() - began
    again = nightly_sync.run(app(lambda *_: None), "acme", night)
    over = (took - timedelta(hours=CONFIG.schedule.max_hours)).total_seconds() / 3600
    ended = (report.state, report.error_code, again.state)
    told = f"a night at five hours a page, with time for twelve hours: ended after {over:.0f} more"
    met = ended == (RunState.DEFERRED, "KAM-7132", RunState.DONE) and 0 <= over < 5
    figure("G15", told, met=met)
