"""What would steer a terminal or begin a line of its own, shown and not done (TM18).

Names come from a CRM, where anybody may type anything: a line break and "INFO all is well", an
escape sequence that clears the screen, a mark that turns the reading direction. Every line that
a command prints passes here, once, on its way out.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

import click

__all__ = ["STEERING", "styled", "visible", "visible_text"]

STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
"""Control characters, line and paragraph separators, embeddings, overrides and isolates of
direction (Unicode Bidirectional Algorithm, UAX 9), annotations. The
marks of direction (U+200E, U+200F, U+061C) stay: Arabic and Hebrew names hold them."""
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPE = f"\x1b{secrets.token_hex(8)}"
"""Our own colours begin so until they are printed: no name can hold it."""


def visible(line: str) -> str:
    """Return a line as one line: what would steer becomes its escape, our own colours work.

    Doing it twice changes nothing.
    """
    return "\x1b".join(STEERING.sub(_escaped, part) for part in line.split(_ESCAPE))


def visible_text(text: str) -> str:
    """Return a text of several lines, each of them visible."""
    return "\n".join(visible(line) for line in text.split("\n"))


def styled(text: str, **style: Any) -> str:
    """Return a text in colours (``click.style``) that ``visible`` lets through."""
    before, _, after = click.style("\0", **style).partition("\0")
    return f"{before}\0{after}".replace("\x1b", _ESCAPE).replace("\0", text)


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    code = ord(sign)
    return _SHORT.get(sign) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
