"""SOQL text to words, and the complaint about a word that does not fit."""

from __future__ import annotations

import re

from kam_sandbox.salesforce.errors import ApiError

__all__ = ["Scanner"]

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


class Scanner:
    """The words of a statement, one at a time.

    Args:
        text: The statement.
    """

    def __init__(self, text: str) -> None:
        self._source = text
        self._at = 0
        self.kind, self.text = "", ""
        self.take()

    def take(self) -> str:
        """Return the word in hand and go on to the next."""
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

    def is_word(self, *words: str) -> bool:
        """Tell whether one of these words, in any case, is in hand."""
        return self.kind == "name" and self.text.upper() in words

    def word(self, *words: str) -> None:
        """Take these words.

        Raises:
            ApiError: MALFORMED_QUERY.
        """
        for word in words:
            if not self.is_word(word):
                raise self.unexpected()
            self.take()

    def symbol(self, symbol: str) -> None:
        """Take this symbol.

        Raises:
            ApiError: MALFORMED_QUERY.
        """
        if self.kind != "symbol" or self.text != symbol:
            raise self.unexpected()
        self.take()

    def name(self) -> str:
        """Take a name or a path.

        Raises:
            ApiError: MALFORMED_QUERY.
        """
        if self.kind != "name" or ":" in self.text:
            raise self.unexpected()
        return self.take()
