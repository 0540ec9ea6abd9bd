"""SECURITY.md names every threat, and nothing that proves it is missing."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")


@pytest.fixture(name="promised", scope="module")
def _promised(generator: ModuleType) -> ModuleType:
    return import_module("promise_tables")


def test_every_threat_is_met_or_said_to_wait() -> None:
    """Twenty-five threats, none passed over."""
    assert set(re.findall(r"\bTM\d+\b", PAGE)) == {f"TM{number}" for number in range(1, 26)}


def test_every_guarantee_named_here_is_proved(promised: ModuleType) -> None:
    """A defence without a test is a wish."""
    assert set(re.findall(r"\bG\d+\b", PAGE)) <= set(promised.proofs())


def test_every_page_named_here_is_there() -> None:
    """Links lead somewhere."""
    named = re.findall(r"\]\(([\w/.-]+)\)", PAGE)
    assert [one for one in named if not (ROOT / one).is_file()] == []
