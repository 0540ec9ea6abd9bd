"""Cut an expression into tokens and say it again in a harmless subset of Python."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from kam_connector.mapping.formula_functions import ExpressionError, FormulaValue
from kam_connector.mapping.problem import nearest

__all__ = ["Tokens", "translate"]

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<number>\d{1,28}(?:\.\d{1,20})?(?![\w.]))
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<name>@?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    |(?P<op>\*\*|<=|>=|<>|!=|==|&&|\|\||[-+*/=<>&!(),])""",
    re.VERBOSE,
)
_SAY = {"=": "==", "<>": "!=", "&&": "and", "||": "or"}
_ESCAPE = re.compile(r"\\(.)")
_LITERALS: dict[str, FormulaValue] = {"true": True, "false": False, "null": None}


@dataclass(slots=True)
class Tokens:
    """The translated expression and what its short names stand for."""

    names: list[str] = field(default_factory=list)
    constants: dict[str, FormulaValue] = field(default_factory=dict)
    python: str = ""

    def name(self, text: str) -> str:
        """Return the short name of a field."""
        if text not in self.names:
            self.names.append(text)
        return f"n{self.names.index(text)}"

    def constant(self, value: FormulaValue) -> str:
        """Return the short name of a literal."""
        short = f"k{len(self.constants)}"
        self.constants[short] = value
        return short


def translate(text: str, *, functions: Collection[str], max_depth: int) -> Tokens:
    """Return the expression over short names.

    Raises:
        ExpressionError: Something in it is not offered.
    """
    found = Tokens()
    words = _words(text)
    said: list[str] = []
    operand_next = True
    depth = 0
    for index, (kind, word) in enumerate(words):
        calls = index + 1 < len(words) and words[index + 1][1] == "("
        piece, operand_next = _say(kind, word, found, functions, calls=calls, first=operand_next)
        depth += (word == "(") - (word == ")")
        if depth > max_depth:
            raise ExpressionError(f"more than {max_depth} nested parentheses")
        said.append(piece)
    found.python = " ".join(said)
    if not words:
        raise ExpressionError("the expression is empty")
    return found


def _words(text: str) -> list[tuple[str, str]]:
    words: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(
                f'unexpected "{text[position]}" at character {position + 1}; expressions know '
                "only fields, numbers, text, + - * / &, comparisons and the listed functions"
            )
        if match.lastgroup != "blank":
            words.append((str(match.lastgroup), match[0]))
        position = match.end()
    return words


def _say(
    kind: str, word: str, found: Tokens, functions: Collection[str], *, calls: bool, first: bool
) -> tuple[str, bool]:
    """Return the Python for one token, and whether an operand must follow."""
    if kind == "number":
        return found.constant(Decimal(word)), False
    if kind == "text":
        return found.constant(_ESCAPE.sub(r"\1", word[1:-1])), False
    if kind == "name":
        return _say_name(word, found, functions, calls=calls, first=first)
    if word == "**":
        raise ExpressionError("powers (**) are not offered")
    if word == "!":
        return "not", True
    return _SAY.get(word, word), word != ")"


def _say_name(
    word: str, found: Tokens, functions: Collection[str], *, calls: bool, first: bool
) -> tuple[str, bool]:
    lower = word.lower()
    if not first and lower in {"and", "or"}:
        return lower, True
    if first and lower == "not" and not calls:
        return "not", True
    if calls and first:
        if word.upper() not in functions:
            hint = nearest(word, functions) or f"known: {', '.join(sorted(functions))}"
            raise ExpressionError(f'unknown function "{word}"; {hint}')
        return word.upper(), False
    if lower in _LITERALS:
        return found.constant(_LITERALS[lower]), False
    if "__" in (word[:2], word[-2:]):
        raise ExpressionError(f'"{word}" is no field')
    return found.name(word), False
