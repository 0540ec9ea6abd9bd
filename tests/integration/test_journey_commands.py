"""`kam journey` and `kam playbook`: what people read, and what they decide by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.model.account import Stage
from kam_connector.model.journey import GateAnswer, PlaybookRun, StageMove
from kam_connector.store.sql_store import open_store
from tests.factories.clock import ManualClock
from tests.factories.world import NOW, make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a configuration and a database after its first night."""
    (tmp_path / "config.toml").write_text(CONFIG)
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}")
    world.first_night()
    world.store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    return tmp_path


@pytest.fixture(name="say")
def _say(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a way to run a command and read its data."""

    def said(*words: str) -> Any:
        assert run([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)["data"]

    return said


def _kept(folder: Path, made: type[Any]) -> list[Any]:
    store = open_store(f"sqlite:///{folder / 'kam.db'}", clock=ManualClock(NOW).now)
    try:
        return store.kept(made)
    finally:
        store.close()


def test_show_tells_stage_gates_and_renewals(say: Callable[..., Any]) -> None:
    """The window of the renewal is open beside the stage."""
    journey = say("journey", "show", "Company a0")["journey"]
    assert journey["phase"] == "renewal"
    assert len(journey["renewals"]) == 1
    assert {one["stage"] for one in journey["exit"]} == {journey["stage"]}


@pytest.mark.checklist("S2.02", home="`kam journey move`")
def test_move_keeps_the_stage_with_its_author_and_open_items(
    say: Callable[..., Any], folder: Path
) -> None:
    """Forward and back, each with who and why."""
    say("journey", "move", "Company a0", "consolidation", "--by", "Ada", "--reason", "Signed")
    say("journey", "move", "Company a0", "onboarding", "--by", "Bo")
    moves = sorted(_kept(folder, StageMove), key=lambda one: one.number)
    assert [(one.to_stage, one.moved_by) for one in moves] == [
        (Stage.CONSOLIDATION, "Ada"),
        (Stage.ONBOARDING, "Bo"),
    ]
    assert moves[0].unmet
    assert say("journey", "show", "Company a0")["journey"]["stage"] == "onboarding"


def test_answer_keeps_a_person_s_word(say: Callable[..., Any], folder: Path) -> None:
    """Asked twice, the last answer holds."""
    say("journey", "move", "Company a0", "onboarding", "--by", "Ada")
    say("journey", "answer", "Company a0", "first_win", "no", "--by", "Ada")
    say("journey", "answer", "Company a0", "first_win", "yes", "--by", "Bo")
    (answer,) = _kept(folder, GateAnswer)
    assert (answer.met, answer.answered_by) == (True, "Bo")


def test_an_unknown_item_is_refused_with_those_there_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is kept that no gate asks for."""
    assert run(["journey", "answer", "Company a0", "luck", "yes", "--by", "Ada"]) == 2
    assert "KAM-7043" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["map", "moments", "tenders", "recap"])
def test_every_view_has_lines_for_people(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Begun with the account's name."""
    assert run(["journey", command, "Company a0"]) == 0
    assert capsys.readouterr().out.startswith("Company a0")


def test_the_map_of_all_accounts_shows_gaps_alone(say: Callable[..., Any]) -> None:
    """One map each."""
    assert len(say("journey", "map")["maps"]) == 3


def test_a_playbook_is_started_once_and_closed_by_a_person(
    say: Callable[..., Any], folder: Path
) -> None:
    """Started twice with the same words, one run; closed, it is over."""
    words = ("playbook", "start", "Company a0", "crisis", "--about", "Outage in Lyon")
    first = say(*words, "--by", "Ada")["run"]["id"]
    assert say(*words, "--by", "Bo")["run"]["id"] == first
    assert say("playbook", "show", first)["run"]["reason"] == "Outage in Lyon"
    say("playbook", "close", first, "--by", "Ada")
    (kept,) = _kept(folder, PlaybookRun)
    assert (kept.started_by, kept.closed_on is not None) == ("Ada", True)


def test_list_says_what_starts_by_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Until the programme says that it is ready: nothing."""
    assert run(["playbook", "list"]) == 0
    out = capsys.readouterr().out
    assert out.count("by hand") == 8
