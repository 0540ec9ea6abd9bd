"""The 76 items of the two articles: each has a home, and a test that names it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest


@pytest.fixture(name="checklist", scope="module")
def _checklist(generator: ModuleType) -> ModuleType:
    """Return docs/checklist.py, which the generator imports."""
    return import_module("checklist")


@pytest.fixture(name="proved", scope="module")
def _proved(checklist: ModuleType) -> set[str]:
    return {proof.item for proof in checklist.checklist_proofs()}


def test_the_list_is_whole(checklist: ModuleType) -> None:
    """31 items of the first article and 45 of the second, in their order."""
    whole = [f"S1.{n:02}" for n in range(1, 32)] + [f"S2.{n:02}" for n in range(1, 46)]
    assert list(checklist.checklist_items()) == whole


def test_every_item_is_proved(checklist: ModuleType, proved: set[str]) -> None:
    """Nothing the articles ask for is without a test that names it."""
    assert [item for item in checklist.checklist_items() if item not in proved] == []


def test_no_test_names_an_item_that_is_none(checklist: ModuleType, proved: set[str]) -> None:
    """A slip of the pen would prove nothing."""
    assert proved <= set(checklist.checklist_items())


def test_every_proof_says_where(checklist: ModuleType) -> None:
    """A home is a table, a rule, a command or a page, in a few words."""
    assert all(proof.home.strip() for proof in checklist.checklist_proofs())
