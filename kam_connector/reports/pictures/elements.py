"""SVG elements as text: escaped, without scripts, styles from outside or references."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import TypeAlias

from kam_connector.reports.xml_text import xml_text

__all__ = ["FONTS", "element", "escaped", "text", "text_width", "wrapped"]

FONTS = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""What Windows, macOS and Linux have; widths below hold for the widest, DejaVu Sans."""

_Value: TypeAlias = "str | int | float | None"
_EMS = {
    **dict.fromkeys("ijl'|", 0.34),
    **dict.fromkeys(" .,:;!()[]ftrI/’`´·-", 0.42),
    **dict.fromkeys('csvxyzkJ"', 0.60),
    **dict.fromkeys("mwMW@%&—ŒœÆæ", 1.0),
}
"""Widths in ems of DejaVu Sans, the widest of the fonts, rounded up by class."""


def element(name: str, *inside: str, **attributes: _Value) -> str:
    """Return one element; ``stroke_width`` becomes ``stroke-width``, None is left out.

    Args:
        name: Of the element.
        inside: Finished elements and escaped texts.
        attributes: By name; an underscore at the end is dropped (``class_``).
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_cell(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    body = "".join(inside)
    return f"<{name}{said}>{body}</{name}>" if body else f"<{name}{said}/>"


def text(
    words: str,
    x: float,
    y: float,
    *,
    size: float = 12.0,
    room: float | None = None,
    bold: bool = False,
    **attributes: _Value,
) -> str:
    """Return one line of text, cut with an ellipsis where it has no *room*."""
    shown = words if room is None else _cut(words, room, size, bold=bold)
    weight = "600" if bold else None
    return element(
        "text", escaped(shown), x=x, y=y, font_size=size, font_weight=weight, **attributes
    )


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is at most, in whichever of the fonts it is shown."""
    ems = sum(map(_letter_ems, words))
    return ems * size * (1.1 if bold else 1.0)


def wrapped(words: str, room: float, size: float) -> list[str]:
    """Return a text in lines that fit; a word that is too long stands alone, cut."""
    lines: list[str] = []
    line = ""
    for word in re.findall(r"[^ \t\r\n]+", words):  # a French colon keeps its space before it
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    lines += [line] if line else []
    return [_cut(one, room, size, bold=False) for one in lines]


def _cut(words: str, room: float, size: float, *, bold: bool) -> str:
    if text_width(words, size, bold=bold) <= room:
        return words
    kept = words
    while kept and text_width(f"{kept}…", size, bold=bold) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _letter_ems(letter: str) -> float:
    """Return how wide a letter is at most, in ems."""
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain in _EMS:
        return _EMS[plain]
    if ord(letter) >= 0x1100:  # East Asian letters and signs are square
        return 1.05
    return 0.77 if letter.isupper() else 0.64


def _cell(value: _Value) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".rstrip("0").rstrip(".")
    return escaped(str(value))


def escaped(words: str) -> str:
    """Return text fit for XML: escaped, and without signs that XML forbids."""
    return escape(xml_text(words), quote=True)
