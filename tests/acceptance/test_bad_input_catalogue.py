"""The catalogue of bad inputs as one table: where, what and how to fix, and no traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.testing import MemoryCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from tests.factories.catalogue.commands import COMMANDS
from tests.factories.catalogue.config import CONFIG
from tests.factories.catalogue.elsewhere import ELSEWHERE, WAITING
from tests.factories.catalogue.mapping import MAPPING
from tests.factories.catalogue.payloads import PAYLOADS
from tests.factories.catalogue.row import Bad

ROWS = (*CONFIG, *MAPPING, *COMMANDS)
_WHOLE = {"C": 22, "M": 20, "P": 24, "W": 10, "U": 18}
"""Rows of each part: 94 in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSettings:
    """A CRM in memory needs none."""


def _found(bad: Bad, find: Callable[[str], Any], name: str) -> Any:
    """Return the adapter of a name; "memory" is the row's own CRM."""
    if name != "memory":
        return find(name)
    opened = bad.crm or MemoryCrm
    return SimpleNamespace(settings_type=NoSettings, open=lambda *_args, **_more: opened())


@pytest.fixture(name="answer")
def _answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Bad], tuple[int, Any, str]]:
    """Ask one row's command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.delenv("KAM_TEST_TOKEN", raising=False)

    def answer(bad: Bad) -> tuple[int, Any, str]:
        for name, content in bad.files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name).write_bytes(data)
        for name, value in bad.environ.items():
            monkeypatch.setenv(name, value)
        bad.prepare(tmp_path)
        monkeypatch.setattr(plugins, "find_crm", partial(_found, bad, plugins.find_crm))
        code = run([*bad.words, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out), said.out + said.err

    return answer


def _checks(document: Any) -> list[str]:
    """Return what a doctor found."""
    found = (document["data"] or {}).get("checks", [])
    return [f"{one['code']} {one['message']} {one['hint']}" for one in found if not one["ok"]]


@pytest.mark.guarantee("G38")
@pytest.mark.parametrize("bad", ROWS, ids=lambda bad: bad.id)
def test_bad_input_is_told_with_place_reason_and_way_out(
    bad: Bad, answer: Callable[[Bad], tuple[int, Any, str]]
) -> None:
    """The right exit code and one clear message."""
    _check(bad, *answer(bad))


@pytest.fixture(name="served", scope="module")
def _served() -> Iterator[tuple[World, str]]:
    """Serve a small org."""
    world = build_world(clock=WorldClock(), scale=0.02)
    with running(world) as addresses:
        yield world, addresses.salesforce


@pytest.mark.enable_socket
@pytest.mark.guarantee("G16", "G38")
@pytest.mark.parametrize("bad", PAYLOADS, ids=lambda bad: bad.id)
def test_a_bad_answer_is_told_with_place_reason_and_way_out(
    bad: Bad,
    answer: Callable[[Bad], tuple[int, Any, str]],
    served: tuple[World, str],
) -> None:
    """What the CRM says wrong, over a real socket."""
    world, address = served
    world.faults.clear()
    for fault in bad.faults:
        world.faults.schedule(fault)
    files = {name: str(text).replace("{endpoint}", address) for name, text in bad.files.items()}
    _check(bad, *answer(replace(bad, files=files)))


def test_every_row_of_the_catalogue_is_answered_or_waits() -> None:
    """Ninety-four rows: told here, proved elsewhere, or waiting for pages."""
    told = {bad.row for bad in (*ROWS, *PAYLOADS)}
    whole = {f"{part}{number}" for part, last in _WHOLE.items() for number in range(1, last + 1)}
    assert len(whole) == 94
    assert whole - (told | ELSEWHERE.keys() | WAITING.keys()) == set()
    assert (told | ELSEWHERE.keys()) & WAITING.keys() == set()


def test_what_is_proved_elsewhere_is_there() -> None:
    """A test that was renamed proves nothing here any more."""
    written = {
        f"{path.name}::{name}"
        for path in Path(__file__).parents[1].rglob("test_*.py")
        if "node_modules" not in path.parts
        for name in re.findall(r"^ *def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {test for tests in ELSEWHERE.values() for test in tests} - written == set()


def _check(bad: Bad, code: int, document: Any, said: str) -> None:
    error = document["error"] or {"code": "", "message": "", "hint": ""}
    told = " ".join([error["message"], error["hint"], *document["warnings"], *_checks(document)])
    assert (code, error["code"]) == (bad.exit_code, bad.code), told
    assert [one for one in (bad.where, *bad.what, bad.fix) if one not in told] == []
    assert [one for one in ("Traceback", *bad.never) if one in said] == []
