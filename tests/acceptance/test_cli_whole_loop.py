"""The whole loop through the command line, over a CRM in memory."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.errors import CrmUnavailable, SignInError
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock, TokenVault
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate

CONFIG = """
[connections.acme]
crm = "memory"
mapping = "memory.toml"
token = "env:MEMORY_TOKEN"
[kam]
key_accounts = "segment = 'A'"
[rails]
quiet_minutes = 0
[schedule]
at = "02:15"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySettings:
    """What a connection to a CRM in memory needs."""

    token: Secret


class MemoryType:
    """An adapter's entry point."""

    settings_type = MemorySettings

    def __init__(self, crm: MemoryCrm) -> None:
        self.crm = crm

    def open(
        self, name: str, settings: MemorySettings, *, clock: Clock, vault: TokenVault
    ) -> MemoryCrm:
        """Return the one CRM."""
        assert (name, settings.token.reveal()) == ("acme", "t0ken")
        assert clock.now().tzinfo is not None
        return self.crm


@pytest.fixture(name="crm")
def _crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryCrm:
    """A CRM with three key accounts, and a configuration that names it."""
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMORY_TOKEN", "t0ken")
    monkeypatch.setattr(plugins, "find_crm", lambda _name: MemoryType(crm))
    Path("config.toml").write_text(CONFIG, "utf-8")
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")
    return crm


@pytest.fixture(name="ask")
def _ask(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Run one command with --json; return its exit code and its document."""

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="started")
def _started(crm: MemoryCrm, ask: Ask) -> str:
    """A connection whose first preview was approved; the run that wrote it."""
    _, shown = ask("sync", "preview", "acme")
    ask("connection", "enable-writes", "acme")
    code, applied = ask("sync", "apply", shown["data"]["preview_id"])
    assert (code, len(crm.writes) > 0) == (0, True)
    return str(applied["data"]["run_id"])


def test_preview_shows_and_writes_nothing(
    crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before and after, with the number to approve; the CRM is untouched."""
    assert run(["sync", "preview"]) == 0
    out = capsys.readouterr().out
    assert "Company a0" in out
    assert " → " in out
    assert "Nothing was written. To write:  kam sync apply " in out
    assert crm.writes == []


def test_run_with_writing_off_only_says_what_waits(crm: MemoryCrm, ask: Ask) -> None:
    """A connection that may not write pulls and scores all the same."""
    code, document = ask("sync", "run")
    facts = document["data"]["runs"][0]
    assert (code, facts["state"], facts["fields"] > 0) == (0, "done", True)
    assert crm.writes == []


def test_first_write_waits_for_approval(crm: MemoryCrm, ask: Ask) -> None:
    """Writing enabled, nothing approved yet: the run ends held (exit 10) and names the preview."""
    ask("connection", "enable-writes", "acme")
    code, document = ask("sync", "run")
    assert (code, document["data"]["runs"][0]["state"]) == (10, "held")
    assert "kam sync apply" in document["error"]["hint"]
    assert crm.writes == []


def test_apply_needs_writes_enabled(crm: MemoryCrm, ask: Ask) -> None:
    """An approval alone does not open a connection for writing."""
    _, shown = ask("sync", "preview")
    code, document = ask("sync", "apply", shown["data"]["preview_id"])
    assert (code, document["error"]["code"], crm.writes) == (10, "KAM-5001", [])


def test_second_run_writes_nothing(crm: MemoryCrm, ask: Ask, started: str) -> None:
    """What was written once is not written again."""
    assert started
    before = len(crm.writes)
    crm.advance(timedelta(minutes=10))
    code, document = ask("sync", "run", "acme")
    assert (code, document["data"]["runs"][0]["written"]) == (0, 0)
    assert len(crm.writes) == before


def test_dry_run_tells_pending_changes_by_exit_code(crm: MemoryCrm, ask: Ask) -> None:
    """--dry-run --exit-code answers 9 when there is something to write."""
    assert ask("sync", "run", "--dry-run", "--exit-code")[0] == 9
    assert crm.writes == []


def test_undo_shows_first_then_restores(ask: Ask, started: str) -> None:
    """A run can be taken back, and looked at before."""
    code, shown = ask("writes", "undo", started, "--dry-run")
    assert (code, shown["data"]["restored"] > 0) == (0, True)
    code, undone = ask("writes", "undo", started)
    assert (code, undone["data"]["restored"]) == (0, shown["data"]["restored"])


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("writes", "list"),
        ("errors", "list"),
        ("match", "list"),
        ("connection", "list"),
        ("account", "list"),
        ("account", "select"),
        ("account", "show", "Company a1"),
        ("score", "explain", "Company a1"),
        ("signal", "list"),
        ("orgchart", "show", "Company a1"),
        ("plan", "show", "Company a1"),
        ("mapping", "test", "acme", "--account", "Company a1"),
        ("mapping", "check"),
        ("doctor", "--offline"),
        ("db", "check"),
        ("db", "upgrade"),
    ],
    ids=" ".join,
)
def test_every_question_has_an_answer(
    ask: Ask, capsys: pytest.CaptureFixture[str], started: str, words: tuple[str, ...]
) -> None:
    """After a first night every command answers, for machines and for people."""
    assert started
    code, document = ask(*words)
    assert (code, document["ok"], document["error"]) == (0, True, None)
    assert " ".join(words).startswith(document["command"])
    assert run(list(words)) == 0
    assert capsys.readouterr().out.strip() != ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SignInError("The CRM refused the sign-in.", code="KAM-3001"), 6),
        (CrmUnavailable("The CRM cannot be reached.", code="KAM-3101"), 7),
    ],
)
def test_crm_trouble_has_its_exit_code(
    crm: MemoryCrm, ask: Ask, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    """Refused sign-in and silence are told apart."""

    def fail() -> None:
        raise error

    monkeypatch.setattr(crm, "identity", fail)
    found, document = ask("sync", "run")
    assert (found, document["error"]["exit_code"]) == (code, code)


def test_second_process_gets_exit_code_8(ask: Ask, started: str) -> None:
    """While one run holds the lease, another one ends busy (U15)."""
    assert started
    from kam_connector.sync.lease import connection_lease

    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    assert store.acquire_lease(connection_lease("acme"), "other:1", ttl_s=600)
    code, document = ask("sync", "run")
    store.close()
    assert (code, document["error"]["code"]) == (8, "KAM-7010")


def test_sigterm_finishes_the_page_and_ends_clean(
    crm: MemoryCrm, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop is honoured between pages: exit 130, and the next run goes on (U16)."""
    pull = crm.pull

    def stopped(request: Any) -> Any:
        os.kill(os.getpid(), signal.SIGTERM)
        return pull(request)

    monkeypatch.setattr(crm, "pull", stopped)
    code, _ = ask("sync", "preview")
    monkeypatch.setattr(crm, "pull", pull)
    assert code == 130
    assert ask("sync", "preview")[0] == 0


def test_serve_once_pays_the_owed_night_once(crm: MemoryCrm, ask: Ask, started: str) -> None:
    """A night is paid once per local date, however often the timer fires."""
    assert (len(crm.writes) > 0, bool(started)) == (True, True)
    first, second = ask("serve", "--once"), ask("serve", "--once")
    assert [one["connection"] for one in first[1]["data"]["nights"]] == ["acme"]
    assert (first[0], second[0], second[1]["data"]["nights"]) == (0, 0, [])


def test_paused_connection_does_not_write(ask: Ask, crm: MemoryCrm, started: str) -> None:
    """A pause holds by hand and by timer; resume lets it go on."""
    assert started
    ask("connection", "pause", "acme")
    before = len(crm.writes)
    assert ask("serve", "--once")[1]["data"]["nights"] == []
    assert len(crm.writes) == before
    assert ask("connection", "resume", "acme")[0] == 0


@pytest.mark.parametrize(("decision", "left"), [("retry", True), ("drop", False)])
def test_refused_record_waits_for_a_decision(
    crm: MemoryCrm, ask: Ask, decision: str, left: bool
) -> None:
    """Exit 5 and a line in `errors list`; a person tries again, or gives up."""
    crm.refuse("account", "a1", code="KAM-3208")
    _, shown = ask("sync", "preview", "acme")
    ask("connection", "enable-writes", "acme")
    code, document = ask("sync", "apply", shown["data"]["preview_id"])
    assert (code, document["error"]["exit_code"]) == (5, 5)
    waiting = ask("errors", "list", "acme")[1]["data"]["errors"]
    assert {one["ref"] for one in waiting} == {"a1"}
    crm.accept("account", "a1")
    code, document = ask("errors", decision, "acme", "--ref", "a1")
    assert (code, sum(document["data"].values())) == (0, 1)
    assert ask("errors", "list", "acme")[1]["data"]["errors"] == []
    crm.advance(timedelta(minutes=10))
    assert ask("sync", "run", "acme")[0] == 0
    written = crm.values("account", "a1")["kam_tier"] is not None
    assert written or not left
