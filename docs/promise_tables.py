"""The table of docs/guarantees.md: each promise, the tests that prove it, and their figures.

A test says what it proves with ``@pytest.mark.guarantee("G12")``; what it counted lies in
``guarantee_figures.json``, which ``nox -s guarantees`` writes (``figures_table.py``).
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from figures_table import KEPT, read
from markdown import code, table

__all__ = ["figures", "limits_list", "promises", "proofs", "proofs_table"]

DOCS = Path(__file__).parent
TESTS = DOCS.parent / "tests"
_SHOWN = 4
"""Tests named in a row; the others are counted."""
_COUNTED = 3
"""Figures shown in a row; the file that is linked has them all."""


def promises() -> dict[str, dict[str, str]]:
    """Return all guarantees: what each says, its target, and what is not promised."""
    return tomllib.loads((DOCS / "guarantees.toml").read_text("utf-8"))


def proofs() -> dict[str, list[str]]:
    """Return by guarantee or invariant the tests that prove it, as ``file.py::test``."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if "node_modules" not in path.parts:
            for number, test in _proofs(path):
                found.setdefault(number, []).append(test)
    return found


def figures() -> dict[str, list[str]]:
    """Return by guarantee what was counted when the figures were last kept, most telling first."""
    return {number: [one.said for one in found] for number, found in read(KEPT).items()}


def proofs_table() -> str:
    """Return each promise with its tests and figures."""
    tests, counted = proofs(), figures()
    rows = [
        (number, one["says"], _named(one, tests.get(number, [])), _said(one, counted, number))
        for number, one in promises().items()
    ]
    return table(("", "promise", "proved by", "figure"), rows)


def limits_list() -> str:
    """Return what is not promised."""
    return "\n".join(
        f"- **{number}**: {one['not']}" for number, one in promises().items() if "not" in one
    )


def _named(promise: dict[str, str], tests: list[str]) -> str:
    if "waits" in promise:
        return f"waits for {promise['waits']}"
    named = ", ".join(code(one) for one in tests[:_SHOWN])
    more = len(tests) - _SHOWN
    return f"{named} and {more} more" if more > 0 else named


def _said(promise: dict[str, str], counted: dict[str, list[str]], number: str) -> str:
    said = counted.get(number, [])
    more = len(said) - _COUNTED
    if "waits" in promise:
        return ""
    shown = "; ".join(said[:_COUNTED]) or f"target: {promise['target']}"
    return f"{shown}; and [{more} more]({KEPT.name})" if more > 0 else shown


def _proofs(path: Path) -> Iterator[tuple[str, str]]:
    text = path.read_text("utf-8")
    if "mark.guarantee(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.guarantee"):
                    for number in mark.args:
                        yield ast.literal_eval(number), f"{path.name}::{node.name}"
