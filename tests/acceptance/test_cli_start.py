"""The first second with `kam`: it starts fast, and a typing mistake gets the right word back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kam_connector import __version__
from kam_connector.cli.edge import run
from kam_connector.cli.root import root

HEAVY = {
    "alembic",
    "apscheduler",
    "fastapi",
    "hubspot",
    "importlib.metadata",
    "numpy",
    "pandas",
    "pydantic",
    "pydantic_settings",
    "requests",
    "rich",
    "simple_salesforce",
    "sqlalchemy",
    "sqlmodel",
    "structlog",
}


def heavy_imports(arguments: list[str]) -> set[str]:
    """Return the big libraries that a command line imports."""
    code = (
        "import sys, json\n"
        "from kam_connector.cli.edge import run\n"
        f"run({arguments!r})\n"
        "sys.stderr.write(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return HEAVY & set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["sync", "--help"]])
def test_start_imports_nothing_heavy(arguments: list[str]) -> None:
    """What only prints does not wait for pandas or a CRM's library."""
    assert heavy_imports(arguments) == set()


def test_both_ways_to_start_are_one_program() -> None:
    """`python -m kam_connector` is `kam`."""
    command = [sys.executable, "-m", "kam_connector", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == f"kam-connector {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (["snyc"], "kam sync"),
        (["sync", "aply"], "kam sync apply"),
        (["conection", "list"], "kam connection"),
        (["mapping", "chek"], "kam mapping check"),
    ],
)
def test_typing_mistake_is_answered_with_the_command_meant(
    arguments: list[str], suggestion: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and the nearest command."""
    code = run(arguments)
    assert (code, f"Did you mean  {suggestion} ?" in capsys.readouterr().err) == (2, True)


def test_usage_error_is_one_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A machine that mistypes gets JSON like any other."""
    code = run(["sync", "apply", "--json"])
    out, err = capsys.readouterr()
    assert (code, json.loads(out)["error"]["code"], err) == (2, "KAM-7001", "")


def leaves(group: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the words of every command that Part 1 registers."""
    places = getattr(group, "_places", None)
    if places is None:
        return [path]
    get = group.get_command  # type: ignore[attr-defined]
    return [leaf for name in places for leaf in leaves(get(None, name), (*path, name))]


@pytest.mark.parametrize("words", leaves(root), ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """A command can be asked what it does without a configuration."""
    assert run([*words, "--help"]) == 0
    assert "Usage: kam" in capsys.readouterr().out


def test_unforeseen_error_is_one_line_and_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No traceback reaches a person; it waits, redacted, in a file that is named."""

    def burst() -> dict[str, str]:
        raise ZeroDivisionError("Bearer canary-token-123")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("kam_connector.cli.explain.all_codes", burst)
    code = run(["explain"])
    err = capsys.readouterr().err
    kept = (tmp_path / "kam-connector" / "kam-connector-errors.log").read_text("utf-8")
    assert (code, "Traceback" in err, "KAM-7000" in err) == (1, False, True)
    assert ("ZeroDivisionError" in kept, "Bearer canary" in kept) == (True, False)


def test_interruption_is_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends with one line (U16)."""

    def interrupt() -> dict[str, str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("kam_connector.cli.explain.all_codes", interrupt)
    assert run(["explain"]) == 130
    assert "KAM-7130" in capsys.readouterr().err
