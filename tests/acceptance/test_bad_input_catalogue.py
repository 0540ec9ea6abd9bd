"""The catalogue of bad inputs as one table: where, what and how to fix, and no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.testing import MemoryCrm
from tests.factories.catalogue.config import CONFIG
from tests.factories.catalogue.mapping import MAPPING
from tests.factories.catalogue.row import Bad

ROWS = (*CONFIG, *MAPPING)


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
    code, document, said = answer(bad)
    error = document["error"] or {"code": "", "message": "", "hint": ""}
    told = " ".join([error["message"], error["hint"], *document["warnings"], *_checks(document)])
    assert (code, error["code"]) == (bad.exit_code, bad.code), told
    assert [one for one in (bad.where, *bad.what, bad.fix) if one not in told] == []
    assert [one for one in ("Traceback", *bad.never) if one in said] == []
