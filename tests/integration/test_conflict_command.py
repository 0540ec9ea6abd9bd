"""kam conflict: a person sees all three values, decides, and the decision has a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.cli.preview_text import report_lines
from kam_connector.model.conflict import ConflictState
from kam_connector.store import open_store
from tests.factories.conflicts import MANUAL, both_move
from tests.factories.world import World, make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
mapping = "acme.toml"
"""
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration and a date that both sides moved."""
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}", accounts=1, mapping=MANUAL)
    world.first_night()
    both_move(world)
    world.store.close()
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    mapping = MANUAL.replace('crm = "memory"', 'crm = "hubspot"')
    (tmp_path / "acme.toml").write_text(mapping, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    return tmp_path


@pytest.fixture(name="ask")
def _ask(place: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command with --json there."""

    def ask(*words: str) -> tuple[int, Any]:
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def number(ask: Ask) -> str:
    """Return the number of what waits."""
    return str(ask("conflict", "list")[1]["data"]["conflicts"][0]["id"])


def test_the_list_shows_all_three_values(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a conflict: what was agreed, theirs, ours, since when."""
    assert run(["conflict", "list"]) == 0
    shown = capsys.readouterr().out
    assert "Company a0  next_review" in shown
    assert "2027-03-03  2027-01-15" in shown


@pytest.mark.guarantee("G2")
def test_a_decision_is_kept_with_its_author(ask: Ask) -> None:
    """The list is empty then; --all says who took what."""
    id_ = number(ask)
    code, answer = ask("conflict", "take", id_, "--ours", "--as", "bo@us.test")
    assert code == 0
    assert "still holds what is shown" in answer["data"]["effect"]
    assert ask("conflict", "list")[1]["data"]["conflicts"] == []
    (kept,) = ask("conflict", "list", "--all", "--connection", "acme")[1]["data"]["conflicts"]
    assert (kept["state"], kept["decision"], kept["decided_by"]) == (
        "decided",
        "ours",
        "bo@us.test",
    )


def test_a_decision_stands_in_the_log(place: Path, ask: Ask) -> None:
    """Who took what, of which field of which record."""
    id_ = number(ask)
    ask("conflict", "take", id_, "--theirs")
    with closing(open_store(f"sqlite:///{place / 'kam.db'}")) as store:
        entry = store.audit_log(limit=1)[0]
    assert (entry.act, entry.by, entry.field, entry.ref) == (
        "conflict_taken",
        "ada",
        "next_review",
        "a0",
    )
    assert entry.facts == {"conflict": id_, "taken": "theirs"}


def test_a_dry_run_decides_nothing(ask: Ask) -> None:
    """It says what would follow."""
    id_ = number(ask)
    code, answer = ask("conflict", "take", id_, "--value", "2027-02-02", "--dry-run")
    assert (code, answer["data"]["dry_run"]) == (0, True)
    assert number(ask) == id_


def test_show_says_what_each_decision_would_do(
    place: Path, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    """Side by side, with when, and the three commands."""
    id_ = number(ask)
    assert run(["conflict", "show", id_]) == 0
    shown = capsys.readouterr().out
    assert f"kam conflict take {id_} --theirs" in shown
    assert f"kam conflict take {id_} --value TEXT" in shown
    assert "waits since 2026-11-21" in shown
    assert set(ask("conflict", "show", id_)[1]["data"]["effects"]) == {"theirs", "ours", "value"}


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("show", "deadbeef"), 2, "KAM-7043"),
        (("take", "deadbeef", "--ours"), 2, "KAM-7043"),
        (("take", "{id}"), 2, "KAM-7001"),
        (("take", "{id}", "--ours", "--value", "2027-02-02"), 2, "KAM-7001"),
        (("take", "{id}", "--ours", "--theirs"), 2, "KAM-7001"),
        (("take", "{id}", "--value", "soon"), 2, "KAM-7093"),
        (("list", "--connection", "nowhere"), 3, "KAM-1"),
    ],
)
def test_a_mistake_is_told_with_its_code(
    ask: Ask, words: tuple[str, ...], exit_code: int, code: str
) -> None:
    """And nothing is decided."""
    id_ = number(ask)
    ended, answer = ask("conflict", *(word.format(id=id_) for word in words))
    assert (ended, answer["ok"]) == (exit_code, False)
    assert answer["error"]["code"].startswith(code)
    assert number(ask) == id_


def test_an_ended_conflict_cannot_be_decided(place: Path, ask: Ask) -> None:
    """What was settled stays settled."""
    id_ = number(ask)
    with closing(open_store(f"sqlite:///{place / 'kam.db'}")) as store:
        (waiting,) = store.conflicts()
        store.save_conflicts([replace(waiting, state=ConflictState.CLOSED)])
    code, answer = ask("conflict", "take", id_, "--ours")
    assert (code, answer["error"]["code"]) == (2, "KAM-7092")


def test_what_waits_is_counted_where_people_look(
    place: Path, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the status, in the doctor, and below a preview."""
    assert ask("status")[1]["data"]["connections"][0]["conflicts"] == 1
    run(["doctor", "--offline"])
    assert "1 conflict waits: kam conflict list" in capsys.readouterr().out


def test_a_preview_tells_of_what_waits() -> None:
    """One line, with the command."""
    world: World = make_world(accounts=1, mapping=MANUAL)
    world.first_night()
    both_move(world)
    world.advance()
    lines = report_lines(world.preview(), full=False)
    assert "  conflicts 1 conflict waits: kam conflict list" in lines
