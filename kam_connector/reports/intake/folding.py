"""Words compared by eye: case, accents, blanks and marks aside."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["folded", "squeezed"]

_MARKS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return *text* in lower case without accents, every run of marks one blank."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(_MARKS.sub(" ", bare).split())


def squeezed(text: str) -> str:
    """Return *text* with blanks of every kind as one."""
    return " ".join(text.split())
