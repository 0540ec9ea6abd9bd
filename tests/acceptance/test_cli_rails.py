"""Rails and switches through the command line, over a CRM in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.testing import MemoryCrm
from tests.acceptance.test_cli_whole_loop import CONFIG, MemoryType
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="crm")
def _crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryCrm:
    """Three key accounts, and rails that speak up for a few records."""
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMORY_TOKEN", "t0ken")
    monkeypatch.setattr(plugins, "find_crm", lambda _name: MemoryType(crm))
    Path("config.toml").write_text(CONFIG.replace("[rails]", "[rails]\nfloor = 1"), "utf-8")
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")
    return crm


@pytest.fixture(name="ask")
def _ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command with --json; return its exit code and its document."""

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


@pytest.fixture(name="held")
def _held(crm: MemoryCrm, ask: Ask) -> str:
    """The number of a preview that a rail holds, months after the first write."""
    _, shown = ask("sync", "preview", "acme")
    ask("connection", "enable-writes", "acme")
    preview = shown["data"]["preview_id"]
    ask("sync", "apply", preview, "--as", "Ada")
    ask("sync", "apply", preview, "--as", "Bob")
    crm.advance(timedelta(days=1))
    for number in range(3):
        crm.edit("deal", f"d-a{number}", {"closed": True, "won": False})
    crm.advance(timedelta(days=1))
    _, document = ask("sync", "run")
    return str(document["data"]["runs"][0]["preview_id"])


def test_two_people_apply_what_a_rail_holds(crm: MemoryCrm, ask: Ask, held: str) -> None:
    """Ada, Ada again, then Bob: exit 10, 10, 0; only Bob's call writes."""
    before = len(crm.writes)
    answers = [ask("sync", "apply", held, "--as", name) for name in ("Ada", "ada", "Bob")]
    assert [code for code, _ in answers] == [10, 10, 0]
    assert [one["error"]["code"] for _, one in answers[:2]] == ["KAM-5006"] * 2
    assert answers[2][1]["data"]["written"] > 0
    assert len(crm.writes) > before


def test_stop_and_resume(crm: MemoryCrm, ask: Ask) -> None:
    """Nothing is written between them, and doctor says who stopped and why."""
    ask("connection", "enable-writes", "acme")
    assert ask("stop", "--reason", "an audit", "--as", "Ada")[0] == 0
    code, document = ask("doctor", "--offline")
    found = {one["id"]: one for one in document["data"]["checks"]}["kill_switch"]
    assert (code, found["ok"], found["code"]) == (4, False, "KAM-5003")
    assert "by Ada: an audit" in found["message"]
    assert ask("sync", "run")[0] == 10
    assert ask("resume")[1]["data"]["lifted"] is True
    assert crm.writes == []


def test_a_preview_says_that_writing_is_stopped(crm: MemoryCrm, ask: Ask) -> None:
    """Who looks before applying learns it there, not from the refusal."""
    ask("stop", "--reason", "an audit", "--as", "Ada")
    rails = ask("sync", "preview", "acme")[1]["data"]["rails"]
    found = {one["rail"]: one for one in rails}["kill switch"]
    assert (found["code"], "by Ada: an audit" in found["said"]) == ("KAM-5003", True)


def test_resume_below_a_file_does_not_say_that_writing_goes_on(
    crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two switches: lifting one is told as what it is."""
    run(["stop"])
    Path("KAM_STOP").write_text("maintenance", "utf-8")
    capsys.readouterr()
    assert run(["resume"]) == 10
    assert "may go on" not in capsys.readouterr().out


def test_resume_does_not_lift_a_file(ask: Ask, crm: MemoryCrm) -> None:
    """What lies beside config.toml is told, and is the operator's to remove."""
    Path("KAM_STOP").write_text("maintenance", "utf-8")
    code, document = ask("resume")
    assert (code, document["error"]["code"]) == (10, "KAM-5003")
    assert "maintenance" in document["error"]["message"]


def test_a_paused_field_is_shown_and_not_written(crm: MemoryCrm, ask: Ask) -> None:
    """By the mapping's own spelling, in previews, in doctor, until it is resumed."""
    assert ask("writes", "pause", "KAM_tier", "--as", "Ada")[0] == 0
    _, shown = ask("sync", "preview", "acme")
    fields = {f["field"] for one in shown["data"]["changes"] for f in one["fields"]}
    assert "kam_tier" not in fields
    assert any("account.kam_tier is paused on 3 records" in n for n in shown["data"]["notes"])
    rails = {one["rail"]: one for one in shown["data"]["rails"]}
    assert (rails["left alone"]["said"], rails["left alone"]["code"]) == ("3 paused", "KAM-5108")
    checks = {one["id"]: one for one in ask("doctor", "--offline")[1]["data"]["checks"]}
    assert checks["acme.paused"]["message"] == "account.kam_tier"
    assert "nothing is deleted" in checks["acme.always"]["message"]
    assert ask("writes", "resume", "account.kam_tier")[0] == 0
    assert ask("writes", "paused")[1]["data"]["paused"] == []


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["writes", "pause", "kam_teir"], 2, "Did you mean"),
        (["writes", "pause", "kam_key"], 2, "disable-writes"),
        (["writes", "pause", "NoSuchThing"], 2, "lists them"),
        (["writes", "pause", "kam_tier", "--record", "a1 "], 2, "whole number"),
        (["writes", "resume", "kam_tier"], 4, "kam writes paused"),
    ],
)
def test_pausing_what_cannot_be_says_why(
    crm: MemoryCrm, ask: Ask, words: list[str], code: int, told: str
) -> None:
    """Unknown fields, a key without which records would be made twice, a record never seen."""
    found, document = ask(*words)
    assert (found, told in document["error"]["hint"]) == (code, True)


def test_the_preview_has_a_block_of_rails(
    crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with what it counted and its limit."""
    run(["sync", "preview", "acme"])
    out = capsys.readouterr().out
    assert "kill switch    off" in out
    assert "shared fields" in out
    assert "limit 20% or 500" in out
    assert "quiet period" in out
