"""Every text that is said has its French, with the same places in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, EnumType
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

import kam_connector
from kam_connector.language.catalogue import french

ROOT = Path(kam_connector.__file__).parent
SAYING = {"say", "phrase"}
ROOMS = ("account", "account_team", "contact", "figures", "journey", "judgement", "plan",
         "plan_content", "programme", "stakeholder", "score", "signal")  # fmt: skip


def _texts() -> Iterator[str]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from _said(node)


def _said(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    owner = getattr(getattr(call.func, "value", None), "attr", None) or getattr(
        getattr(call.func, "value", None), "id", None
    )
    wanted = 1 if name in SAYING else 2 if name == "count" and owner in SAYING else 0
    for given in call.args[:wanted]:
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            yield given.value


def _members() -> Iterator[str]:
    for room in ROOMS:
        module = import_module(f"kam_connector.model.{room}")
        for made in vars(module).values():
            if isinstance(made, EnumType) and made.__module__ == module.__name__:
                members: list[Enum] = list(made)
                yield from (str(one.value).replace("_", " ") for one in members)


TEXTS = sorted(set(_texts()))


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _forms(text: str) -> tuple[str, ...]:
    said = french()[text]
    return (said,) if isinstance(said, str) else said


def _plurals() -> set[str]:
    """Second forms of a plural stand under the first."""
    return {text for text in TEXTS if text not in french() and "{n}" in text}


@pytest.mark.xfail(reason="the first French texts are being written", strict=False)
def test_every_text_has_its_french() -> None:
    """Whoever writes a sentence writes it twice."""
    assert [text for text in TEXTS if text not in french() and text not in _plurals()] == []


@pytest.mark.xfail(reason="the first French texts are being written", strict=False)
def test_every_member_of_an_enum_has_its_french() -> None:
    """They stand on sheets and slides."""
    assert sorted({word for word in _members() if word not in french()}) == []


@pytest.mark.parametrize("text", sorted(text for text in TEXTS if text in french()))
def test_french_has_the_same_places(text: str) -> None:
    """A name that is missing would be missing on the page."""
    assert all(_places(form) == _places(text) for form in _forms(text))
