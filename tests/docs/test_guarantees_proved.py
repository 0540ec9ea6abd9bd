"""docs/guarantees.md claims nothing without a test, and no figure that was missed."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

_FIGURES = Path(__file__).parents[2] / "docs" / "guarantee_figures.json"


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
    kept = json.loads(_FIGURES.read_text("utf-8"))
    tests = {test.partition("::")[0] for found in promised.proofs().values() for test in found}
    assert [one for one in kept if not one["met"]] == []
    assert {Path(one["test"].partition("::")[0]).name for one in kept} <= tests
