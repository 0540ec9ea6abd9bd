"""What reading and writing share: a value's way through via, map, type and check."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from kam_connector.mapping.formula import Formula, FormulaError, compile_formula
from kam_connector.mapping.number import parse_number
from kam_connector.mapping.rule import Check, Rule, ValueMap
from kam_connector.mapping.transforms import compile_via
from kam_connector.mapping.values import MISSING, Missing
from kam_connector.model.kind import JsonValue, Row

__all__ = ["Refused", "Step", "Take", "compile_source", "compile_steps"]

Step: TypeAlias = Callable[[JsonValue], JsonValue]
Take: TypeAlias = "Callable[[Row], JsonValue | Missing]"
_SHOWN = 40  # characters of an unmapped picklist value in a message


class Refused(ValueError):
    """A value that cannot be used, with our stable code."""

    def __init__(self, code: str, message: str, *, whole_record: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.whole_record = whole_record


def compile_source(rule: Rule) -> Take:
    """Return the function that fetches a rule's raw value from a row.

    It gives MISSING when the row lacks every input, and None when they are all blank.
    """
    if rule.source == "value":
        constant = rule.value
        return lambda _row: constant
    if rule.source == "formula":
        return _formula(rule)
    if rule.source in ("from", "association"):
        field = rule.alias if rule.source == "association" else rule.inputs[0]
        return lambda row: row.get(field, MISSING)
    if rule.source == "first":
        return _first(rule.inputs)
    return _joined(rule)


def compile_steps(rule: Rule, decode: Step) -> list[Step]:
    """Return via, map, type and check of a rule, in this order, without the idle ones."""
    via, check = compile_via(rule.via), _check(rule.check)
    steps: list[Step] = []
    if via is not None:
        steps.append(_on_text(via))
    if rule.map is not None:
        steps.append(_mapped(rule.map))
    steps.append(decode)
    if check is not None:
        steps.append(check)
    return steps


def _first(fields: tuple[str, ...]) -> Take:
    def take(row: Row) -> JsonValue | Missing:
        found: JsonValue | Missing = MISSING
        for field in fields:
            value = row.get(field, MISSING)
            if value is not MISSING:
                if value is not None and value != "":
                    return value
                found = None
        return found

    return take


def _joined(rule: Rule) -> Take:
    """Join skips blanks; a pair needs both."""
    fields = rule.inputs
    pair = rule.source == "pair"
    sep = ("/" if pair else " ") if rule.sep is None else rule.sep

    def take(row: Row) -> JsonValue | Missing:
        parts = [row.get(field, MISSING) for field in fields]
        known = [str(part) for part in parts if part is not MISSING and part not in (None, "")]
        if known and (not pair or len(known) == len(parts)):
            return sep.join(known)
        return MISSING if all(part is MISSING for part in parts) else None

    return take


def _formula(rule: Rule) -> Take:
    formula: Formula = compile_formula(rule.formula)
    names = formula.names

    def take(row: Row) -> JsonValue | Missing:
        if names and not any(name in row for name in names):
            return MISSING
        try:
            value = formula.evaluate(row)
        except FormulaError as error:
            raise Refused("KAM-2205", f"the formula has no result: {error}") from error
        if isinstance(value, Decimal):
            return f"{value.normalize():f}" if value else "0"
        return value

    return take


def _on_text(via: Callable[[str], str]) -> Step:
    def apply(value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [via(str(item)) for item in value]
        return via(value if isinstance(value, str) else _as_text(value))

    return apply


def _as_text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _mapped(table: ValueMap) -> Step:
    entries, fallback = table.entries, table.fallback

    def one(value: JsonValue) -> str:
        text = value if isinstance(value, str) else _as_text(value)
        found = entries.get(text, fallback)
        if found is None:
            shown = text[:_SHOWN]
            raise Refused("KAM-2202", f'"{shown}" has no entry in the map; add it, or a "*"')
        return found

    def apply(value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return list(dict.fromkeys(one(item) for item in value))
        return one(value)

    return apply


def _check(check: Check) -> Step | None:
    tests = [*_range_tests(check), *_text_tests(check)]
    if not tests:
        return None

    def apply(value: JsonValue) -> JsonValue:
        for test, message in tests:
            if not test(value):
                raise Refused("KAM-2203", message)
        return value

    return apply


def _amount(value: JsonValue) -> Decimal:
    if isinstance(value, dict):
        value = value.get("amount")
    number = parse_number(value)
    if number is None:
        raise Refused("KAM-2203", "is no number")
    return number


_Test: TypeAlias = tuple[Callable[[JsonValue], bool], str]


def _range_tests(check: Check) -> list[_Test]:
    tests: list[_Test] = []
    low, high = check.min, check.max
    if low is not None:
        tests.append((lambda value: _amount(value) >= low, f"is below {low}"))
    if high is not None:
        tests.append((lambda value: _amount(value) <= high, f"is above {high}"))
    return tests


def _text_tests(check: Check) -> list[_Test]:
    tests: list[_Test] = []
    if check.pattern is not None:
        match = re.compile(check.pattern).search
        tests.append((lambda value: match(str(value)) is not None, "does not fit the pattern"))
    if check.one_of:
        allowed = frozenset(check.one_of)
        message = f"is not one of {', '.join(check.one_of)}"
        tests.append((lambda value: _as_text(value) in allowed, message))
    length = check.max_length
    if length is not None:
        tests.append((lambda value: len(_as_text(value)) <= length, f"is longer than {length}"))
    return tests
