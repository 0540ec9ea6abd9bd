"""A plan through the command line: written, checked, put forward, approved, compared."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.model.kept import kept_id
from kam_connector.model.plan_content import PlanFrame, PlanVersion
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from tests.acceptance.test_cli_whole_loop import CONFIG, MemoryType
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="ask")
def _ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """Run commands with --json after a first night over a CRM with three key accounts."""
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMORY_TOKEN", "t0ken")
    monkeypatch.setattr(plugins, "find_crm", lambda _name: MemoryType(crm))
    Path("config.toml").write_text(CONFIG, "utf-8")
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    assert ask("sync", "run")[0] == 0
    return ask


def test_words_stand_beside_the_facts(ask: Ask) -> None:
    """With author and day; read again counts as fresh."""
    assert ask("plan", "write", "Company a1", "history", "Ten years.", "--by", "Claire")[0] == 0
    code, shown = ask("plan", "show", "Company a1", "--section", "history")
    (words,) = shown["data"]["section"]["words"]
    assert (code, words["body"], words["written_by"]) == (0, "Ten years.", "Claire")
    assert ask("plan", "write", "Company a1", "history", "--reviewed", "--by", "Claire")[0] == 0


def test_a_long_text_comes_from_standard_input(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("First line\nSecond line\n"))
    _, written = ask("plan", "write", "Company a1", "summary", "-", "--by", "Claire")
    assert written["data"]["section"]["body"] == "First line\nSecond line"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("plan", "write", "Company a1", "history", " ", "--by", "Claire"), 2),
        (("plan", "write", "Company a1", "history", "--reviewed", "--by", "Claire"), 4),
        (("plan", "approve", "Company a1", "--by", "Anna"), 4),
        (("plan", "diff", "Company a1", "7"), 4),
        (("plan", "check", "Nowhere"), 2),
    ],
    ids=["no words", "nothing to review", "nothing waits", "no such version", "no such account"],
)
def test_what_cannot_be_done_is_said(ask: Ask, words: tuple[str, ...], code: int) -> None:
    """With a code and an exit code, and nothing is changed."""
    found, document = ask(*words)
    assert (found, document["ok"]) == (code, False)


def test_a_plan_goes_from_submit_to_approved_by_two_people(ask: Ask) -> None:
    """The next approved version supersedes it, and the difference is told in words."""
    assert ask("plan", "submit", "Company a1", "--by", "Claire")[0] == 0
    code, refused = ask("plan", "approve", "Company a1", "--by", "claire")
    assert (code, refused["error"]["code"]) == (4, "KAM-7062")
    assert ask("plan", "approve", "Company a1", "--by", "Anna")[0] == 0
    ask("plan", "write", "Company a1", "summary", "Partner by 2028.", "--by", "Claire")
    ask("plan", "submit", "Company a1", "--by", "Claire", "--note", "A summary")
    ask("plan", "approve", "Company a1", "--by", "Anna")
    _, listed = ask("plan", "versions", "Company a1")
    assert [(one["number"], one["state"]) for one in listed["data"]["versions"]] == [
        (2, "approved"), (1, "superseded"),
    ]  # fmt: skip
    _, told = ask("plan", "diff", "Company a1", "1", "2")
    assert {"where": "Summary", "text": "written: Partner by 2028."} in told["data"]["changes"]
    _, shown = ask("plan", "show", "Company a1")
    assert shown["data"]["plan"]["status"] == "active"


def test_a_rejected_plan_may_come_again(ask: Ask) -> None:
    """With the reason of the first no."""
    ask("plan", "submit", "Company a1", "--by", "Claire")
    _, refused = ask("plan", "reject", "Company a1", "--by", "Anna", "--note", "No risk")
    assert refused["data"]["version"]["note"] == "No risk"
    _, again = ask("plan", "submit", "Company a1", "--by", "Claire")
    assert again["data"]["version"]["number"] == 2


def test_a_broken_seal_fails_the_list_of_versions(ask: Ask) -> None:
    """Somebody changed what was put forward, past every command."""
    _, made = ask("plan", "submit", "Company a1", "--by", "Claire")
    store = open_store("sqlite:///kam.db")
    (kept,) = store.kept(PlanVersion)
    forged = PlanVersion(
        **{name: getattr(kept, name) for name in PlanVersion.__slots__} | {"content": "{}"}
    )
    store.keep([forged], by="somebody", at=NOW)
    store.close()
    code, listed = ask("plan", "versions", "Company a1")
    assert made["data"]["version"]["seal"] == "intact"
    assert (code, listed["error"]["code"]) == (4, "KAM-7063")


def test_check_judges_and_says_what_to_do(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """For machines and, in French, for people."""
    _, judged = ask("plan", "check", "Company a1")
    assert judged["data"]["page"]["quality"]["ledger"]
    assert run(["plan", "check", "Company a1", "--language", "fr"]) == 0
    assert "Profil du compte\u00a0: le CRM n’indique pas" in capsys.readouterr().out


def test_the_tree_of_a_group_shows_its_local_plans(ask: Ask) -> None:
    """One plan is said to carry out another."""
    _, listed = ask("account", "list")
    ids = {one["account"]["name"]: one["account"]["id"] for one in listed["data"]["accounts"]}
    store = open_store("sqlite:///kam.db")
    local, group = ids["Company a2"], ids["Company a1"]
    frame = PlanFrame(
        id=kept_id(PlanFrame, local), account_id=local, parent_account_id=group, country="ES"
    )
    store.keep([frame], by="Claire", at=NOW)
    store.close()
    code, shown = ask("plan", "tree", "Company a1")
    (child,) = shown["data"]["tree"]["root"]["children"]
    assert (code, child["name"], child["country"]) == (0, "Company a2", "ES")
    assert run(["plan", "tree", "Company a1"]) == 0


def test_the_whole_plan_is_shown_in_full(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """Every section with its facts."""
    assert ask("plan", "show", "Company a1")[0] == 0
    assert run(["plan", "show", "Company a1", "--full", "--language", "fr"]) == 0
    out = capsys.readouterr().out
    assert "État des relations" in out
    assert "missing: " in out
