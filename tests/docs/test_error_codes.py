"""Every stable code is explained, and every explained code is in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kam_connector import errors
from kam_connector.cli.codes import all_codes
from kam_connector.errors import KamError

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("kam_connector", "adapters", "jobs")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
TABLES = {"codes.py", "crm_codes.py"}
CODE = re.compile(r"KAM-\d{4}")
RAISED = sorted({code for path in SOURCES for code in CODE.findall(path.read_text("utf-8"))})
RAISED_OUTSIDE_TABLES = {
    code
    for path in SOURCES
    if path.name not in TABLES
    for code in CODE.findall(path.read_text("utf-8"))
}
KNOWN = all_codes()
CLASSES = [
    one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, KamError)
]


@pytest.mark.parametrize("code", RAISED)
def test_code_in_the_source_is_explained(code: str) -> None:
    """`kam explain` knows every code that a person may meet."""
    assert code in KNOWN


@pytest.mark.parametrize("code", KNOWN)
def test_explained_code_is_used(code: str) -> None:
    """The table holds no code that nothing raises."""
    assert code in RAISED_OUTSIDE_TABLES


@pytest.mark.parametrize("code", KNOWN)
def test_explanation_is_a_sentence(code: str) -> None:
    """An explanation says more than the code itself."""
    assert len(KNOWN[code].split()) >= 2
    assert KNOWN[code].endswith(".")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda one: one.__name__)
def test_default_code_of_an_error_is_explained(kind: type[KamError]) -> None:
    """An error raised without a code has one all the same."""
    assert kind.default_code in KNOWN
