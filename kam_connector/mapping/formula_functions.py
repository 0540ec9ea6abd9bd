"""Functions and operators of mapping expressions, after Salesforce's formula language."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

from kam_connector.mapping.number import parse_number
from kam_connector.model.kind import JsonValue

__all__ = ["ARITY", "EAGER", "LAZY", "OPERATORS", "ExpressionError", "FormulaValue", "truth"]

FormulaValue: TypeAlias = "JsonValue | Decimal"
Part: TypeAlias = Callable[[], FormulaValue]
_MAX_TEXT = 32_768  # the longest long text area of either CRM's standard fields


class ExpressionError(ValueError):
    """An expression cannot be translated, or computed for a record."""


def truth(value: FormulaValue) -> bool:
    """Return a value as yes or no; blank is no."""
    if isinstance(value, str):
        return value.lower() == "true"
    return bool(value)


def _blank(value: FormulaValue) -> bool:
    return value is None or value in ("", [])


def _try_number(value: FormulaValue) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, dict):  # money counts by its amount, in its own currency
        value = value.get("amount")
    return parse_number(value)


def _number(value: FormulaValue) -> Decimal:
    number = _try_number(value)
    if number is None:
        what = "a blank" if _blank(value) else "a text"
        raise ExpressionError(f"{what} where a number is needed")
    return number


def _text(value: FormulaValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str | int):
        return str(value)
    raise ExpressionError("a list or amount where a text is needed")


def _short(text: str) -> str:
    if len(text) > _MAX_TEXT:
        raise ExpressionError(f"a text longer than {_MAX_TEXT} characters")
    return text


def _add(left: FormulaValue, right: FormulaValue) -> FormulaValue:
    if isinstance(left, str) and isinstance(right, str):
        one, two = _try_number(left), _try_number(right)
        if one is None or two is None:
            return _short(left + right)
        return one + two
    return _number(left) + _number(right)


def _divide(left: FormulaValue, right: FormulaValue) -> FormulaValue:
    divisor = _number(right)
    if not divisor:
        raise ExpressionError("a division by zero")
    return _number(left) / divisor


def _equal(left: FormulaValue, right: FormulaValue) -> bool:
    if _blank(left) or _blank(right):
        return _blank(left) and _blank(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return _text(left) == _text(right)
    one, two = _try_number(left), _try_number(right)
    if one is not None and two is not None:
        return one == two
    return left == right


def _order(left: FormulaValue, right: FormulaValue) -> int | None:
    """Return -1, 0 or 1; None when a blank is compared, which is never true."""
    if _blank(left) or _blank(right):
        return None
    one, two = _try_number(left), _try_number(right)
    if one is not None and two is not None:
        return (one > two) - (one < two)
    a, b = _text(left), _text(right)
    return (a > b) - (a < b)


def _less(left: FormulaValue, right: FormulaValue) -> bool:
    return _order(left, right) == -1


def _at_most(left: FormulaValue, right: FormulaValue) -> bool:
    return _order(left, right) in (-1, 0)


OPERATORS: Mapping[type[ast.AST], Callable[..., FormulaValue]] = {
    ast.Add: _add,
    ast.Sub: lambda left, right: _number(left) - _number(right),
    ast.Mult: lambda left, right: _number(left) * _number(right),
    ast.Div: _divide,
    ast.BitAnd: lambda left, right: _short(_text(left) + _text(right)),
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.Lt: _less,
    ast.LtE: _at_most,
    ast.Gt: lambda left, right: _less(right, left),
    ast.GtE: lambda left, right: _at_most(right, left),
    ast.Not: lambda value: not truth(value),
    ast.USub: lambda value: -_number(value),
    ast.UAdd: _number,
}


def _round(value: FormulaValue, places: FormulaValue) -> Decimal:
    digits = int(_number(places))
    if not 0 <= digits <= 18:
        raise ExpressionError("ROUND takes 0 to 18 places")
    return _number(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _count(value: FormulaValue) -> int:
    return max(0, min(int(_number(value)), _MAX_TEXT))


def _right(text: FormulaValue, count: FormulaValue) -> str:
    length = _count(count)
    return _text(text)[-length:] if length else ""


def _value(text: FormulaValue) -> FormulaValue:
    return None if _blank(text) else _number(text)


EAGER: Mapping[str, Callable[..., FormulaValue]] = {
    "NOT": lambda value: not truth(value),
    "ISBLANK": _blank,
    "VALUE": _value,
    "TEXT": _text,
    "LEN": lambda text: Decimal(len(_text(text))),
    "LEFT": lambda text, count: _text(text)[: _count(count)],
    "RIGHT": _right,
    "UPPER": lambda text: _text(text).upper(),
    "LOWER": lambda text: _text(text).lower(),
    "TRIM": lambda text: _text(text).strip(),
    "CONTAINS": lambda text, part: _text(part) in _text(text),
    "ROUND": _round,
    "MIN": lambda *values: min(_number(value) for value in values),
    "MAX": lambda *values: max(_number(value) for value in values),
    "ABS": lambda value: abs(_number(value)),
    "ISPICKVAL": lambda field, text: _text(field) == _text(text),
}
"""Functions whose arguments are all computed first."""


def _if(parts: Sequence[Part]) -> FormulaValue:
    if truth(parts[0]()):
        return parts[1]()
    return parts[2]() if len(parts) == 3 else None


def _blankvalue(parts: Sequence[Part]) -> FormulaValue:
    value = parts[0]()
    return parts[1]() if _blank(value) else value


def _case(parts: Sequence[Part]) -> FormulaValue:
    if len(parts) % 2:
        raise ExpressionError("CASE takes a value, pairs of value and result, and an alternative")
    subject = parts[0]()
    for index in range(1, len(parts) - 1, 2):
        if _equal(subject, parts[index]()):
            return parts[index + 1]()
    return parts[-1]()


LAZY: Mapping[str, Callable[[Sequence[Part]], FormulaValue]] = {
    "IF": _if,
    "AND": lambda parts: all(truth(part()) for part in parts),
    "OR": lambda parts: any(truth(part()) for part in parts),
    "BLANKVALUE": _blankvalue,
    "CASE": _case,
}
"""Functions that compute only the arguments they need."""

_MANY = 100
ARITY: Mapping[str, tuple[int, int]] = {
    "ABS": (1, 1),
    "AND": (1, _MANY),
    "BLANKVALUE": (2, 2),
    "CASE": (4, _MANY),
    "CONTAINS": (2, 2),
    "IF": (2, 3),
    "ISBLANK": (1, 1),
    "ISPICKVAL": (2, 2),
    "LEFT": (2, 2),
    "LEN": (1, 1),
    "LOWER": (1, 1),
    "MAX": (1, _MANY),
    "MIN": (1, _MANY),
    "NOT": (1, 1),
    "OR": (1, _MANY),
    "RIGHT": (2, 2),
    "ROUND": (2, 2),
    "TEXT": (1, 1),
    "TRIM": (1, 1),
    "UPPER": (1, 1),
    "VALUE": (1, 1),
}
"""Least and most values of each function; the whole list of what a formula can call."""
