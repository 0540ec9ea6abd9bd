"""`kam programme`, `kam team` and `kam account select` over a real store."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.model.kept import kept_id
from kam_connector.model.programme import Axis, Criterion, Maturity, Programme, SelectionScore
from tests.factories.world import World, make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[kam]
key_accounts = "segment = 'A'"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""


@pytest.fixture(name="world")
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a world after its first night, with a configuration beside its database."""
    (tmp_path / "config.toml").write_text(CONFIG)
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}")
    world.first_night()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    yield world
    world.store.close()


def data_of(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Run a command and return its data."""
    assert run([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["data"]


def keep(world: World, *records: Any) -> None:
    """Let somebody tell the layer something."""
    with world.store.unit():
        world.store.keep(records, by="usr_1", at=world.crm.identity().now)


def test_a_programme_begins_and_is_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """One line keeps it; its page, checks, method and scores read it back."""
    begun = data_of(capsys, "programme", "begin", "KAM", "--method", "advanced", "--by", "Claire")
    assert begun["changed"] == 14
    page = data_of(capsys, "programme", "show")
    assert page["page"]["programme"]["maturity"] == "advanced"
    assert [one["key"] for one in page["concentration"]] == ["key_share", "pareto_customers", "hhi"]
    assert data_of(capsys, "programme", "method")["in_force"]["maturity"] == "advanced"
    missing = data_of(capsys, "programme", "check")["readiness"]
    assert {one["key"] for one in missing if not one["ready"]} >= {"strategy", "lead", "time"}
    pillars = data_of(capsys, "programme", "scorecard")["pillars"]
    assert [one["pillar"] for one in pillars] == ["infrastructure", "team", "plan"]
    assert data_of(capsys, "programme", "adoption")["looked_after"] is not None


def test_the_calendar_is_a_file(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines end as RFC 5545 wants, in French when asked."""
    assert run(["programme", "begin", "KAM"]) == 0
    assert run(["programme", "calendar", "-o", "kam.ics", "--language", "fr"]) == 0
    content = Path("kam.ics").read_bytes()
    assert content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert content.count(b"BEGIN:VEVENT") == 2
    assert b"CATEGORIES:revue de compte,plan" in content


def test_teams_are_shown_and_checked(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Every key account has a team, if only its owner."""
    account_id = world.store.key_accounts()[0].account_id
    shown = data_of(capsys, "team", "show", account_id)
    assert shown["team"]["account_id"] == account_id
    assert data_of(capsys, "team", "pulse", account_id)["rounds"] == []
    checks = data_of(capsys, "team", "check")["checks"]
    assert {one["key"] for one in checks} >= {"team_size", "contact_covered"}
    assert {one["measure"] for one in checks} <= {"lack", "excess", "unknown", "fine"}


def test_the_model_orders_the_choice_and_the_cap_ends_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What people say of accounts decides, once the programme has criteria of its own."""
    before = [one.account_id for one in world.store.key_accounts()]
    best = max(before)
    fit = Criterion(
        id=kept_id(Criterion, "fit"), axis=Axis.ATTRACTIVENESS, name="fit", weight=Decimal(1),
        low=Decimal(0), high=Decimal(100),
    )  # fmt: skip
    scores = [
        SelectionScore(
            id=kept_id(SelectionScore, account_id), account_id=account_id, criterion_id=fit.id,
            value=Decimal(90 if account_id == best else 20), scored_by="usr_1",
            scored_on=date(2026, 11, 1),
        )
        for account_id in before
    ]  # fmt: skip
    programme = Programme(id="programme", name="KAM", account_cap=1, maturity=Maturity.STARTER)
    keep(world, fit, *scores, programme)
    world.run()
    assert [one.account_id for one in world.store.key_accounts()] == [best]
    shown = data_of(capsys, "account", "select", "--matrix")
    assert shown["criteria_adopted"]
    assert not shown["on_current_spend_alone"]
    assert shown["matrix"][best]["attractiveness"]["value"] == "90.0"
    assert best not in shown["beyond_cap"]


def test_without_criteria_current_spend_is_warned_of(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shipped criteria are shown, and order nothing."""
    shown = data_of(capsys, "account", "select")
    assert shown["on_current_spend_alone"]
    assert not shown["criteria_adopted"]
    assert len(shown["criteria"]) == 7
