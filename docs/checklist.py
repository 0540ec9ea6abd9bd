"""The table of docs/method.md: what the two articles ask for, where it lives, what proves it.

A test says what it proves with ``@pytest.mark.checklist("S1.17", home="`Teammate.circle`")``.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown import code, table

__all__ = ["Proof", "checklist_items", "checklist_proofs", "checklist_table"]

DOCS = Path(__file__).parent
TESTS = DOCS.parent / "tests"


class Proof(NamedTuple):
    """One test that proves one item's home."""

    item: str
    home: str
    """Where the item lives, in Markdown."""
    test: str
    """``file.py::test``, or the class that holds the tests."""


def checklist_items() -> dict[str, tuple[str, str]]:
    """Return all items: what is asked for, and the article's own words where short."""
    listed = tomllib.loads((DOCS / "checklist.toml").read_text("utf-8"))
    return {item: (said, words) for item, (said, words) in listed.items()}


def checklist_proofs() -> list[Proof]:
    """Return what the tests say they prove, by item."""
    found = [
        proof
        for path in sorted(TESTS.rglob("test_*.py"))
        if "node_modules" not in path.parts
        for proof in _proofs(path)
    ]
    return sorted(found)


def _proofs(path: Path) -> Iterator[Proof]:
    text = path.read_text("utf-8")
    if "mark.checklist(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.checklist"):
                    yield from _told(mark, f"{path.name}::{node.name}")


def _told(mark: ast.Call, test: str) -> Iterator[Proof]:
    home = next(ast.literal_eval(one.value) for one in mark.keywords if one.arg == "home")
    for item in mark.args:
        yield Proof(ast.literal_eval(item), home, test)


def checklist_table() -> str:
    """Return each item of the method with its homes and the tests that prove them."""
    proofs = checklist_proofs()
    rows = [
        (
            item,
            f"{said} ({words})" if words else said,
            "; ".join(dict.fromkeys(one.home for one in proofs if one.item == item)),
            ", ".join(code(one.test) for one in proofs if one.item == item),
        )
        for item, (said, words) in checklist_items().items()
    ]
    return table(("item", "asked for", "where", "proved by"), rows)
