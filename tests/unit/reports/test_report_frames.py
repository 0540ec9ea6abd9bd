"""The tables say what the store knows, and nothing is guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kam_connector.cli.export import export
from kam_connector.model.kind import Kind, Row
from kam_connector.reports import FORMATS, FRAMES, Frame
from kam_connector.reports.frames import ledger, people, portfolio, revenue
from tests.factories.world import World, make_world

TODAY = date(2026, 11, 21)


@pytest.fixture(name="world", scope="module")
def _world() -> World:
    """Return a world after its first night, with business won in three years."""
    world = make_world()
    for ref, closes, amount in (
        ("w1", "2024-03-01", "100.10"),
        ("w2", "2025-03-01", "100.10"),
        ("w3", "2025-09-01", "0.20"),
        ("w4", "2026-03-01", "50.15"),
    ):
        values: Row = {"account": "a0", "name": ref, "stage": "won", "closed": True, "won": True}
        world.crm.put("deal", ref, {**values, "amount": amount, "closes": closes, "owner": "u1"})
    world.advance()
    world.first_night()
    return world


def row(frame: Frame, **wanted: object) -> dict[str, object]:
    """Return the first row with these values."""
    rows = frame.to_dict("records")
    return next({str(k): v for k, v in r.items()} for r in rows if wanted.items() <= r.items())


def test_portfolio_has_one_row_per_key_account(world: World) -> None:
    """Every chosen account is there once, with its owner and renewal."""
    table = portfolio(world.store, as_of=TODAY)
    assert sorted(table["account_id"]) == sorted(o.account_id for o in world.store.key_accounts())
    found = row(table, account="Company a0")
    assert found["owner"] == "Ada"
    assert found["renewal"] == date(2027, 1, 30)
    assert found["stage"] == "development"


def test_portfolio_shows_the_scores_of_the_last_run(world: World) -> None:
    """Health, relationship and coverage are the numbers people see elsewhere."""
    table = portfolio(world.store, as_of=TODAY)
    account = world.account("a0")
    scores = {one.name: one for one in world.store.scores(account, limit=1)}
    found = row(table, account_id=account)
    assert found["health"] == scores["health"].value
    assert found["band"] == scores["health"].band.value
    assert found["relationship"] == scores["relationship"].value
    assert found["data_coverage"] == scores["health"].data_coverage


def test_ledger_lines_sum_to_the_score(world: World) -> None:
    """The exported lines add up to the value beside them."""
    table = ledger(world.store, as_of=TODAY)
    lines = table[(table["account"] == "Company a0") & (table["score"] == "relationship")]
    assert sum(lines["points"], Decimal(0)) == lines["value"].iloc[0]


def test_people_are_listed_with_role_and_last_two_way(world: World) -> None:
    """Every contact of a key account is there, strongest first within it."""
    table = people(world.store, as_of=TODAY)
    account = world.account("a0")
    mine = table[table["account_id"] == account]
    told = {one.id: one.values["role"] for one in world.store.outcomes(Kind.CONTACT)}
    assert list(mine["strength"]) == sorted(mine["strength"], reverse=True)
    assert {one: told.get(one) for one in mine["contact_id"]} == dict(
        zip(mine["contact_id"], mine["role"], strict=True)
    )
    assert list(mine["last_two_way"]) == [date(2026, 10, 12)] * 2


def test_revenue_is_summed_exactly_by_calendar_year(world: World) -> None:
    """Won amounts keep every digit; growth compares with the year before."""
    table = revenue(world.store, as_of=TODAY)
    mine = table[table["account_id"] == world.account("a0")]
    assert list(mine["year"]) == [2024, 2025, 2026]
    assert list(mine["won"]) == [Decimal("100.10"), Decimal("100.30"), Decimal("50.15")]
    assert list(mine["growth_percent"]) == [None, Decimal("0.2"), Decimal("-50.0")]
    assert list(mine["to_date"]) == ["no", "no", "yes"]


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_tables_of_an_empty_store_have_their_columns(name: str) -> None:
    """Before the first run a table is empty, not an error."""
    table = FRAMES[name](make_world(accounts=0).store, as_of=TODAY)
    assert len(table) == 0
    assert {"account", "account_id"} <= set(table.columns)


def test_command_offers_every_table_and_format() -> None:
    """What the reports can do is what the command offers."""
    choices = {one.name: getattr(one.type, "choices", ()) for one in export.params}
    assert tuple(choices["what"]) == tuple(FRAMES)
    assert tuple(choices["form"]) == FORMATS
