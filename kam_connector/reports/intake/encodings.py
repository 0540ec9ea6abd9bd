"""Bytes to text: which encoding a file has, found out and said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kam_connector.reports.intake.problem import Unreadable

__all__ = ["Decoded", "decode"]

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""Control characters that no text file holds; U+0085 is a line end of some old systems."""
_SAVE = "Save the file as CSV UTF-8."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's text and how it was read."""

    text: str
    encoding: str
    guessed: bool = False
    """True: nothing in the file says so; worth telling the person."""


def decode(content: bytes) -> Decoded:
    """Return a file's text: by its mark, else UTF-8, else as Windows writes (cp1252, Latin-1).

    Raises:
        Unreadable: No encoding fits, with the line (KAM-3301).
    """
    found = _marked(content) or _unmarked(content)
    strange = _BINARY.search(found.text)
    if strange:
        text = f"The character U+{ord(strange[0]):04X} is in no text file."
        line = _line(found.text[: strange.start()])
        raise Unreadable("KAM-3301", text, hint=_SAVE, line=line)
    return found


def _marked(content: bytes) -> Decoded | None:
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return Decoded(text=_strict(content[len(mark) :], codec, name), encoding=name)
    return None


def _unmarked(content: bytes) -> Decoded:
    sample = content[:4096]
    if len(sample) > 3 and len(content) % 2 == 0:  # every second byte zero: Latin text in UTF-16
        for start, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros = sample[start::2].count(0)
            if zeros * 2 > len(sample) * 0.8:
                return Decoded(text=_strict(content, codec, "UTF-16"), encoding="UTF-16")
    try:
        return Decoded(text=content.decode("utf-8"), encoding="UTF-8")
    except UnicodeDecodeError as error:
        if re.search(rb"[\xc3-\xf4][\x80-\xbf]", content[: error.start]):
            raise _broken(content, error, "UTF-8, though the lines before are") from None
    try:
        text, name = content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, name = content.decode("latin-1"), "Latin-1"
    return Decoded(text=text, encoding=name, guessed=True)


def _strict(content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise _broken(content, error, f"{name}, as the file's first bytes promise") from None


def _broken(content: bytes, error: UnicodeDecodeError, what: str) -> Unreadable:
    before = content[: error.start].decode(error.encoding, "replace")
    text = f"Byte 0x{content[error.start]:02X} is not {what}."
    return Unreadable("KAM-3301", text, hint=_SAVE, line=_line(before))


def _line(before: str) -> int:
    return len(before.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
