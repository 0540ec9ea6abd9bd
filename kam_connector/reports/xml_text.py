"""Texts without the signs that XML forbids: pictures and slides are XML."""

from __future__ import annotations

__all__ = ["xml_text"]

_FORBIDDEN = frozenset((*range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF))
"""XML 1.0, section 2.2: control signs, halves of pairs and non-characters."""


def xml_text(words: str) -> str:
    """Return *words* without signs that no XML document may hold."""
    return "".join(
        one for one in words if one in "\t\n" or (ord(one) >= 0x20 and ord(one) not in _FORBIDDEN)
    )
