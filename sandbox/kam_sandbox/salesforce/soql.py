"""SOQL text to a tree. Grammar: the SOQL and SOSL Reference, the part that clients use."""

from __future__ import annotations

import re

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.soql_tree import (
    Aggregate,
    Comparison,
    Condition,
    Junction,
    Literal,
    Query,
    Sort,
)

__all__ = ["parse"]

_MAX_CHARS = 100_000
"""SOQL statement length (SOQL and SOSL Limits)."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::\d+)?)
    | (?P<symbol><=|>=|!=|<>|[=<>(),])
    )""",
    re.VERBOSE,
)
_FUNCTIONS = {"AVG", "COUNT", "COUNT_DISTINCT", "MAX", "MIN", "SUM"}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def parse(text: str) -> Query:
    """Return the tree of a statement.

    Raises:
        ApiError: MALFORMED_QUERY, as the server answers.
    """
    if len(text) > _MAX_CHARS:
        raise ApiError(400, "QUERY_TOO_COMPLICATED", "SOQL statement is too long")
    parser = _Parser(text)
    query = parser.select()
    if parser.kind != "end":
        raise parser.unexpected()
    return query


class _Parser:
    def __init__(self, text: str) -> None:
        self._source = text
        self._at = 0
        self.kind, self.text = "", ""
        self._next()

    def _next(self) -> str:
        taken = self.text
        match = _TOKEN.match(self._source, self._at)
        if match is None:
            rest = self._source[self._at :].strip()
            if rest:
                raise self._malformed(f"unexpected token: '{rest[:1]}'")
            self.kind, self.text = "end", "<EOF>"
            return taken
        self._at = match.end()
        self.kind = str(match.lastgroup)
        self.text = match[self.kind]
        return taken

    def _malformed(self, what: str) -> ApiError:
        shown = self._source[max(0, self._at - 40) : self._at + 20]
        column = max(1, self._at - len(self.text) + 1)
        return ApiError(
            400,
            "MALFORMED_QUERY",
            f"\n{shown}\n{' ' * min(40, self._at)}^\nERROR at Row:1:Column:{column}\n{what}",
        )

    def unexpected(self) -> ApiError:
        """Return the error for the token in hand."""
        return self._malformed(f"unexpected token: '{self.text}'")

    def _is(self, *words: str) -> bool:
        return self.kind == "name" and self.text.upper() in words

    def _word(self, word: str) -> None:
        if not self._is(word):
            raise self.unexpected()
        self._next()

    def _symbol(self, symbol: str) -> None:
        if self.kind != "symbol" or self.text != symbol:
            raise self.unexpected()
        self._next()

    def _name(self) -> str:
        if self.kind != "name" or ":" in self.text:
            raise self.unexpected()
        return self._next()

    def select(self) -> Query:
        """Read ``SELECT ... FROM ...`` and the clauses behind it."""
        query = Query()
        self._word("SELECT")
        self._select_item(query)
        while self.text == ",":
            self._next()
            self._select_item(query)
        self._word("FROM")
        query.object = self._name()
        if self._is("WHERE"):
            self._next()
            query.where = self._condition()
        if self._is("GROUP"):
            self._next()
            self._word("BY")
            query.group = [self._name()]
            while self.text == ",":
                self._next()
                query.group.append(self._name())
        if self._is("ORDER"):
            self._next()
            self._word("BY")
            query.order = self._sorts()
        if self._is("LIMIT"):
            self._next()
            query.limit = self._integer()
        if self._is("OFFSET"):
            self._next()
            query.offset = self._integer()
        return query

    def _select_item(self, query: Query) -> None:
        if self.text == "(":
            self._next()
            query.children.append(self.select())
            self._symbol(")")
            return
        name = self._name()
        if self.text != "(":
            query.fields.append(name)
            return
        self._next()
        function = name.upper()
        if function == "COUNT" and self.text == ")":
            self._next()
            query.count = True
            return
        if function not in _FUNCTIONS:
            raise self.unexpected()
        field = self._name()
        self._symbol(")")
        unnamed = sum(1 for item in query.aggregates if item.implied)
        alias, implied = f"expr{unnamed}", True
        if self.kind == "name" and not self._is("FROM"):
            alias, implied = self._name(), False
        query.aggregates.append(Aggregate(function, field, alias, implied))

    def _condition(self) -> Condition:
        first = self._term()
        parts = [first]
        operator = ""
        while self._is("AND", "OR"):
            if operator and self.text.upper() != operator:
                raise self.unexpected()  # SOQL wants parentheses where AND meets OR
            operator = self._next().upper()
            parts.append(self._term())
        return Junction(operator, tuple(parts)) if operator else first

    def _term(self) -> Condition:
        if self._is("NOT"):
            self._next()
            return Junction("NOT", (self._term(),))
        if self.text == "(" and self.kind == "symbol":
            self._next()
            inner = self._condition()
            self._symbol(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Comparison:
        name = self._name()
        if self._is("NOT"):
            self._next()
            self._word("IN")
            return Comparison(name, "NOT IN", self._members())
        if self._is("IN"):
            self._next()
            return Comparison(name, "IN", self._members())
        if self._is("LIKE"):
            self._next()
            return Comparison(name, "LIKE", self._literal())
        if self.kind != "symbol" or self.text not in ("=", "!=", "<>", "<", "<=", ">", ">="):
            raise self.unexpected()
        operator = self._next()
        return Comparison(name, "!=" if operator == "<>" else operator, self._literal())

    def _members(self) -> tuple[Literal, ...] | Query:
        self._symbol("(")
        if self._is("SELECT"):
            inner = self.select()
            self._symbol(")")
            return inner
        members = [self._literal()]
        while self.text == ",":
            self._next()
            members.append(self._literal())
        self._symbol(")")
        return tuple(members)

    def _literal(self) -> Literal:
        kind, token = self.kind, self.text
        if kind == "string":
            self._next()
            return Literal("string", _unescape(token[1:-1]))
        if kind in ("datetime", "date", "number"):
            self._next()
            return Literal(kind, token)
        if kind != "name":
            raise self.unexpected()
        self._next()
        upper = token.upper()
        if upper in ("TRUE", "FALSE"):
            return Literal("boolean", upper == "TRUE")
        return Literal("null", None) if upper == "NULL" else Literal("named", upper)

    def _sorts(self) -> list[Sort]:
        sorts = [self._sort()]
        while self.text == ",":
            self._next()
            sorts.append(self._sort())
        return sorts

    def _sort(self) -> Sort:
        name = self._name()
        descending = False
        if self._is("ASC", "DESC"):
            descending = self._next().upper() == "DESC"
        nulls_last = False
        if self._is("NULLS"):
            self._next()
            if not self._is("FIRST", "LAST"):
                raise self.unexpected()
            nulls_last = self._next().upper() == "LAST"
        return Sort(name, descending, nulls_last)

    def _integer(self) -> int:
        if self.kind != "number" or not self.text.isdigit():
            raise self.unexpected()
        return int(self._next())


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text, flags=re.DOTALL)
