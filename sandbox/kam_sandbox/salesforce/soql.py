"""SOQL text to a tree. Grammar: the SOQL and SOSL Reference, the part that clients use."""

from __future__ import annotations

import re

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.soql_scanner import Scanner
from kam_sandbox.salesforce.soql_tree import (
    Aggregate,
    Comparison,
    Condition,
    Junction,
    Literal,
    Query,
    Sort,
    TypeOf,
)

__all__ = ["AGGREGATES", "CALENDAR", "parse"]

_MAX_CHARS = 100_000
"""SOQL statement length (SOQL and SOSL Limits)."""

AGGREGATES = {"AVG", "COUNT", "COUNT_DISTINCT", "MAX", "MIN", "SUM"}
CALENDAR = {
    "CALENDAR_MONTH",
    "CALENDAR_QUARTER",
    "CALENDAR_YEAR",
    "DAY_IN_MONTH",
    "DAY_IN_WEEK",
    "DAY_IN_YEAR",
    "DAY_ONLY",
    "FISCAL_MONTH",
    "FISCAL_QUARTER",
    "FISCAL_YEAR",
    "HOUR_IN_DAY",
    "WEEK_IN_YEAR",
}
"""Date functions: the fiscal year is the calendar's, as a new org has it."""
_OF_A_ROW = {"TOLABEL"}
"""Functions of a plain SELECT; toLabel of an org with one language changes nothing."""
_ESCAPED = "nNrRtTbBfF\"'\\_%"
"""What may stand behind a backslash (Quoted String Escape Sequences)."""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def parse(text: str) -> Query:
    """Return the tree of a statement.

    Raises:
        ApiError: MALFORMED_QUERY, as the server answers.
    """
    if len(text) > _MAX_CHARS:
        message = f"SOQL statements cannot be longer than {_MAX_CHARS} characters."
        raise ApiError(400, "MALFORMED_QUERY", message)
    words = Scanner(text)
    query = _select(words)
    if words.kind != "end":
        raise words.unexpected()
    if query.aliases and not query.group:
        raise words.malformed("only aggregate expressions use field aliasing")
    return query


def _select(words: Scanner) -> Query:
    """Read ``SELECT ... FROM ...`` and the clauses behind it."""
    query = Query()
    words.word("SELECT")
    _select_item(words, query)
    while words.text == ",":
        words.take()
        _select_item(words, query)
    words.word("FROM")
    query.object = words.name()
    if words.is_word("USING"):
        words.word("USING", "SCOPE", "EVERYTHING")
    if words.is_word("WHERE"):
        words.take()
        query.where = _condition(words)
    _group(words, query)
    if words.is_word("ORDER"):
        words.word("ORDER", "BY")
        query.order = _sorts(words)
    if words.is_word("LIMIT"):
        words.take()
        query.limit = _integer(words)
    if words.is_word("OFFSET"):
        words.take()
        query.offset = _integer(words)
    if words.is_word("FOR"):
        words.take()
        if not words.is_word("VIEW", "REFERENCE"):
            raise words.unexpected()
        words.take()
    return query


def _group(words: Scanner, query: Query) -> None:
    if not words.is_word("GROUP"):
        return
    words.word("GROUP", "BY")
    query.group = [_operand(words)]
    while words.text == ",":
        words.take()
        query.group.append(_operand(words))
    if words.is_word("HAVING"):
        words.take()
        query.having = _condition(words)


def _select_item(words: Scanner, query: Query) -> None:
    if words.text == "(":
        words.take()
        query.children.append(_select(words))
        words.symbol(")")
        return
    if words.is_word("TYPEOF"):
        query.types.append(_type_of(words))
        return
    name = words.name()
    if words.text != "(":
        query.fields.append(name)
        if words.kind == "name" and not words.is_word("FROM"):
            query.aliases[name] = words.name()
        return
    words.take()
    _select_function(words, query, name.upper())


def _select_function(words: Scanner, query: Query, function: str) -> None:
    if function == "COUNT" and words.text == ")":
        words.take()
        query.count = True
        return
    if function not in AGGREGATES | CALENDAR | _OF_A_ROW | {"FIELDS"}:
        raise words.unexpected()
    field = words.name()
    words.symbol(")")
    if function == "FIELDS":
        query.fields.append(f"FIELDS({field.upper()})")
        return
    if function in _OF_A_ROW:
        query.fields.append(field)
        return
    unnamed = sum(1 for item in query.aggregates if item.implied)
    alias, implied = f"expr{unnamed}", True
    if words.kind == "name" and not words.is_word("FROM"):
        alias, implied = words.name(), False
    query.aggregates.append(Aggregate(function, field, alias, implied))


def _type_of(words: Scanner) -> TypeOf:
    words.word("TYPEOF")
    relationship = words.name()
    cases: list[tuple[str, tuple[str, ...]]] = []
    otherwise: tuple[str, ...] = ()
    while words.is_word("WHEN"):
        words.take()
        object_ = words.name()
        words.word("THEN")
        cases.append((object_, _names(words)))
    if words.is_word("ELSE"):
        words.take()
        otherwise = _names(words)
    if not cases:
        raise words.unexpected()
    words.word("END")
    return TypeOf(relationship, tuple(cases), otherwise)


def _names(words: Scanner) -> tuple[str, ...]:
    names = [words.name()]
    while words.text == ",":
        words.take()
        names.append(words.name())
    return tuple(names)


def _operand(words: Scanner) -> str:
    """Read a path, or a function of one, in its one spelling: ``COUNT(Id)``."""
    name = words.name()
    if words.text != "(" or words.kind != "symbol":
        return name
    if name.upper() not in AGGREGATES | CALENDAR:
        raise words.unexpected()
    words.take()
    field = "" if words.text == ")" else words.name()
    words.symbol(")")
    return f"{name.upper()}({field})"


def _condition(words: Scanner) -> Condition:
    first = _term(words)
    parts = [first]
    operator = ""
    while words.is_word("AND", "OR"):
        if operator and words.text.upper() != operator:
            raise words.unexpected()  # SOQL wants parentheses where AND meets OR
        operator = words.take().upper()
        parts.append(_term(words))
    return Junction(operator, tuple(parts)) if operator else first


def _term(words: Scanner) -> Condition:
    if words.is_word("NOT"):
        words.take()
        return Junction("NOT", (_term(words),))
    if words.text == "(" and words.kind == "symbol":
        words.take()
        inner = _condition(words)
        words.symbol(")")
        return inner
    return _comparison(words)


def _comparison(words: Scanner) -> Comparison:
    name = _operand(words)
    if words.is_word("NOT"):
        words.word("NOT", "IN")
        return Comparison(name, "NOT IN", _members(words))
    if words.is_word("IN", "INCLUDES", "EXCLUDES"):
        return Comparison(name, words.take().upper(), _members(words))
    if words.is_word("LIKE"):
        words.take()
        return Comparison(name, "LIKE", _literal(words))
    if words.kind != "symbol" or words.text not in ("=", "!=", "<>", "<", "<=", ">", ">="):
        raise words.unexpected()
    operator = words.take()
    return Comparison(name, "!=" if operator == "<>" else operator, _literal(words))


def _members(words: Scanner) -> tuple[Literal, ...] | Query:
    words.symbol("(")
    if words.is_word("SELECT"):
        inner = _select(words)
        words.symbol(")")
        return inner
    members = [_literal(words)]
    while words.text == ",":
        words.take()
        members.append(_literal(words))
    words.symbol(")")
    return tuple(members)


def _literal(words: Scanner) -> Literal:
    kind, token = words.kind, words.text
    if kind == "string":
        for escaped in re.findall(r"\\(.)", token[1:-1], re.DOTALL):
            if escaped not in _ESCAPED:
                raise words.malformed(f"Illegal character sequence '\\{escaped}' in string literal")
        words.take()
        return Literal("string", _unescape(token[1:-1]))
    if kind in ("datetime", "date", "number"):
        words.take()
        return Literal(kind, token)
    if kind != "name":
        raise words.unexpected()
    words.take()
    upper = token.upper()
    if upper in ("TRUE", "FALSE"):
        return Literal("boolean", upper == "TRUE")
    return Literal("null", None) if upper == "NULL" else Literal("named", upper)


def _sorts(words: Scanner) -> list[Sort]:
    sorts = [_sort(words)]
    while words.text == ",":
        words.take()
        sorts.append(_sort(words))
    return sorts


def _sort(words: Scanner) -> Sort:
    name = _operand(words)
    descending = False
    if words.is_word("ASC", "DESC"):
        descending = words.take().upper() == "DESC"
    nulls_last = False
    if words.is_word("NULLS"):
        words.take()
        if not words.is_word("FIRST", "LAST"):
            raise words.unexpected()
        nulls_last = words.take().upper() == "LAST"
    return Sort(name, descending, nulls_last)


def _integer(words: Scanner) -> int:
    if words.kind != "number" or not words.text.isdigit():
        raise words.unexpected()
    return int(words.take())


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1].lower(), m[1]), text, flags=re.DOTALL)
