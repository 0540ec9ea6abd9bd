"""The budget that blocks before the first write, and the two people it takes to go past it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam_connector.errors import HeldError
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.context import Rails
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world
from tests.guarantees import Figures

_ACCOUNTS = 5
_SHARED = MAPPING_TEXT.replace(
    'kam_risk = { from = "risk.top", null = "clear" }',
    'kam_risk = { from = "risk.top", null = "clear", conflict = "newest" }',
)
"""The risk is a field that people edit as well."""
_STRICT = Rails(quiet=timedelta(0), floor=0, max_share=0.10, max_empty_share=1.0, median_factor=100)
"""Only the budget of shared fields can hold these runs."""


def lose_renewals(world: World, count: int) -> None:
    """Let so many accounts lose their renewal: what their risk says changes."""
    for number in range(count):
        world.crm.edit("deal", f"d-a{number}", {"closed": True, "won": False})
    world.advance(timedelta(days=1))


def held_world() -> tuple[World, RunReport]:
    """Return a world whose run is held by a rail, with the report."""
    world = make_world(accounts=5)
    world.first_night()
    world.advance(timedelta(days=1))
    world.run()
    strict = world.with_(rails=Rails(quiet=timedelta(0), floor=2))
    lose_renewals(strict, 5)
    return strict, strict.run()


def approve_as(world: World, report: RunReport, actor: str) -> RunReport:
    """Apply a report's preview as one person."""
    return apply_preview(world.with_(actor=actor).ctx, report.preview_id or "")


@pytest.mark.guarantee("G22")
@pytest.mark.parametrize("count", range(_ACCOUNTS + 1))
def test_g22_a_run_over_budget_writes_nothing_at_all(count: int, figure: Figures) -> None:
    """Plans of 0 % to 100 % of the records: above the limit, held before the first write."""
    world = make_world(accounts=_ACCOUNTS, mapping=_SHARED, rails=_STRICT)
    world.first_night()
    world.advance(timedelta(days=1))
    world.run()
    before = world.writes()
    lose_renewals(world, count)
    report = world.run()
    shared = [one for one in report.changes if any(f.shared for f in one.fields) and one.ref]
    in_scope = 3 * _ACCOUNTS + (_ACCOUNTS - count)  # accounts, two people each, open deals
    over = len(shared) > in_scope * _STRICT.max_share
    assert sum(one.object == "account" for one in shared) == count
    assert (report.state is RunState.HELD) is over
    written = world.writes() - before
    share = f"{count / _ACCOUNTS:.0%} of the accounts"
    said = f"{share}: {written} writes, over budget: {over}"
    figure("G22", said, met=not (over and written))


@pytest.mark.guarantee("G22")
def test_one_yes_is_noted_and_writes_nothing() -> None:
    """Exit code 10: a second person is needed, and the message says how a lone one goes on."""
    world, report = held_world()
    before = world.writes()
    with pytest.raises(HeldError, match="a second person") as caught:
        approve_as(world, report, "Ada")
    assert (caught.value.code, caught.value.exit_code) == ("KAM-5006", 10)
    assert "four_eyes = false" in caught.value.hint
    assert world.writes() == before


@pytest.mark.guarantee("G22")
@pytest.mark.parametrize("again", ["Ada", "ada ", "ADA"])
def test_one_person_is_not_two(again: str) -> None:
    """The same name in another spelling, as often as one likes."""
    world, report = held_world()
    before = world.writes()
    with pytest.raises(HeldError):
        approve_as(world, report, "Ada")
    with pytest.raises(HeldError, match="another person"):
        approve_as(world, report, again)
    assert world.writes() == before


def test_the_second_person_writes() -> None:
    """Both are kept with the preview."""
    world, report = held_world()
    with pytest.raises(HeldError):
        approve_as(world, report, "Ada")
    assert approve_as(world, report, "Bob").written > 0
    approvals = world.store.approvals(report.preview_id or "")
    assert [one.actor for one in approvals] == ["Ada", "Bob"]


def test_nobody_in_particular_cannot_approve() -> None:
    """The schedule has no name: it is not one of the two."""
    world, report = held_world()
    with pytest.raises(HeldError, match="nobody says who"):
        approve_as(world, report, "")
    assert world.store.approvals(report.preview_id or "") == []


def test_who_works_alone_says_so_in_the_settings() -> None:
    """``four_eyes = false``: one yes writes, and the budget still held the run first."""
    world, report = held_world()
    alone = world.with_(rails=Rails(quiet=timedelta(0), floor=2, four_eyes=False))
    assert approve_as(alone, report, "Ada").written > 0


def test_a_first_approval_that_no_rail_holds_takes_one_person() -> None:
    """Two people would say yes to nothing."""
    world = make_world(accounts=1)
    shown = world.preview()
    world.enable()
    assert approve_as(world, shown, "Ada").written > 0


def test_the_preview_shows_how_near_each_rail_is() -> None:
    """Counts with their limits, and a mark on the rail that holds it."""
    _, report = held_world()
    said = {one.rail: one for one in report.rails}
    assert said["emptied"].code == "KAM-5102"
    assert "limit 5%" in said["emptied"].said
    assert said["approval"].said == "two people"
    assert said["shared fields"].said == "5 of 15 records (limit 20% or 500; silent up to 2)"
