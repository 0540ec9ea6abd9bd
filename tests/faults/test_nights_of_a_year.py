"""A night is paid once: over a leap year in five zones, and with two schedulers at once (G11)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kam_connector.config import build_config
from kam_connector.config.source import parse_source
from kam_connector.errors import BusyError
from kam_connector.model.report import RunReport
from kam_connector.model.run import ConnectionState, Run, RunState
from kam_connector.store import open_store
from kam_connector.sync.lease import TTL_S, connection_lease
from kam_jobs import nights
from kam_jobs.alerts import Alerts
from kam_jobs.nightly_sync import JOB
from kam_jobs.nightly_sync import run as run_night
from kam_jobs.nights import NightWatch
from kam_jobs.schedule import next_due
from tests.factories.clock import ManualClock
from tests.factories.world import make_world
from tests.guarantees import Figures

YEAR = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]
ZONES = [
    ("Europe/Paris", "02:30"),  # never comes on 26 March, comes twice on 29 October
    ("America/New_York", "01:30"),  # comes twice on 5 November
    ("Australia/Lord_Howe", "01:45"),  # clocks move by half an hour
    ("America/Santiago", "00:15"),  # clocks move at midnight: a day without its first hour
    ("Asia/Kathmandu", "23:50"),  # no change; a quarter of an hour off
]


def config(zone: str, at: str) -> Any:
    """Return an installation with one connection."""
    text = f'[schedule]\nat = "{at}"\ntimezone = "{zone}"\n[connections.emea]\ncrm = "x"\n'
    return build_config(parse_source(text.encode()), environ={})


class Year:
    """A scheduler that lives through a year, on a ledger of its own."""

    def __init__(self, zone: str, at: str) -> None:
        self.config = config(zone, at)
        self.clock = ManualClock(datetime(2027, 12, 31, tzinfo=UTC))
        self.store = open_store("sqlite://", clock=self.clock.now)
        self.store.save_connection(ConnectionState(name="emea", crm="x"))
        self.paid: list[date] = []

    def wake_all_year(self) -> None:
        """Wake at every moment the schedule names, and again minutes later.

        Each seventh moment passes while nobody is here: the next look comes five hours late.
        """
        watch = self._watch()
        number = 0
        while (moment := next_due(self.config.schedule, self.clock.at)) is not None:
            if moment.date() > YEAR[-1]:
                break
            number += 1
            due = moment.astimezone(UTC)
            late = number % 7 == 0
            for hours in (5, 5.1, 12) if late else (0, 0.05):
                self.clock.at = due + timedelta(hours=hours)
                watch.pay()
            self.clock.at = due + timedelta(seconds=1)  # the timer's own next moment may be near
        self.store.close()

    def run(self, _app: Any, connection: str, night: date, **_: Any) -> RunReport:
        """Run a night that does nothing but stand in the ledger."""
        now = self.clock.at
        run = Run(id=f"{now:%Y%m%dT%H%M%S}", connection=connection, job=JOB, local_date=night,
                  started_at=now, state=RunState.RUNNING)  # fmt: skip
        assert self.store.open_run(run)
        self.paid.append(night)
        self.store.save_run(replace(run, state=RunState.DONE, finished_at=now))
        return RunReport(run_id=run.id, connection=connection, state=RunState.DONE, as_of=night)

    def _watch(self) -> NightWatch:
        app: Any = SimpleNamespace(
            config=self.config,
            connections=self.config.connections,
            store=self.store,
            clock=self.clock,
            forget=lambda _name: None,
        )
        return NightWatch(app=app, alerts=Alerts(), stopping=lambda: False)


@pytest.mark.guarantee("G11")
@pytest.mark.parametrize(("zone", "at"), ZONES, ids=[zone for zone, _ in ZONES])
def test_each_night_of_a_year_is_paid_once(
    zone: str, at: str, monkeypatch: pytest.MonkeyPatch, figure: Figures
) -> None:
    """Days of 23, 24, 25 hours, double wakes and late ones: 366 nights, 366 runs (D8, D9)."""
    year = Year(zone, at)
    monkeypatch.setattr(nights, "run_night", year.run)
    monkeypatch.setattr("kam_jobs.retention.is_done", lambda *_: True)  # another matter
    year.wake_all_year()
    paid = [night for night in year.paid if night in set(YEAR)]
    doubles = len(paid) - len(set(paid))
    said = f"{zone}, {at}: {len(paid)} runs for {len(YEAR)} nights, {doubles} doubles"
    figure("G11", said, met=paid == YEAR)


@pytest.fixture(name="schedulers")
def _schedulers(tmp_path: Path) -> Iterator[tuple[list[Any], ManualClock]]:
    """Two installations with stores of their own on one file, and one clock."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    worlds = [make_world(url, accounts=0, connection="emea") for _ in range(2)]
    clock = worlds[0].clock
    apps: list[Any] = []
    for number, world in enumerate(worlds):
        world.store._clock = clock.now
        ctx = replace(world.ctx, clock=clock, owner=f"host{number}:1", connection="emea")
        installed = config("Europe/Paris", "02:15")
        apps.append(
            SimpleNamespace(
                config=installed,
                connections=installed.connections,
                store=world.store,
                clock=clock,
                forget=lambda _name: None,
                context=lambda _name, ctx=ctx, **_: ctx,
            )
        )
    yield apps, clock
    for world in worlds:
        world.store.close()


def together(act: Callable[[Any], object], apps: list[Any]) -> None:
    """Let both do the same at the same moment."""
    ready = threading.Barrier(len(apps))

    def start(app: Any) -> None:
        ready.wait()
        act(app)

    threads = [threading.Thread(target=start, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.guarantee("G11", "INV2")
def test_two_schedulers_at_once_pay_each_night_once(
    schedulers: tuple[list[Any], ManualClock], figure: Figures
) -> None:
    """Both wake at the same moment, night after night: the lease and the ledger let one run."""
    apps, clock = schedulers
    watches = {id(app): NightWatch(app=app, alerts=Alerts(), stopping=lambda: False)
               for app in apps}  # fmt: skip
    for _night in range(20):
        clock.at += timedelta(days=1)
        together(lambda app: watches[id(app)].pay(), apps)
    runs = [run for run in apps[0].store.runs(connection="emea", limit=500) if run.job == JOB]
    done = [run.local_date for run in runs if run.state is RunState.DONE]
    said = f"two schedulers at once, 20 nights: {len(done)} runs, {len(runs) - len(done)} others"
    figure("G11", said, met=len(done) == len(set(done)) == len(runs) == 20)


@pytest.mark.guarantee("G11", "INV2")
def test_a_dead_schedulers_night_is_paid_when_its_lease_has_run_out(
    schedulers: tuple[list[Any], ManualClock],
) -> None:
    """It died with the lease: busy for a minute, then another host pays the same night."""
    (dead, other), clock = schedulers
    night = date(2026, 11, 21)
    lease = dead.store.acquire_lease(connection_lease("emea"), "gone:1", ttl_s=TTL_S)
    clock.at += timedelta(seconds=TTL_S - 1)
    with pytest.raises(BusyError):
        run_night(other, "emea", night)
    clock.at += timedelta(seconds=2)
    assert run_night(other, "emea", night).state is RunState.DONE
    assert dead.store.renew_lease(lease, ttl_s=TTL_S) is None


@pytest.mark.guarantee("G11")
def test_a_scheduler_that_beats_keeps_its_night(
    schedulers: tuple[list[Any], ManualClock],
) -> None:
    """A heartbeat every twenty seconds: ten minutes later nobody else has got in."""
    (long, other), clock = schedulers
    lease = long.store.acquire_lease(connection_lease("emea"), "busy:1", ttl_s=TTL_S)
    for _beat in range(30):
        clock.at += timedelta(seconds=20)
        lease = long.store.renew_lease(lease, ttl_s=TTL_S)
    assert lease is not None
    with pytest.raises(BusyError):
        run_night(other, "emea", date(2026, 11, 21))
