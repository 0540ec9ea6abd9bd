"""Bad input through the whole command line: one clear message, the right code, no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kam_connector.cli.edge import run

Write = Callable[..., Path]


@pytest.fixture(name="write")
def _write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)

    def write(text: str | bytes, name: str = "config.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_missing_file_says_how_to_get_one(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """C1: where it was looked for, and how to make one."""
    assert callable(write)
    code = run(["status"])
    err = capsys.readouterr().err
    assert code == 3
    assert [part in err for part in ("KAM-1001", "./config.toml", "kam init")] == [True] * 3


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[shedule]\n", ["KAM-1004", "config.toml:1", "schedule"]),
        ("a b\n", ["KAM-1002", "config.toml:1:3"]),
        ('[connections.us]\ncrm = "hubspott"\n', ["KAM-1060", "config.toml:2", "hubspot"]),
        (
            '[connections.us]\ncrm = "hubspot"\nacess_token = "env:T"\n',
            ["KAM-1004", "config.toml:3", "not a setting of a hubspot connection", "access_token"],
        ),
        (
            '[connections.us]\ncrm = "hubspot"\naccess_token = "pat-na1-canary"\n',
            ["KAM-1012", "config.toml:3", "env:NAME"],
        ),
        (b"x" * (1024 * 1024 + 1), ["KAM-1032", "1 MiB"]),
    ],
)
def test_mistake_in_the_file_is_told_with_its_place(
    write: Write, capsys: pytest.CaptureFixture[str], text: str | bytes, parts: list[str]
) -> None:
    """The table of bad configurations, as a person sees it."""
    write(text)
    code = run(["status"])
    err = capsys.readouterr().err
    assert code == 3
    assert [part for part in parts if part not in err] == []
    assert "canary" not in err
    assert "Traceback" not in err


def test_all_mistakes_come_in_one_document(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """--json lists every problem."""
    write('[connections.us]\ncrm = "hubspot"\nacess_token = "env:T"\naccess_tken = "env:U"\n')
    run(["status", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in document["error"]["problems"]] == ["KAM-1004"] * 2


def test_secret_is_asked_for_only_when_somebody_signs_in(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A monitor without secrets can ask for the status; a run says which one is missing."""
    monkeypatch.delenv("US_TOKEN", raising=False)
    write('[connections.us]\ncrm = "hubspot"\naccess_token = "env:US_TOKEN"\n')
    assert run(["status"]) == 0
    assert run(["sync", "run"]) == 3
    err = capsys.readouterr().err
    assert [part in err for part in ("KAM-1013", "config.toml:3", "US_TOKEN")] == [True] * 3


def test_secret_may_stand_in_dotenv_beside_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """.env is read, from the file's folder."""
    monkeypatch.delenv("US_TOKEN", raising=False)
    path = write('[connections.us]\ncrm = "hubspot"\naccess_token = "env:US_TOKEN"\n')
    write("US_TOKEN=pat-xyz\n", ".env").chmod(0o600)
    from kam_connector.bootstrap import read_config
    from kam_connector.plugins import connection_settings

    settings = connection_settings(read_config(path), "us")
    assert settings.access_token.reveal() == "pat-xyz"


@pytest.mark.parametrize(
    ("mode", "content", "code"),
    [(0o600, "pat-xyz\n", None), (0o644, "pat-xyz", "KAM-1014"), (0o600, " ", "KAM-1013")],
    ids=["sound", "readable by others", "empty"],
)
def test_secret_file_is_private_and_not_empty(
    write: Write, mode: int, content: str, code: str | None
) -> None:
    """C12: a secret that everybody can read is none."""
    from kam_connector.bootstrap import read_config
    from kam_connector.plugins import check_connections

    path = write('[connections.us]\ncrm = "hubspot"\naccess_token = "file:token"\n')
    write(content, "token").chmod(mode)
    problems = check_connections(read_config(path), secrets=True)
    assert [one.code for one in problems] == [code] * (code is not None)


def test_same_connection_twice_is_refused(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """C20: two names for one portal would write everything twice."""
    table = 'crm = "hubspot"\naccess_token = "env:T"\n'
    write(f"[connections.us]\n{table}[connections.uk]\n{table}")
    assert run(["status"]) == 3
    assert "KAM-1031" in capsys.readouterr().err


def test_database_that_is_a_folder_is_a_storage_error(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """C17: the path is looked at before anything starts."""
    (tmp_path / "kam.db").mkdir()
    write('[connections.us]\ncrm = "hubspot"\naccess_token = "env:T"\n')
    assert run(["status"]) == 1
    assert "KAM-6001" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "parts"),
    [
        (["connection", "pause", "uss"], 3, ["KAM-1062", "Did you mean  us ?"]),
        (["sync", "apply", "nope"], 4, ["KAM-7043", "nope"]),
        (["writes", "undo", "nope"], 2, ["KAM-7043", "kam writes list"]),
        (["score", "explain", "nobody"], 2, ["KAM-7042", "nobody"]),
        (["match", "confirm", "us:1"], 2, ["KAM-7043", "CONNECTION:REF"]),
        (["status", "--max-age", "soon"], 2, ["KAM-7001", "26h"]),
        (["status", "--max-age", "1h"], 4, ["KAM-7041", "us"]),
        (["sync", "run", "--exit-code"], 2, ["KAM-7001", "--dry-run"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_wrong_word_gets_a_way_out(
    write: Write,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    parts: list[str],
) -> None:
    """Unknown names, runs and records end in one line that helps (U13)."""
    write('[connections.us]\ncrm = "hubspot"\naccess_token = "env:T"\n')
    found = run(arguments)
    err = capsys.readouterr().err
    assert (found, [part for part in parts if part not in err]) == (code, [])


def test_init_without_a_terminal_names_the_missing_flags(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Never a hang: the answer is a list of flags."""
    assert callable(write)
    assert run(["init", "--crm", "hubspot", "--yes"]) == 2
    assert "--token" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_init_writes_a_file_that_loads(write: Write, tmp_path: Path) -> None:
    """What init writes, doctor accepts; no secret stands in it."""
    assert callable(write)
    flags = ["--crm", "hubspot", "--name", "us", "--token", "env:T", "--yes", "--no-check"]
    assert run(["init", *flags]) == 0
    assert 'access_token = "env:T"' in (tmp_path / "config.toml").read_text("utf-8")
    assert run(["doctor", "--offline"]) == 0
    assert run(["init", *flags]) == 3
