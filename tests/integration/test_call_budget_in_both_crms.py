"""G12 over both adapters: days with few calls, and another program that burns them meanwhile."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from inspect import getclosurevars
from pathlib import Path
from typing import Any

import pytest

from kam_connector.errors import BudgetExhausted
from kam_connector.model.run import RunState
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.budget import A_STEP
from kam_connector.sync.run import preview_only, run_sync
from tests.faults.rig import Rig
from tests.guarantees import Figures

CRMS = ("salesforce", "hubspot")
SHARE, RESERVE = 0.20, 0.25
"""The defaults of SyncContext."""
SCARCE = (20, 100, 140, 160)
"""Calls of a day; a whole first night takes about forty of ours."""
TO_HEAR_OF_IT = 5
"""Our choice: who asks who answers has made so many calls, and knows how the day stands."""


@dataclass
class Day:
    """One CRM's day, as the CRM itself counts it."""

    rig: Rig
    allowed: int
    burns: int = 0
    """Calls that another program makes for each of ours."""
    others: int = 0
    late: int = 0
    """Our requests once the others and we had reached the reserve."""
    state: str = ""

    @property
    def meter(self) -> tuple[Any, str]:
        """Where the CRM keeps its count."""
        if self.rig.skin.crm == "hubspot":
            return self.rig.app.portal.limiter, "today"  # type: ignore[attr-defined]
        return getclosurevars(self.rig.app).nonlocals["api"].org, "calls"  # type: ignore[arg-type]

    @property
    def ours(self) -> int:
        """How many of the day's calls were ours."""
        return int(getattr(*self.meter)) - self.others

    def heard(self, _asked: str) -> None:
        """Look how the day stands as a request of ours comes, and let the other be quick."""
        self.late += getattr(*self.meter) >= self.allowed * (1 - RESERVE)
        self.others += self.burns
        setattr(*self.meter, getattr(*self.meter) + self.burns)


def live(crm: str, database: Path, allowed: int, *, burns: int = 0, taken: int = 0) -> Day:
    """Live a first night, approved, on a day with few calls; *taken* are others' already."""
    day = Day(Rig(crm, database), allowed, burns=burns)
    rig = day.rig
    rig.world.daily_api_limit = allowed
    if crm == "hubspot":
        limiter = rig.app.portal.limiter  # type: ignore[attr-defined]
        limiter.limits.daily, limiter._counted = allowed, limiter.day()
    day.others = taken
    setattr(*day.meter, taken)
    rig.heard = day.heard
    with rig.process() as process, suppress(BudgetExhausted):
        report = preview_only(process.ctx)
        day.state = report.state.value
        if report.preview_id is not None:
            process.enable()
            day.state = apply_preview(process.ctx, report.preview_id).state.value
    return day


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("crm", CRMS)
def test_no_more_than_our_share_of_a_scarce_day_is_used(
    crm: str, tmp_path: Path, figure: Figures
) -> None:
    """Counted by the CRM: a fifth of the day at most, and a few calls to hear how it stands."""
    days = [live(crm, tmp_path / f"{allowed}.db", allowed) for allowed in SCARCE]
    over = [day.ours - int(day.allowed * SHARE) for day in days]
    above = sum(max(0, one) for one in over[1:])
    told = f"{crm}: days of {SCARCE[1]} to {SCARCE[-1]} calls: {above} above our fifth; "
    told += f"a day of {SCARCE[0]}: {days[0].ours} to hear of it"
    deferred = {day.state for day in days} <= {"deferred", ""}
    figure("G12", told, met=above == 0 and days[0].ours <= TO_HEAR_OF_IT and deferred)


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("crm", CRMS)
def test_another_program_that_burns_the_day_finds_its_reserve(
    crm: str, tmp_path: Path, figure: Figures
) -> None:
    """It makes twenty calls for each of ours: when the reserve is reached, we end our step."""
    burning = ((5, 150), (20, 400))
    days = [live(crm, tmp_path / f"{n}.db", day, burns=n) for n, day in burning]
    late = [day.late for day in days]
    told = f"{crm}: another makes 5 and 20 calls for each of ours: {late[0]} and {late[1]} of ours "
    told += f"after the reserve was reached, within a step of {A_STEP}"
    deferred = {day.state for day in days} <= {"deferred", ""}
    figure("G12", told, met=max(late) <= A_STEP and deferred)


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("crm", CRMS)
def test_a_day_that_is_used_up_costs_the_calls_to_hear_of_it(
    crm: str, tmp_path: Path, figure: Figures
) -> None:
    """Others have taken all but the reserve before we come: hourly attempts cost next to none."""
    day = live(crm, tmp_path / "kam.db", 1000, taken=800)
    told = f"{crm}: {day.ours} calls to hear that the reserve is reached, then none"
    figure("G12", told, met=0 < day.ours <= TO_HEAR_OF_IT and day.state != "done")


@pytest.mark.guarantee("G12", "INV9")
@pytest.mark.parametrize("crm", CRMS)
def test_the_night_goes_on_when_the_day_has_calls_again(crm: str, tmp_path: Path) -> None:
    """What was deferred is written the next day, and once."""
    day = live(crm, tmp_path / "kam.db", 180)
    day.rig.advance(days=1)
    day.rig.world.daily_api_limit = day.allowed = 100_000
    if crm == "hubspot":
        day.rig.app.portal.limiter.limits.daily = 100_000  # type: ignore[attr-defined]
    with day.rig.process() as process:
        shown = preview_only(process.ctx)
        process.enable()
        apply_preview(process.ctx, shown.preview_id or "")
        again = run_sync(process.ctx)
    tasks = [one.fields.get(day.rig.skin.names.key) for one in _tasks(day.rig)]
    assert (day.state, again.state) == ("deferred", RunState.DONE)
    assert len(tasks) == len(set(tasks)) > 0


def _tasks(rig: Rig) -> list[Any]:
    """Return the tasks with our key."""
    names = rig.skin.names
    return [one for one in rig.records.all(names.task) if one.fields.get(names.key)]
