"""Expressions in mappings: Salesforce's function names, evaluated safely by simpleeval.

The text is cut into tokens here first: fields and literals become numbered names, so that
what simpleeval sees has neither attributes, subscripts, literals nor foreign functions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException, localcontext
from threading import Lock

from simpleeval import InvalidExpression, SimpleEval

from kam_connector.mapping.formula_functions import (
    ARITY,
    EAGER,
    LAZY,
    OPERATORS,
    ExpressionError,
    FormulaValue,
    truth,
)
from kam_connector.mapping.formula_text import Tokens, translate
from kam_connector.model.kind import JsonValue

__all__ = ["Formula", "FormulaError", "FormulaRefused", "compile_formula"]

MAX_LENGTH = 2000  # our choice: half a Salesforce formula's 3,900 characters is plenty here
MAX_NODES = 300  # our choice: a CASE over forty values fits
MAX_DEPTH = 40
_PRECISION = 34  # decimal128: exact for any amount a CRM can hold


_OFFERED = (
    *(ast.Expr, ast.Name, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.Call),
    *(ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)
"""What an expression's tree is made of: no tuple, no star, no attribute."""


class FormulaRefused(ValueError):
    """The expression's text is not allowed; the message says where."""


FormulaError = ExpressionError


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled expression."""

    text: str
    names: tuple[str, ...]
    """Fields or paths it reads, in order of appearance."""
    evaluate: Callable[[Mapping[str, JsonValue]], FormulaValue]
    """Compute it for one row; fields that the row lacks are blank.

    Raises:
        FormulaError: A blank in arithmetic, a division by zero, a text that is no number.
    """


def compile_formula(text: str) -> Formula:
    """Compile an expression once.

    Raises:
        FormulaRefused: It is too large, malformed, or uses something not offered.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaRefused(f"longer than {MAX_LENGTH} characters")
    try:
        tokens = translate(text, functions={*EAGER, *LAZY}, max_depth=MAX_DEPTH)
        tree = SimpleEval.parse(tokens.python)
    except ExpressionError as error:
        raise FormulaRefused(str(error)) from error
    except (SyntaxError, InvalidExpression, RecursionError, MemoryError) as error:
        raise FormulaRefused(
            "the expression is not complete or an operator is misplaced"
        ) from error
    _check_size(tree)
    names = tuple(tokens.names)
    return Formula(text, names, _bind(tree, tokens))


def _check_size(tree: ast.AST) -> None:
    nodes = 0
    for node in ast.walk(tree):
        nodes += 1
        if not isinstance(node, _OFFERED):
            raise FormulaRefused("the expression is not complete or a comma is misplaced")
        if isinstance(node, ast.Call):
            _check_call(node)
    if nodes > 3 * MAX_NODES:  # names and their contexts count in Python's tree
        raise FormulaRefused("too many parts: split it or use a map")


def _check_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if node.keywords or name not in ARITY:
        raise FormulaRefused("only the listed functions can be called")
    least, most = ARITY[name]
    if not least <= len(node.args) <= most:
        takes = str(least) if least == most else f"{least} or more"
        raise FormulaRefused(f"{name} takes {takes} values, not {len(node.args)}")


def _bind(tree: ast.AST, tokens: Tokens) -> Callable[[Mapping[str, JsonValue]], FormulaValue]:
    evaluator = _Evaluator()
    lock = Lock()  # one evaluator holds the names of one row at a time
    fields = tuple((f"n{index}", name) for index, name in enumerate(tokens.names))
    constants = dict(tokens.constants)

    def evaluate(row: Mapping[str, JsonValue]) -> FormulaValue:
        names: dict[str, FormulaValue] = dict(constants)
        for short, name in fields:
            names[short] = row.get(name)
        with lock, localcontext(prec=_PRECISION):
            evaluator.names = names
            try:
                return evaluator.result(tree)
            except DecimalException as error:
                raise ExpressionError("the arithmetic has no result") from error

    return evaluate


class _Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval ships no types
    """simpleeval with few nodes, lazy IF/AND/OR/CASE and Salesforce's truth."""

    def __init__(self) -> None:
        super().__init__(operators=dict(OPERATORS), functions=dict(EAGER), names={})
        keep = (ast.Expr, ast.Name, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.Call)
        self.nodes = {
            node: handler for node, handler in vars(self)["nodes"].items() if node in keep
        }

    def result(self, tree: ast.AST) -> FormulaValue:
        value: FormulaValue = self._eval(tree)
        if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > 60):
            raise ExpressionError("the result is out of range")
        return value

    def _eval_call(self, node: ast.Call) -> FormulaValue:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in LAZY:
            parts = [lambda arg=arg: self._eval(arg) for arg in node.args]
            return LAZY[name](parts)
        value: FormulaValue = super()._eval_call(node)
        return value

    def _eval_boolop(self, node: ast.BoolOp) -> bool:
        parts = (truth(self._eval(value)) for value in node.values)
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
