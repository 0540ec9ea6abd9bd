"""How one person may be written, and how that is found in a text whatever its spelling.

Pure. A name is found in any case, with or without its accents, family name first, with an
initial, across line breaks and non-breaking spaces; an address with its ``@`` written as
``%40``; a telephone number whatever stands between its digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from unicodedata import combining, normalize
from urllib.parse import quote

import orjson

from kam_connector.model.erasure import ELSEWHERE

__all__ = ["FORGOTTEN", "Spelling", "Words", "folded", "is_telling"]

FORGOTTEN = "(forgotten)"
"""Stands where a text named the person."""
_SHORTEST = 4
"""Our choice: shorter names of Latin letters would be cut out of other words."""
_LOWER_CASE_FROM = 7
"""Our choice: from so many letters on, a name in lower case is a name: "an old" is not."""
_BETWEEN = r"[\W_]{1,3}"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_DIGITS_APART = r"[\s().\-/]*"
_NATIONAL = 9
"""A telephone number's last digits: what is before them is a country or a zero."""
_POINTS = ("id", "ref")
"""Where a document that is one of a list says whom it is about."""
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"})
_RUN = re.compile(r"[0-9A-Za-z._-]+")
"""What stands the same in a sentence, in a document and in an address of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What names one person and nobody else."""

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    """Telephone numbers."""
    codes: frozenset[str] = frozenset()
    """Ids, ours and the CRM's, that are nobody else's."""
    phrases: frozenset[str] = frozenset()
    """Anything else, as it is written: a title that one person bears, a profile's address."""

    def joined(self, other: Words) -> Words:
        """Return the words of both."""
        return Words(
            names=self.names | other.names,
            addresses=self.addresses | other.addresses,
            numbers=self.numbers | other.numbers,
            codes=self.codes | other.codes,
            phrases=self.phrases | other.phrases,
        )

    def only_codes(self) -> Words:
        """Return what is nobody else's, of whatever name."""
        return Words(codes=self.codes, addresses=self.addresses)


class Spelling:
    """Finds a person's words in texts."""

    def __init__(self, words: Words) -> None:
        names = [one for one in words.names if is_telling(one)]
        tokens = {one: folded(one)[0].split() for one in names}
        parts = [_address(one) for one in words.addresses]
        parts += [_number(one) for one in words.numbers]
        parts += [_phrase(folded(one)[0]) for one in words.phrases if is_telling(one)]
        parts += [order for each in tokens.values() if len(each) > 1 for order in _orders(each)]
        self._folded = _either(parts)
        single = [one for one, each in tokens.items() if len(each) == 1]
        exact = {form for one in single for form in (one, one.upper(), *_plain_forms(one))}
        escaped = {form for one in (*names, *words.phrases) for form in _escaped(one)}
        self._exact = _either([_phrase(one) for one in (*exact, *words.codes, *escaped)])
        self.codes = words.codes
        self.fragments = _fragments(words, names)
        """Texts in lower case of which each text that names the person holds one, with ``%``
        for anything between: what a database can look for by itself."""
        parts = [_DIGITS_APART.join(map(re.escape, one.split("%"))) for one in self.fragments]
        self._hint = _either(parts)

    def blotted(self, text: str, mark: str = FORGOTTEN) -> str:
        """Return a text without the person; a document in it is opened and closed again."""
        if self._hint is None or self._hint.search(text.lower()) is None:
            return text
        if text[:1] in ("{", "["):
            try:
                opened = orjson.loads(text)
            except orjson.JSONDecodeError:
                return self._replaced(text, mark)
            left = self._walked(opened, mark)
            return text if left == opened else orjson.dumps(left).decode()
        return self._replaced(text, mark)

    def _walked(self, value: object, mark: str) -> object:
        if isinstance(value, str):
            return self.blotted(value, mark)
        if isinstance(value, list):
            return [self._walked(one, mark) for one in value if not self._is_code(one)]
        if isinstance(value, dict):
            left = {
                k: one for k, one in value.items() if mark != ELSEWHERE or not self._is_code(one)
            }
            return {self._replaced(k, mark): self._walked(one, mark) for k, one in left.items()}
        return None if self._is_code(value) else value

    def _is_code(self, value: object) -> bool:
        """Tell whether a value is one of the person's ids, or a pointer to them."""
        if isinstance(value, dict):
            return any(self._is_code(value.get(name)) for name in _POINTS)
        plain = isinstance(value, str | int) and not isinstance(value, bool)
        return plain and str(value) in self.codes

    def _replaced(self, text: str, mark: str) -> str:
        if self._exact is not None:
            text = self._exact.sub(mark, text)
        if self._folded is None:
            return text
        plain, places = folded(text)
        pieces, last = list[str](), 0
        for found in self._folded.finditer(plain):
            start, end = places(found.start()), places(found.end())
            if _is_word(text[start:end]):
                continue
            pieces += [text[last:start], mark]
            last = end
        return "".join([*pieces, text[last:]]) if pieces else text


def folded(text: str) -> tuple[str, Callable[[int], int]]:
    """Return a text without case and accents, and where each place of it was in the text."""
    if text.isascii():
        return text.lower(), int
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in normalize("NFKD", letter.translate(_PLAIN)).casefold():
            if not combining(one):
                letters.append(one)
                places.append(place)
    places.append(len(text))
    return "".join(letters), places.__getitem__


def is_telling(name: str) -> bool:
    """Tell a name from a word that documents hold anyway, such as ``info`` and ``none``."""
    if not name.isascii():
        return len(name) > 1
    return len(name) >= _SHORTEST and not (name.isalpha() and name.islower())


def _is_word(found: str) -> bool:
    """Tell whether what fits two short words of a name is two short words: "an old"."""
    letters = [one for one in found if one.isalpha()]
    return found.islower() and found.isascii() and len(letters) < _LOWER_CASE_FROM


def _either(parts: Iterable[str]) -> re.Pattern[str] | None:
    listed = sorted({one for one in parts if one}, key=lambda one: (-len(one), one))
    return re.compile("|".join(listed)) if listed else None


def _bounded(pattern: str, text: str) -> str:
    """Let Latin words and numbers end where they end; other scripts know no spaces."""
    start = _START if text[:1].isascii() and text[:1].isalnum() else ""
    end = _END if text[-1:].isascii() and text[-1:].isalnum() else ""
    return f"{start}{pattern}{end}"


def _phrase(text: str) -> str:
    return _bounded(r"\s+".join(re.escape(one) for one in text.split()), text) if text else ""


def _orders(tokens: list[str]) -> list[str]:
    """Return a name's orders: as it is, family name first, without middle names, initialled."""
    first, last, rest = tokens[0], tokens[-1], tokens[1:]
    listed = [tokens, [*rest, first], [last, *tokens[:-1]], [first, last], [last, first]]
    if len(last) >= _SHORTEST:
        listed += [[first[0], *rest], [first[0], last], [last, first[0]]]
    return [
        _bounded(_BETWEEN.join(re.escape(one) for one in order), "".join(order)) for order in listed
    ]


def _address(address: str) -> str:
    plain = folded(address.strip())[0]
    return _bounded(re.escape(plain).replace("@", "(?:@|%40)"), plain)


def _number(number: str) -> str:
    digits = re.sub(r"\D", "", number)[-_NATIONAL:]
    if len(digits) < _NATIONAL - 2:
        return ""
    joined = _DIGITS_APART.join(digits)
    return rf"(?<!\d)(?:\+?\d{{0,4}}[\s().\-/]*){joined}(?!\d)"


def _plain_forms(name: str) -> list[str]:
    plain = "".join(one for one in normalize("NFKD", name) if not combining(one))
    return [form for form in (plain, plain.upper()) if is_telling(form)]


def _escaped(text: str) -> list[str]:
    """Return a text as broken documents and addresses of pages hold it."""
    if not is_telling(text):
        return []
    inside = orjson.dumps(text).decode()[1:-1]
    by_number = text.encode("ascii", "backslashreplace").decode()
    ascii_only = "".join(
        one if one.isascii() else f"\\u{ord(one):04x}" for one in text if ord(one) < 0x10000
    )
    forms = (inside, by_number, ascii_only, quote(text), quote(text).replace("%20", "+"))
    return [one for one in dict.fromkeys(forms) if one != text]


def _fragments(words: Words, names: Iterable[str]) -> list[str]:
    found = {one.lower() for one in words.codes}
    for one in words.addresses:
        found |= _runs(one.partition("@")[0])
    for one in words.numbers:
        found.add("%".join(re.sub(r"\D", "", one)[-4:]))
    for one in (*(name.split()[-1] for name in names if name.split()), *words.phrases):
        found |= _runs(one)
    return sorted(one for one in found if one)


def _runs(text: str) -> set[str]:
    """Return the longest part that no accent and no escape changes; or the text, each way."""
    token = max(text.split(), key=len, default="")
    longest = max(_RUN.findall(token), key=len, default="")
    if len(longest) > 1:
        return {longest.lower()}
    ascii_only = "".join(one if one.isascii() else f"\\u{ord(one):04x}" for one in token)
    forms = {token, token.lower(), token.upper(), normalize("NFD", token), ascii_only}
    return forms | {folded(token)[0], quote(token).lower()}
