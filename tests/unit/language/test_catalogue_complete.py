"""Every text that is said has its French, with the same places in it, as French is typeset."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum, EnumType
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import kam_connector
from kam_connector.language.catalogue import french

ROOT = Path(kam_connector.__file__).parent
FILES = sorted((ROOT / "language" / "fr").glob("*.po"))
SAYING = {"say", "phrase", "voiced"}
"""How voices are called, and what marks a text kept for later."""
ROOMS = ("account", "account_team", "contact", "figures", "journey", "judgement", "plan",
         "plan_content", "programme", "stakeholder", "score", "signal")  # fmt: skip

_SPACED = re.compile(
    "(?:[^\u00a0]|^)[;!?»]|[^\u00a0(]%|[ \u202f]:|«[^\u00a0]|[\\w{}]:(?!//)(?!\\d)"
)
"""What French sets apart by a no-break space and is not. One kind of it, U+00A0: every font
of ours has it, and a search finds it."""
_PLAIN = re.compile(r"\w'|\boe|coeur|noeud|\b(?:Etat|Etape|Echéance|Equipe|Evolution|Ecart)\b")
"""Apostrophes, ligatures and capitals as a typewriter had them."""


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node


def _given(call: ast.Call) -> list[ast.expr]:
    """Return the texts that a call says: one, or with a plural two."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    owner = getattr(getattr(call.func, "value", None), "attr", None) or getattr(
        getattr(call.func, "value", None), "id", None
    )
    wanted = 1 if name in SAYING else 2 if name == "count" and owner in SAYING else 0
    return call.args[:wanted]


CALLS = [(path, _given(call)) for path, call in _calls()]


def _constants() -> Iterator[str]:
    """Yield every text of the code, wherever it stands: keys may be looked up in tables."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _members() -> Iterator[str]:
    for room in ROOMS:
        module = import_module(f"kam_connector.model.{room}")
        for made in vars(module).values():
            if isinstance(made, EnumType) and made.__module__ == module.__name__:
                members: list[Enum] = list(made)
                yield from (str(one.value).replace("_", " ") for one in members)


def _text(given: ast.expr) -> str | None:
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


TEXTS = sorted({text for _, given in CALLS for one in given[:1] if (text := _text(one))})
PLURALS = sorted(
    {
        (one, many)
        for _, given in CALLS
        if len(given) == 2 and (one := _text(given[0])) and (many := _text(given[1]))
        if one != many
    }
)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _forms(text: str) -> tuple[str, ...]:
    said = french()[text]
    return (said,) if isinstance(said, str) else said


def _messages() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield each message of the files: where, its English and its French forms."""
    for file in FILES:
        for one in read_po(file.read_text("utf-8").splitlines(keepends=True), "fr"):
            if one.id:
                ids = (one.id,) if isinstance(one.id, str) else tuple(one.id)
                string = one.string or ""
                said = (string,) if isinstance(string, str) else tuple(string)
                yield file.name, ids, said


MESSAGES = list(_messages())


def test_every_text_has_its_french() -> None:
    """Whoever writes a sentence writes it twice."""
    assert [text for text in TEXTS if text not in french()] == []


def test_every_member_of_an_enum_has_its_french() -> None:
    """They stand on sheets and slides."""
    assert sorted({word for word in _members() if word not in french()}) == []


def test_what_is_said_is_a_whole_text() -> None:
    """An f-string or a sum of texts has no French: its places are given by name."""
    built = [
        f"{path.relative_to(ROOT)}:{one.lineno}"
        for path, given in CALLS
        for one in given
        if isinstance(one, ast.JoinedStr | ast.BinOp)
    ]
    assert built == []


@pytest.mark.parametrize("pair", PLURALS)
def test_a_plural_has_two_forms_in_both_languages(pair: tuple[str, str]) -> None:
    """What is counted in the code is counted in the catalogue, by the same two texts."""
    found = [(ids, said) for _, ids, said in MESSAGES if ids[0] == pair[0]]
    assert [ids for ids, _ in found] == [pair]
    assert all(len(said) == 2 and all(said) for _, said in found)


@pytest.mark.parametrize("text", sorted(text for text in TEXTS if text in french()))
def test_french_has_the_same_places(text: str) -> None:
    """A name that is missing would be missing on the page."""
    assert all(_places(form) == _places(text) for form in _forms(text))


def test_french_that_nobody_says_is_gone() -> None:
    """A sentence that changed leaves no old French behind."""
    known = set(_constants()) | set(_members())
    spoken = known | {one.replace("_", " ").capitalize() for one in known}
    spoken |= {one.replace("_", " ") for one in known}
    idle = [f"{name}: {ids[0]}" for name, ids, _ in MESSAGES if ids[0] not in spoken]
    assert idle == []


def test_french_is_written_once() -> None:
    """Two files that say one text differently: the last one would win, unseen."""
    said: dict[str, set[tuple[str, ...]]] = {}
    for _, ids, forms in MESSAGES:
        said.setdefault(ids[0], set()).add(forms)
    assert {text: forms for text, forms in said.items() if len(forms) > 1} == {}


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_french_is_typeset_as_french(name: str) -> None:
    """No-break spaces before tall signs, curved apostrophes, ligatures, accents on capitals."""
    forms = [form for file, _, said in MESSAGES if file == name for form in said]
    wrong = [one for one in forms if _SPACED.search(_bare(one)) or _PLAIN.search(one)]
    assert wrong == []


def _bare(text: str) -> str:
    """Return a text without examples of input, which stand as they are typed."""
    return re.sub(r"https?://\S*|\[[^\]]*\]|%[a-zA-Z]", "", text)
