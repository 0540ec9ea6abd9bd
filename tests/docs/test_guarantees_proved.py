"""docs/guarantees.md claims nothing without a test, and no figure that was missed."""

from __future__ import annotations

import ast
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_TESTS = Path(__file__).parents[1]
_FIGURES = _TESTS.parent / "docs" / "guarantee_figures.json"


@pytest.fixture(name="figures", scope="module")
def _figures(generator: ModuleType) -> ModuleType:
    """Return docs/figures_table.py, which ``nox -s guarantees`` calls."""
    return import_module("figures_table")


@pytest.fixture(name="promised", scope="module")
def _promised(generator: ModuleType) -> ModuleType:
    """Return docs/promise_tables.py, which the generator imports."""
    return import_module("promise_tables")


def test_the_list_is_whole(promised: ModuleType) -> None:
    """Forty promises, in their order."""
    assert list(promised.promises()) == [f"G{number}" for number in range(1, 41)]


def test_every_promise_is_proved_or_says_what_it_waits_for(promised: ModuleType) -> None:
    """Nothing is claimed without its test."""
    proved = promised.proofs()
    waits = {number for number, one in promised.promises().items() if "waits" in one}
    assert [one for one in promised.promises() if one not in proved and one not in waits] == []
    assert waits == {"G37"}


def test_no_test_proves_a_promise_that_is_none(promised: ModuleType) -> None:
    """A slip of the pen would prove nothing."""
    invariants = {f"INV{number}" for number in range(1, 15)}
    threats = {f"TM{number}" for number in range(1, 26)}
    assert set(promised.proofs()) <= set(promised.promises()) | invariants | threats


def test_every_kept_figure_is_met_by_a_test_that_is_there(promised: ModuleType) -> None:
    """A figure of a test that went would be a claim without proof."""
    kept = _kept()
    tests = {test.partition("::")[0] for found in promised.proofs().values() for test in found}
    assert [one for one in kept if not one["met"]] == []
    assert {Path(one["test"].partition("::")[0]).name for one in kept} <= tests


def test_every_test_that_counts_is_run_for_the_figures() -> None:
    """Only marked tests are: what another counts would never be kept."""
    assert [name for path in _TESTS.rglob("test_*.py") for name in _uncounted(path)] == []


def test_every_promise_has_its_figure(figures: ModuleType) -> None:
    """But those that wait: a table of targets alone would be a list of wishes."""
    assert figures.faults(figures.read(_FIGURES), waiting=["G37"]) == []


@pytest.mark.parametrize("number", ["G1", "G20", "G40"])
def test_figures_that_lack_a_promise_are_not_kept(
    number: str, figures: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run of some tests says which promises it lacks, fails, and leaves the kept ones alone."""
    rest = [one for one in _kept() if one["guarantee"] != number]
    assert figures.main(_written(tmp_path, rest), tmp_path / "kept.json") == 1
    assert f"{number} has no figure" in capsys.readouterr().err
    assert not (tmp_path / "kept.json").exists()


def test_no_figure_at_all_is_no_proof(figures: ModuleType, tmp_path: Path) -> None:
    """A check that ran on nothing fails, with a line for every promise that does not wait."""
    assert figures.main(_written(tmp_path, []), tmp_path / "kept.json") == 1
    assert len(figures.faults({}, waiting=["G37"])) == 39


def test_a_missed_figure_is_not_kept(
    figures: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever pytest said of it."""
    first, *rest = _kept()
    file = _written(tmp_path, [{**first, "met": False}, *rest])
    assert figures.main(file, tmp_path / "kept.json") == 1
    assert f"{first['guarantee']} is missed" in capsys.readouterr().err
    assert not (tmp_path / "kept.json").exists()


def test_whole_figures_are_printed_and_kept(
    figures: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Promise, test and figure of each, and the part that one waits for."""
    file = _written(tmp_path, _kept())
    assert figures.main(file, tmp_path / "kept.json") == 0
    told = capsys.readouterr().out
    assert [one["said"] for one in _kept() if one["said"] not in told] == []
    assert "G37  waits for the web part" in told
    assert (tmp_path / "kept.json").read_bytes() == file.read_bytes()


def test_a_row_tells_the_widest_first(figures: ModuleType, tmp_path: Path) -> None:
    """Lots over each CRM, then real kills, then the largest number; no test twice before others."""
    said = {
        "150 kinds of stop, 0 late": "test_a.py::test_stop[one]",
        "90 kinds of stop, 0 late": "test_a.py::test_stop[two]",
        "30 others": "test_b.py::test_others",
        "Salesforce, over sockets: 9,000 calls": "test_c.py::TestC::test",
        "200 processes killed on SQLite": "test_d.py::TestD::test",
        "HubSpot, in process: 100 schedules": "test_e.py::TestE::test",
        "Salesforce, in process: 120 schedules": "test_f.py::TestF::test",
    }
    rows = [{"guarantee": "G1", "said": one, "met": True, "test": said[one]} for one in said]
    assert [one.said for one in figures.read(_written(tmp_path, rows))["G1"]] == [
        "Salesforce, in process: 120 schedules",
        "HubSpot, in process: 100 schedules",
        "200 processes killed on SQLite",
        "Salesforce, over sockets: 9,000 calls",
        "150 kinds of stop, 0 late",
        "30 others",
        "90 kinds of stop, 0 late",
    ]


def test_a_row_shows_three_figures_at_most(promised: ModuleType) -> None:
    """And how many more the file has."""
    rows = promised.proofs_table().splitlines()[2:]
    counted = promised.figures()
    many = [row for row in rows if len(counted.get(row.split(" | ")[0].strip("| "), [])) > 3]
    assert len(many) > 5
    assert [row for row in many if "more](guarantee_figures.json)" not in row] == []


def _uncounted(path: Path) -> list[str]:
    """Return the tests of a file that take the fixture ``figure`` and carry no mark."""
    text = path.read_text("utf-8")
    if "figure: Figures" not in text:
        return []
    tree = ast.parse(text)
    marked = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.ClassDef | ast.FunctionDef)
        and any("mark.guarantee" in ast.unparse(one) for one in outer.decorator_list)
        for inner in ast.walk(outer)
    }
    return [
        f"{path.name}::{one.name}"
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
        and "figure" in {each.arg for each in (*one.args.args, *one.args.kwonlyargs)}
        and id(one) not in marked
    ]  # fmt: skip


def _kept() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(_FIGURES.read_text("utf-8"))
    return rows


def _written(folder: Path, rows: list[dict[str, Any]]) -> Path:
    file = folder / "counted.json"
    file.write_text(json.dumps(rows), "utf-8")
    return file
