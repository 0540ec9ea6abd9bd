"""Plans of all accounts side by side."""

from __future__ import annotations

import pytest

from kam_connector.reports import FRAMES
from tests.factories.plan_story import make_story
from tests.factories.world import NOW, World


@pytest.fixture(name="world", scope="module")
def _world() -> World:
    return make_story()


@pytest.mark.parametrize(
    ("name", "column", "wanted"),
    [
        ("objectives", "objective", "Become the first supplier for automation"),
        ("actions", "action", "Agree the robotics pilot"),
        ("risks", "risk", "Nordlift leases below our price"),
        ("insights", "insight", "Planners want hourly forecasts"),
    ],
)
def test_what_people_planned_stands_in_the_portfolio(
    world: World, name: str, column: str, wanted: str
) -> None:
    """With the account's name beside it."""
    table = FRAMES[name](world.store, as_of=NOW.date())
    row = next(one for one in table.to_dict("records") if one[column] == wanted)
    assert row["account"] == "Altair Industries"


def test_signals_of_all_accounts_are_one_table(world: World) -> None:
    """As many as the store has."""
    table = FRAMES["signals"](world.store, as_of=NOW.date())
    assert len(table) == len(world.store.signals())
