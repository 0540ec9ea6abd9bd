"""Everything wrong with a configuration, told at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from kam_connector.errors import ConfigError

__all__ = ["nearest", "problem", "showable", "together"]

_SECRET_WORDS = ("secret", "token", "password", "passwd", "credential", "private")
_LONGEST_SHOWN = 60  # our choice: enough to recognise a value, short enough for one line


def problem(code: str, where: str, message: str, *, hint: str = "", key: str = "") -> ConfigError:
    """Return one mistake: where, what, and how to mend it."""
    text = f"{where}  {message}" if where else message
    return ConfigError(text, code=code, hint=hint, field=key or None)


def together(problems: Sequence[ConfigError]) -> ConfigError:
    """Return the first problem, carrying the others."""
    first = problems[0]
    first.others = tuple(problems[1:])
    return first


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "Did you mean ...?", or the list of known words, or nothing."""
    names = sorted(known)
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean  {close[0]} ?"
    return f"Known here: {', '.join(names)}." if names else ""


def showable(key: str, value: object) -> str:
    """Return a wrong value for a message, never one that could be a secret."""
    if any(word in key.lower() for word in _SECRET_WORDS):
        return "(not shown)"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    if "@" in text:
        return "(not shown)"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
