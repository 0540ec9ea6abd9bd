"""SOQL text to words, and the complaint about a word that does not fit."""

from __future__ import annotations

import re

from kam_sandbox.salesforce.errors import ApiError

__all__ = ["Scanner", "located"]

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


_SHOWN_BEFORE, _SHOWN_AFTER = 40, 20


def located(source: str, at: int, what: str) -> str:
    """Return a message with the place it is about, as the API draws it.

    Args:
        source: The statement.
        at: Where in it.
        what: What is wrong there.
    """
    before = source[max(0, at - _SHOWN_BEFORE) : at]
    shown = f"{before}{source[at : at + _SHOWN_AFTER]}".replace("\n", " ")
    row, column = source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
    return f"\n{shown}\n{' ' * len(before)}^\nERROR at Row:{row}:Column:{column}\n{what}"


class Scanner:
    """The words of a statement, one at a time.

    Args:
        text: The statement.
    """

    def __init__(self, text: str) -> None:
        self._source = text
        self._at = self._start = 0
        self.kind, self.text = "", ""
        self.take()

    def take(self) -> str:
        """Return the word in hand and go on to the next."""
        taken = self.text
        match = _TOKEN.match(self._source, self._at)
        if match is None:
            rest = self._source[self._at :].lstrip()
            self._start = len(self._source) - len(rest)
            if rest:
                raise self.malformed(f"unexpected token: '{rest[:1]}'")
            self.kind, self.text = "end", "<EOF>"
            return taken
        self._at = match.end()
        self.kind = str(match.lastgroup)
        self._start = match.start(self.kind)
        self.text = match[self.kind]
        return taken

    def malformed(self, what: str) -> ApiError:
        """Return the error that *what* is wrong at the word in hand."""
        return ApiError(400, "MALFORMED_QUERY", located(self._source, self._start, what))

    def unexpected(self) -> ApiError:
        """Return the error for the token in hand."""
        return self.malformed(f"unexpected token: '{self.text}'")

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
