"""Bad days of a run: its message names the connection and the line, and the ledger knows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.errors import CrmUnavailable
from kam_connector.model.run import RunState
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate

CONFIG = """
[connections.emea]
crm = "memory"
mapping = "memory.toml"
[kam]
key_accounts = "segment = 'A'"
"""
Ask = Callable[..., tuple[int, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSettings:
    """A CRM in memory needs none."""


@pytest.fixture(name="crm")
def _crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryCrm:
    """A CRM with three key accounts, found by any adapter's name."""
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 3)

    class Found:
        settings_type = NoSettings

        def open(self, _name: str, _settings: NoSettings, **_more: object) -> MemoryCrm:
            return crm

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plugins, "find_crm", lambda _name: Found())
    Path("config.toml").write_text(CONFIG, "utf-8")
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


def test_trouble_names_the_connection_it_belongs_to(
    crm: MemoryCrm, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several orgs of one CRM, "cannot be reached" alone helps nobody."""

    def fail() -> None:
        raise CrmUnavailable("The CRM cannot be reached.", code="KAM-3101")

    monkeypatch.setattr(crm, "identity", fail)
    code, document = ask("sync", "run")
    error = document["error"]
    assert (code, error["message"]) == (7, "emea: The CRM cannot be reached.")
    assert error["hint"].startswith("What to do: check network")


def test_field_that_is_gone_is_told_with_the_mapping_line(crm: MemoryCrm, ask: Ask) -> None:
    """The run itself says which line to mend, not only the doctor."""
    assert crm.identity().org_ref
    wrong = MAPPING_TEXT.replace('from = "grade"', 'from = "grad"')
    assert wrong != MAPPING_TEXT
    Path("memory.toml").write_text(wrong, "utf-8")
    code, document = ask("sync", "run")
    message, hint = document["error"]["message"], document["error"]["hint"]
    assert (code, "memory.toml:" in message, '"grad"' in message) == (3, True, True)
    assert hint == "nearest: grade"


def test_second_ctrl_c_is_in_the_ledger(
    crm: MemoryCrm, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run stopped at once is *interrupted*, not running for ever; the next one goes on."""

    def stopped(_request: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(crm, "pull", stopped)
        assert ask("sync", "run")[0] == 130
    assert ask("status")[1]["data"]["connections"][0]["last_state"] == "interrupted"
    assert ask("sync", "run")[0] == 0


def test_run_whose_process_died_is_not_shown_as_running(crm: MemoryCrm, ask: Ask) -> None:
    """After a kill -9 nobody holds the lease: status says what the next run will write."""
    assert crm.identity().org_ref
    assert ask("sync", "run")[0] == 0
    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    last = store.runs(connection="emea", limit=1)[0]
    store.save_run(replace(last, state=RunState.RUNNING, finished_at=None))
    store.close()
    shown = ask("status")[1]["data"]["connections"][0]
    assert (shown["last_state"], shown["last_error"]) == ("interrupted", "KAM-7131")


@pytest.mark.parametrize(
    ("encoding", "more", "spoken"),
    [
        ("latin-1", (), "latin-1"),
        ("latin-1", ("--json",), "utf-8"),
        ("ascii", ("--json",), "utf-8"),
    ],
)
def test_terminal_of_another_encoding_gets_its_answer(
    crm: MemoryCrm, ask: Ask, encoding: str, more: tuple[str, ...], spoken: str
) -> None:
    """A sign that it cannot show costs a "?"; a document is UTF-8 in any case."""
    crm.edit("account", "a1", {"name": "Énergie 🏭"})
    assert ask("sync", "run")[0] == 0
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding=encoding)
    with redirect_stdout(terminal):
        assert run(["account", "list", *more]) == 0
    terminal.flush()
    assert "Énergie 🏭".encode(spoken, "replace") in raw.getvalue()


def test_name_cannot_steer_the_terminal(
    crm: MemoryCrm, ask: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever names an account in the CRM does not type at the operator's screen."""
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    crm.edit("account", "a1", {"name": "Evil\x1b]0;owned\x07\x1b[2J\u202eLtd"})
    assert ask("sync", "run")[0] == 0
    assert run(["account", "list"]) == 0
    out = capsys.readouterr().out
    assert "Evil" in out
    assert [sign for sign in ("\x1b]", "\x07", "\x1b[2J", "\u202e") if sign in out] == []


def test_preview_of_an_earlier_mapping_is_not_applied(crm: MemoryCrm, ask: Ask) -> None:
    """Who takes a field out of the mapping after looking finds it untouched."""
    _, shown = ask("sync", "preview")
    ask("connection", "enable-writes", "emea")
    lines = MAPPING_TEXT.splitlines(keepends=True)
    Path("memory.toml").write_text(
        "".join(line for line in lines if not line.startswith("kam_as_of")), "utf-8"
    )
    code, document = ask("sync", "apply", shown["data"]["preview_id"])
    assert (code, document["error"]["code"]) == (10, "KAM-5010")
    assert "account.kam_as_of" in document["error"]["message"]
    assert crm.writes == []
