"""TM18 over every command: whatever is typed into a CRM, a terminal is told our lines only."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from kam_connector.cli.edge import run
from kam_connector.cli.needs import NEEDS
from kam_connector.model.access import Capability
from tests.factories import guarded, guarded_runs
from tests.guarantees import Figures

HOSTILE = "Alder\r\nINFO all is well\x1b[2J\x1b]0;x\x07\x1b[31m \u202egnp\u2028\x85\x9b31m Works"
"""A line of its own, a cleared screen, a title, a colour, a turned direction, more lines."""
_RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Written down once more, so that a hole in the product's own list is seen."""
_LINE = "\nINFO all is well"
_REFERENCE = "@account"
_ELSEWHERE = frozenset(
    {
        *("serve", "doctor", "sync run", "sync preview", "sync apply", "mapping test"),
        *("connection login", "connection logout", "crm provision", "writes undo"),
        *("errors retry", "privacy erase", "db restore", "db upgrade"),
    }
)
"""They ask a CRM, which is not here, or end this world; the canaries' test looks at the nights."""
_FILES = frozenset({"export", "programme calendar"})
"""What they print is a file: into a pipe as it is, to a terminal visibly (test_visible.py)."""


class Said(NamedTuple):
    """What one command printed."""

    command: str
    out: str
    err: str


@pytest.fixture(name="said", scope="module")
def _said(tmp_path_factory: pytest.TempPathFactory) -> list[Said]:
    """Call every command for people, in a world whose names are hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    accounts = tuple(
        (ref, HOSTILE if ref == "edit" else name, parent) for ref, name, parent in guarded._ACCOUNTS
    )
    with patch.object(guarded, "_ACCOUNTS", accounts):
        account = _prepared(folder)
    with guarded_runs.one_store(folder), patch.dict(os.environ, {"KAM_TEST_TOKEN": "x"}):
        return list(_all(folder, account))


def _prepared(folder: Path) -> str:
    world = guarded.prepare(folder)
    config = guarded.CONFIG.replace("enabled = true", "enabled = false")
    (folder / "config.toml").write_text(config, "utf-8")
    (folder / "figures.csv").write_text(guarded_runs._FIGURES, "utf-8")
    account = world.account("edit")
    world.store.close()
    return account


def _all(folder: Path, account: str) -> Iterator[Said]:
    for command, (_, words) in guarded_runs._calls().items():
        if NEEDS[command] == (Capability.GENERAL,) or command in _ELSEWHERE:
            continue
        out, err = io.StringIO(), io.StringIO()
        filled = [word.replace(_REFERENCE, account) for word in words]
        with chdir(folder), redirect_stdout(out), redirect_stderr(err):
            run(filled)
        yield Said(command, out.getvalue(), err.getvalue())


@pytest.mark.guarantee("TM18")
def test_no_name_steers_a_terminal_or_begins_a_line(said: list[Said], figure: Figures) -> None:
    """Every command that knows names, on stdout and stderr."""
    lines = [one for one in said if one.command not in _FILES]
    raw = [one.command for one in lines if _RAW.search(one.out + one.err)]
    begun = [one.command for one in lines if _LINE in one.out + one.err]
    showed = [one.command for one in said if "\\nINFO all is well\\x1b[2J" in one.out]
    figure(
        "G25",
        f"{len(lines)} commands, {len(showed)} show hostile names: {len(raw)} steer, "
        f"{len(begun)} begin a line {sorted({*raw, *begun}) or ''}".rstrip(),
        met=not raw and not begun and len(showed) > 20,
    )
