"""Cells that no spreadsheet takes for a formula, and the way back.

A spreadsheet runs a text that begins with ``= + - @`` (their full-width forms too, in some
Asian editions), a tab or a carriage return (OWASP, "CSV Injection"). It may also split a
line at ``;`` or tab instead of our comma, so that a formula in the middle of a text begins
a cell. Before each such place goes one apostrophe, and before every apostrophe that stands
there already another, so that ``unguarded`` returns the text exactly.
"""

from __future__ import annotations

import re

__all__ = ["guarded", "is_risky", "unguarded"]

_BLANK = r"(?:[^\S\t\r\n]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff])*"
"""What a spreadsheet may drop at the start of a cell. Our choice: blanks, control
characters and the invisible ones; tab and line ends are leads of their own."""
_LEADS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b\\t\\r\\n\\x00"
"""ASCII, full-width and small forms, the minus sign; tab, line ends and NUL."""
_PLACE = r"(?:\A|(?<=[;\t\r\n]))"
_GUARD = re.compile(rf"{_PLACE}(?={_BLANK}[{_LEADS}'])")
_UNGUARD = re.compile(rf"{_PLACE}'")
_RISKY = re.compile(rf"{_BLANK}[{_LEADS}]")


def guarded(text: str) -> str:
    """Return *text* with an apostrophe before each place where a formula could begin."""
    return _GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return _UNGUARD.sub("", text)


def is_risky(text: str) -> bool:
    """Say whether a spreadsheet could take *text*, typed in again, for a formula."""
    return _RISKY.match(text) is not None
