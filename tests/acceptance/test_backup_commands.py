"""kam db backup and restore, as an operator types them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.store import open_store
from kam_connector.testing.store_samples import make_run

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="ask")
def _ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """An installation with one run; asks one command with --json."""
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text('[connections.us]\ncrm = "hubspot"\naccess_token = "env:T"\n')
    store = open_store(f"sqlite:///{tmp_path}/kam.db")
    store.open_run(make_run())
    store.close()

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def test_a_backup_and_its_restore_as_an_operator_types_them(ask: Ask) -> None:
    """There and back, with the state before kept beside the configuration."""
    assert ask("db", "backup", "copy.db")[0] == 0
    code, document = ask("db", "restore", "copy.db", "--yes")
    assert code == 0
    kept = Path(document["data"]["kept"])
    assert kept.name.startswith("kam-before-restore-")
    assert kept.is_file()


def test_a_restore_asks_before_it_replaces_anything(ask: Ask) -> None:
    """Without --yes it says what the copy holds."""
    ask("db", "backup", "copy.db")
    code, document = ask("db", "restore", "copy.db")
    assert code == 2
    assert "as of the run of 2026-11-" in document["error"]["message"]
    assert "--yes" in document["error"]["hint"]


def test_an_older_backup_gives_way_when_asked(ask: Ask) -> None:
    """The nightly copy under one name."""
    ask("db", "backup", "copy.db")
    assert ask("db", "backup", "copy.db", "--replace")[0] == 0


@pytest.mark.guarantee("G39")
def test_a_database_of_a_newer_release_is_not_told_to_be_upgraded(ask: Ask, tmp_path: Path) -> None:
    """An upgrade would refuse it: the other release is what helps."""
    with closing(sqlite3.connect(tmp_path / "kam.db")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    code, document = ask("db", "check")
    assert (code, document["error"]["code"]) == (4, "KAM-6003")


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("db", "backup", "config.toml"), "KAM-6015", 1),
        (("db", "backup", "config.toml", "--replace"), "KAM-7001", 2),
        (("db", "backup", "kam.db", "--replace"), "KAM-7001", 2),
        (("db", "backup", "nowhere/copy.db"), "KAM-6016", 1),
        (("db", "restore", "config.toml", "--yes"), "KAM-6017", 1),
        (("db", "restore", "absent.db", "--yes"), "KAM-6017", 1),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_touched(
    ask: Ask, words: tuple[str, ...], code: str, exit_code: int
) -> None:
    """What happened, to which file, with its code."""
    told, document = ask(*words)
    assert (told, document["error"]["code"]) == (exit_code, code)
    assert words[2].rpartition("/")[2] in document["error"]["message"]
    assert Path("config.toml").read_text().startswith("[connections.us]")
