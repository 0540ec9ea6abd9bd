"""`kam tie`, `kam handover` and `kam digest`, as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.model.account_team import Handover, HandoverStep
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind, Row
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from tests.factories.world import NOW, make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""
Ask = Callable[..., tuple[int, Any]]
ADA, BEN = (kam_id(Kind.USER, "acme", ref) for ref in ("u1", "u2"))


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two accounts of Ada's after a first night; Ben is a colleague, Cy has left."""
    crm = MemoryCrm(now=NOW)
    before = crm.now - timedelta(days=1)
    for ref, name, active in (("u2", "Ben", True), ("u3", "Cy", False)):
        row: Row = {"name": name, "email": f"{name.lower()}@us.test", "active": active}
        crm.put("user", ref, row, modified_at=before)
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}", accounts=2, crm=crm)
    world.first_night()
    world.store.close()
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    return tmp_path


@pytest.fixture(name="ask")
def _ask(folder: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command with --json."""
    assert folder.exists()

    def ask(*words: str) -> tuple[int, Any]:
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def test_a_tie_is_explained_and_its_lines_sum(ask: Ask) -> None:
    """Together and through each colleague."""
    code, document = ask("tie", "explain", "Company a0", "x of a0")
    tie = document["data"]["tie"]
    assert code == 0
    assert sum(float(line["points"]) for line in tie["lines"]) == pytest.approx(float(tie["value"]))
    assert set(document["data"]["colleagues"]) == {"None", ADA}


def test_a_way_to_somebody_is_found_or_said_to_be_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words for a person, also when Ada cannot help."""
    assert folder.exists()
    assert run(["tie", "path", "Company a0", "x of a0", "--without", "Ada"]) == 0
    assert "To x of a0" in capsys.readouterr().out


def test_without_somebody_says_what_falls(ask: Ask) -> None:
    """By name, and each in turn."""
    code, document = ask("tie", "without", "Company a0", "Ada")
    assert (code, document["data"]["without"]) == (0, [ADA])
    code, document = ask("tie", "without", "Company a0")
    assert (code, ADA in document["data"]["falls"]) == (0, True)


def test_a_rehearsed_handover_changes_nothing(ask: Ask, folder: Path) -> None:
    """The same report, and no record."""
    code, document = ask("handover", "--from", "Ada", "--to", "Ben", "--dry-run")
    store = open_store(f"sqlite:///{folder / 'kam.db'}")
    kept = store.kept(Handover)
    store.close()
    assert (code, document["data"]["moved"], kept) == (0, 0, [])
    assert len(document["data"]["report"]["accounts"]) == 2


def test_a_handover_moves_every_open_action(ask: Ask, folder: Path) -> None:
    """And leaves a checklist that `kam team show` lists."""
    code, document = ask("handover", "--from", "Ada", "--to", "Ben", "--by", "Ada")
    store = open_store(f"sqlite:///{folder / 'kam.db'}")
    owners = {one.owner_id for one in store.actions()}
    steps = store.kept(HandoverStep)
    store.close()
    assert (code, document["data"]["moved"] > 0, owners) == (0, True, {BEN})
    code, team = ask("team", "show", "Company a0")
    listed = {step["id"] for step in team["data"]["handover_steps"]}
    assert (code, listed <= {step.id for step in steps}, bool(listed)) == (0, True, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "Ada", "--to", "Ada"), "cannot hand over to themselves"),
        (("--from", "Ada", "--to", "Cy"), "is no active user"),
        (("--from", "Zoe"), "No colleague fits"),
        (("--from", "Ada", "--except", "Company a0"), "names no colleague"),
    ],
)
def test_a_handover_that_cannot_be_is_refused_in_words(
    ask: Ask, words: tuple[str, ...], said: str
) -> None:
    """What is wrong, and whom to name instead."""
    code, document = ask("handover", *words)
    assert code in (2, 4)
    assert said in document["error"]["message"]
    assert document["error"]["hint"]


@pytest.mark.parametrize(("language", "word"), [("en", "Week"), ("fr", "Semaine")])
def test_a_digest_is_written_in_either_language(
    ask: Ask, folder: Path, language: str, word: str
) -> None:
    """As a file for Monday morning."""
    code, document = ask("digest", "--for", "Ada", "--language", language, "-o", "monday.txt")
    assert (code, len(document["data"]["digests"])) == (0, 1)
    assert word in (folder / "monday.txt").read_text("utf-8")
