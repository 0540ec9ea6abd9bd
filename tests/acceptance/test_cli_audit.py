"""kam audit and kam db purge as a person uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.store import open_store
from kam_connector.store.database import Database
from kam_connector.testing import MemoryCrm
from tests.acceptance.test_cli_whole_loop import CONFIG, MemoryType
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="crm")
def _crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryCrm:
    """A CRM with two key accounts, and a configuration that names it."""
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 2)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMORY_TOKEN", "t0ken")
    monkeypatch.setenv("KAM_USER", "ann")
    monkeypatch.setattr(plugins, "find_crm", lambda _name: MemoryType(crm))
    Path("config.toml").write_text(CONFIG, "utf-8")
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")
    return crm


@pytest.fixture(name="ask")
def _ask(crm: MemoryCrm, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command with --json; return its exit code and its document."""
    assert crm.writes == []

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


@pytest.fixture(name="written")
def _written(ask: Ask) -> str:
    """The run of an approved preview."""
    _, shown = ask("sync", "preview", "acme")
    ask("connection", "enable-writes", "acme")
    _, applied = ask("sync", "apply", shown["data"]["preview_id"], "--as", "bob")
    return str(applied["data"]["run_id"])


def tamper(statement: str) -> None:
    """Change the log as one who can write the file."""
    database = Database("sqlite:///kam.db")
    with database.write() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_unchanged"))
        connection.execute(text("DROP TRIGGER audit_entry_kept"))
        connection.execute(text(statement))
    database.close()


def test_every_value_in_the_crm_has_its_entry(crm: MemoryCrm, ask: Ask, written: str) -> None:
    """By record and field: what the CRM says we wrote is what the log says we wrote."""
    store = open_store("sqlite:///kam.db")
    entries = [one for one in store.audit_log(run_id=written, limit=9999) if one.field]
    store.close()
    logged = {(one.ref, one.field) for one in entries}
    sent = {(one.ref, field) for one in crm.writes for field in one.change.values}
    assert logged == sent
    assert {(one.act, one.by) for one in entries} == {("field_written", "bob")}
    assert all(one.facts["preview"] for one in entries)
    assert {one.why for one in entries} > {""}


def test_decisions_are_told_with_who_took_them(ask: Ask, written: str) -> None:
    """From the first yes to the undo."""
    for words in (("pause",), ("resume",), ("disable-writes",), ("enable-writes",)):
        ask("connection", *words, "acme")
    ask("writes", "undo", written, "--as", "carl")
    _, listed = ask("audit", "list", "--limit", "9999")
    told = [(one["act"], one["by"]) for one in reversed(listed["data"]["entries"])]
    assert [one for one in told if not one[0].startswith("field_")] == [
        ("writes_enabled", "ann"),
        ("preview_approved", "bob"),
        ("paused", "ann"),
        ("resumed", "ann"),
        ("writes_disabled", "ann"),
        ("writes_enabled", "ann"),
        ("run_undone", "carl"),
    ]
    assert ("field_undone", "carl") in told


def test_the_log_is_listed_for_people(
    ask: Ask, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By account and person, with the reason."""
    assert ask("audit", "list", "--account", "Company a0", "--by", "bob")[0] == 0
    assert run(["audit", "list", "--account", "Company a0", "--limit", "3"]) == 0
    assert "field_written" in capsys.readouterr().out
    assert ask("audit", "list", "--by", "nobody")[1]["data"]["entries"] == []


def test_a_run_that_never_was_is_no_empty_answer(ask: Ask, written: str) -> None:
    """A slip in a run's number must not read as "nothing was written"."""
    assert ask("audit", "list", "--run", written)[0] == 0
    code, said = ask("audit", "list", "--run", f"{written}0")
    assert (code, said["error"]["code"]) == (2, "KAM-7043")


def test_a_whole_log_verifies_and_gives_an_anchor(
    ask: Ask, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it printed is what it takes back, whatever stands around it."""
    assert run(["audit", "verify"]) == 0
    Path("anchor.txt").write_text(f"Mail to the auditor:\n{capsys.readouterr().out}", "utf-8")
    code, found = ask("audit", "verify", "--anchor", "anchor.txt")
    assert (code, found["data"]["broken"], found["data"]["anchors"]) == (0, None, 1)


def test_a_changed_entry_is_named(ask: Ask, written: str) -> None:
    """The first number that does not fit, and exit code 4."""
    tamper("UPDATE audit_entry SET by = 'mallory' WHERE number = 3")
    code, found = ask("audit", "verify")
    assert (code, found["error"]["code"], found["data"]["broken"]) == (4, "KAM-7060", 3)


def test_a_cut_tail_is_noticed_with_an_anchor(ask: Ask, written: str) -> None:
    """Even when the head was moved with it."""
    _, whole = ask("audit", "verify")
    anchor = whole["data"]["anchor"]
    Path("anchor.txt").write_text(f"{anchor['number']} {anchor['digest']}\n", "utf-8")
    last = anchor["number"] - 1
    tamper(f"DELETE FROM audit_entry WHERE number > {last}")
    tamper_head(last)
    assert ask("audit", "verify")[0] == 0
    code, found = ask("audit", "verify", "--anchor", "anchor.txt")
    assert (code, found["data"]["broken"]) == (4, last + 1)


def tamper_head(last: int) -> None:
    """Let the head say what the cut log says."""
    database = Database("sqlite:///kam.db")
    with database.write() as connection:
        connection.execute(text(f"DELETE FROM audit_subject WHERE number > {last}"))
        digest = f"(SELECT digest FROM audit_entry WHERE number = {last})"
        connection.execute(text(f"UPDATE audit_head SET number = {last}, digest = {digest}"))
    database.close()


def test_a_file_without_an_anchor_is_refused(ask: Ask, written: str) -> None:
    """Nobody believes that something was compared."""
    Path("empty.txt").write_text("nothing here", "utf-8")
    code, found = ask("audit", "verify", "--anchor", "empty.txt")
    assert (code, "holds no anchor" in found["error"]["message"]) == (2, True)


def test_purge_shows_what_would_go_and_then_lets_it_go(
    crm: MemoryCrm, ask: Ask, written: str
) -> None:
    """Nothing is too old today; the purge says in the log that it ran."""
    _, shown = ask("db", "purge", "--dry-run")
    code, done = ask("db", "purge")
    assert (shown["data"]["rows"], code, done["data"]["rows"]) == ({}, 0, {})
    _, listed = ask("audit", "list", "--act", "purged")
    assert [one["by"] for one in listed["data"]["entries"]] == ["ann"]
