"""A night keeps key figures; `kam kpi`, `kam score explain` and `kam export` show them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kam_connector.cli.edge import run
from kam_connector.model.figures import KpiValue, RevenueLine
from kam_connector.model.kept import PROGRAM, kept_id
from kam_connector.model.kind import Kind
from kam_connector.testing.store_samples import facts_of, make_batch, make_mirror
from tests.factories.world import World, make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""


def line(account_id: str, month: str, revenue: int) -> RevenueLine:
    """Return what was billed in a month."""
    return RevenueLine(
        id=kept_id(RevenueLine, account_id, month),
        account_id=account_id,
        month=date.fromisoformat(f"{month}-01"),
        revenue=Decimal(revenue),
        currency="EUR",
        product_line="Grids",
        country="FR",
    )


def tell(world: World, *lines: RevenueLine) -> None:
    """Import lines."""
    world.store.keep(lines, by="claire", at=world.clock.now())


def figure(world: World, account_id: str, key: str) -> list[KpiValue]:
    """Return what is kept of one figure, oldest first."""
    kept = world.store.kept(KpiValue, account_id=account_id)
    return sorted((one for one in kept if one.key == key), key=lambda one: one.as_of)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a configuration and a database after its first night."""
    (tmp_path / "config.toml").write_text(CONFIG)
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}")
    world.first_night()
    tell(world, *(line(world.account("a0"), f"2026-{month:02}", 100) for month in range(1, 11)))
    world.run()
    world.store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    return tmp_path


def test_a_night_keeps_one_figure_per_account_key_and_day() -> None:
    """A second run of the day replaces its own; the next day adds one."""
    world = make_world()
    world.first_night()
    account_id = world.account("a0")
    tell(world, line(account_id, "2026-10", 700))
    world.run()
    world.run()
    world.advance(timedelta(days=1))
    world.run()
    kept = figure(world, account_id, "revenue_12m")
    assert [(one.as_of.day, one.value, one.unit) for one in kept] == [
        (21, 700, "EUR"),
        (22, 700, "EUR"),
    ]
    assert world.store.kept_changes(record_id=kept[0].id) == []


def test_a_night_thins_what_is_old() -> None:
    """After two months of nights the days of the first are gone but its first."""
    world = make_world(accounts=1)
    world.first_night()
    account_id = world.account("a0")
    today = figure(world, account_id, "coverage")[0]
    days = [today.as_of - timedelta(days=back) for back in range(1, 70)]
    old = [
        KpiValue(
            id=kept_id(KpiValue, account_id, "coverage", day),
            account_id=account_id,
            family=today.family,
            key="coverage",
            as_of=day,
            value=Decimal(50),
            unit="percent",
            reason="then",
        )
        for day in days
    ]
    world.store.keep(old, by=PROGRAM, at=world.clock.now())
    world.advance(timedelta(days=1))
    for _ in range(28):
        world.run()
        world.advance(timedelta(days=1))
    left = {one.as_of for one in figure(world, account_id, "coverage")}
    assert min(days) in left
    assert date(2026, 10, 1) in left
    assert date(2026, 10, 2) not in left
    assert today.as_of in left


def test_facts_count_the_revenue_of_accounts_below() -> None:
    """A subsidiary's lines are told of it and count above, too."""
    world = make_world(accounts=1)
    world.first_night()
    top = world.account("a0")
    world.store.apply_merge(
        make_batch(Kind.ACCOUNT, make_mirror(Kind.ACCOUNT, "acc_below", parent=top))
    )
    tell(world, line(top, "2026-05", 10), line("acc_below", "2026-05", 20))
    facts = facts_of(world.store, top)
    assert sorted(one.revenue for one in facts.kept.of(RevenueLine)) == [10, 20]
    assert len(world.store.kept_records(top).of(RevenueLine)) == 1


def test_show_says_value_year_before_and_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four families for a person."""
    assert run(["kpi", "show", "Company a0"]) == 0
    out = capsys.readouterr().out
    assert "Our revenue, 12 months  EUR 1,000" in out
    assert "10 revenue lines from 2025-11 to 2026-10" in out
    assert [word in out for word in ("Development", "Satisfaction", "Profitability")] == [True] * 3


def test_show_speaks_french(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--language fr: labels, numbers and reasons."""
    assert run(["kpi", "show", "Company a0", "--language", "fr"]) == 0
    out = capsys.readouterr().out
    assert "Notre chiffre d’affaires, 12 mois" in out
    assert "10 lignes de chiffre d’affaires de 2025-11 à 2026-10" in out


def test_show_has_the_tree(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--tree: each account alone and together with those below."""
    assert run(["kpi", "show", "Company a0", "--tree", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    (place,) = data["tree"]
    assert place["together"]["revenue_12m"]["value"] == "1000.00"


def test_list_shows_a_family_and_the_portfolio(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All key accounts, then concentration."""
    assert run(["kpi", "list"]) == 0
    out = capsys.readouterr().out
    assert "Company a0" in out
    assert "Key accounts' share of revenue" in out
    assert run(["kpi", "list", "--family", "profitability", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["data"]
    (roi,) = [one for one in told["portfolio"] if one["key"] == "programme_roi"]
    assert roi["value"] is None
    assert "no baseline margin" in roi["reason"]


def test_an_account_without_figures_is_told_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A score that was never computed names those that were."""
    assert run(["score", "explain", "Company a0", "--score", "tender_readiness"]) == 4
    assert "It has health, relationship, renewal_risk" in capsys.readouterr().err


def test_renewal_risk_is_explained_and_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kam score explain --score renewal_risk`, and a line of `kam account show`."""
    assert run(["score", "explain", "Company a0", "--score", "renewal_risk"]) == 0
    assert "renewal.contracting_lag" in capsys.readouterr().out
    assert run(["account", "show", "Company a0"]) == 0
    assert "renewal risk" in capsys.readouterr().out


def test_figures_can_be_exported_with_their_history(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One row per account, figure and day."""
    assert run(["export", "--format", "jsonl", "--what", "kpis"]) == 0
    rows = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    (revenue,) = [
        one for one in rows if one["account"] == "Company a0" and one["figure"] == "revenue_12m"
    ]
    assert (revenue["value"], revenue["unit"], revenue["as_of"]) == ("1000.00", "EUR", "2026-11-21")
