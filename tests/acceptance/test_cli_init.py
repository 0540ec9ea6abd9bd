"""`kam init`: every way to sign in, asked or by flags, and no secret in the file."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import Addresses, running
from kam_sandbox.world import build_world

SALESFORCE = ["init", "--crm", "salesforce", "--name", "emea", "--yes"]
WAYS: dict[str, tuple[list[str], dict[str, str | int]]] = {
    "client_credentials": (
        ["--domain", "acme.my", "--client-id", "env:ID", "--client-secret", "keyring:kam/emea"],
        {"domain": "acme.my", "client_id": "env:ID", "client_secret": "keyring:kam/emea"},
    ),
    "jwt": (
        [
            "--domain",
            "acme.my",
            "--client-id",
            "env:ID",
            "--username",
            "kam@acme.com",
            "--private-key",
            "file:kam.key",
        ],
        {
            "domain": "acme.my",
            "client_id": "env:ID",
            "username": "kam@acme.com",
            "private_key": "file:kam.key",
        },
    ),
    "login": (
        [
            "--domain",
            "acme.my",
            "--client-id",
            "3MVG9",
            "--client-secret",
            "none",
            "--set",
            "login_port=8585",
        ],
        {"domain": "acme.my", "client_id": "3MVG9", "login_port": 8585},
    ),
}


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, without anything of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("KAM_CONFIG", "KAM_KEY", "ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture(name="addresses", scope="module")
def _addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    world = build_world(clock=WorldClock(), scale=0.02)
    with running(world, state_dir=tmp_path_factory.mktemp("state")) as addresses:
        yield addresses


def written() -> dict[str, Any]:
    """Return the file that was written."""
    return tomllib.loads(Path("config.toml").read_text("utf-8"))


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_sign_in_has_its_flags(way: str, folder: Path) -> None:
    """What the flags say stands in the file, and nothing else does."""
    flags, expected = WAYS[way]
    assert run([*SALESFORCE, "--sign-in", way, *flags, "--no-check"]) == 0
    emea = written()["connections"]["emea"]
    assert emea == {"crm": "salesforce", "sign_in": way, **expected}
    assert sorted(folder.iterdir()) == [folder / "config.toml"]


@pytest.mark.parametrize(
    ("way", "command"),
    [
        ("client_credentials", "kam doctor emea"),
        ("jwt", "kam doctor emea"),
        ("login", "kam connection login emea"),
    ],
)
def test_what_is_missing_and_what_comes_next_is_told(
    way: str, command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked of the CRM before the references lead somewhere."""
    flags = [*WAYS[way][0], "--client-id", "env:ID"]
    code = run([*SALESFORCE, "--sign-in", way, *flags, "--json"])
    data = json.loads(capsys.readouterr().out)["data"]
    assert (code, data["next"], data["checks"]) == (4, command, [])
    assert any("ID is not set" in one for one in data["missing"])
    assert any("KAM_KEY" in one for one in data["missing"]) == (way == "login")
    assert list(folder.iterdir())


def test_a_login_needs_a_key_to_be_sealed_with(folder: Path) -> None:
    """The file names where the key is; a person makes it."""
    assert run([*SALESFORCE, "--sign-in", "login", *WAYS["login"][0], "--no-check"]) == 0
    assert written()["secrets"] == {"key": "env:KAM_KEY"}
    assert folder.exists()


@pytest.mark.parametrize("flag", ["--client-secret", "--private-key", "--token"])
def test_a_secret_itself_is_refused_and_not_repeated(
    flag: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the file nor the message holds what was pasted."""
    ways = {"--client-secret": "client_credentials", "--private-key": "jwt"}
    crm = ["--crm", "hubspot"] if flag == "--token" else ["--crm", "salesforce"]
    way = ["--sign-in", ways[flag]] if flag in ways else []
    flags = ["--domain", "acme.my", "--client-id", "x", "--username", "kam@acme.com", "--name", "a"]
    assert run(["init", *crm, *way, *flags, flag, "hush-hush", "--yes"]) == 3
    told = capsys.readouterr()
    assert "KAM-1012" in told.err
    assert "hush-hush" not in told.err + told.out
    assert list(folder.iterdir()) == []


def test_an_unknown_way_is_answered_with_the_known_ones(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The adapter's own list."""
    assert run([*SALESFORCE, "--sign-in", "password"]) == 2
    assert "client_credentials, jwt, login" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_two_hosts_are_one_too_many(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Told before a file is written that the next command would refuse."""
    both = ["--domain", "acme.my", "--endpoint", "http://127.0.0.1:1"]
    assert run([*SALESFORCE, "--client-id", "x", "--sign-in", "login", *both, "--yes"]) == 2
    assert "either --domain or --endpoint" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_nobody_there_to_answer_is_a_list_of_flags(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only those of the chosen way."""
    assert run([*SALESFORCE, "--sign-in", "jwt"]) == 2
    assert "--domain --client-id --username --private-key" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


@pytest.mark.enable_socket
def test_a_good_connection_ends_with_the_first_preview(
    folder: Path,
    addresses: Addresses,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Everything in place: the doctor is content, and the next command works."""
    monkeypatch.setenv("KAM_T_SECRET", "sandbox")
    flags = ["--endpoint", addresses.salesforce, "--client-id", "sandbox"]
    assert run([*SALESFORCE, *flags, "--client-secret", "env:KAM_T_SECRET"]) == 0
    assert "Next:  kam sync preview emea" in capsys.readouterr().out
    assert run(["sync", "preview", "emea"]) == 0
    assert (folder / "kam.db").exists()


@pytest.mark.enable_socket
def test_a_crm_without_our_fields_is_told_how_to_get_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failed check, and the command that mends it as the next one."""
    monkeypatch.setenv("KAM_T_SECRET", "sandbox")
    with running(build_world(clock=WorldClock(), scale=0.02, bare=True)) as addresses:
        flags = ["--endpoint", addresses.salesforce, "--client-id", "sandbox"]
        assert run([*SALESFORCE, *flags, "--client-secret", "env:KAM_T_SECRET"]) == 4
    assert "Next:  kam crm provision emea --dry-run" in capsys.readouterr().out
    assert (folder / "config.toml").exists()


def test_a_person_at_a_terminal_is_guided(folder: Path) -> None:
    """Questions with proposals; a pasted secret is asked for again, as a reference."""
    answers = [
        "salesforce", "emea", "magic", "jwt", "acme.my", "", "kam@acme.com", "hush-hush", "",
        "Europe/Paris",
    ]  # fmt: skip
    ours, theirs = pty.openpty()
    try:
        os.write(ours, ("\n".join(answers) + "\n").encode())
        done = subprocess.run(
            [sys.executable, "-m", "kam_connector", "init"],
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=folder,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 4, done.stderr
    assert "client_credentials  the app's key and secret" in done.stderr
    assert "must be one of client_credentials, jwt, login" in done.stderr
    assert "must not be the secret itself" in done.stderr
    assert "hush-hush" not in done.stdout + done.stderr
    assert "Next:  kam doctor emea" in done.stdout
    assert written()["connections"]["emea"] == {
        "crm": "salesforce",
        "sign_in": "jwt",
        "domain": "acme.my",
        "client_id": "env:KAM_EMEA_CLIENT_ID",
        "username": "kam@acme.com",
        "private_key": "file:kam.key",
    }
    assert written()["schedule"]["timezone"] == "Europe/Paris"
