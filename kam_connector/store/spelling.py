"""How one person may be written, and how that is found in a text whatever its spelling.

Pure. What is taken out, of a person Inès Roy who is known at one account:

* the whole name in any case, with or without its accents, family name first, with an initial,
  across line breaks; an address, with its ``@`` written as ``%40`` too; a telephone number
  whatever stands between its digits; what somebody added by hand, in any case;
* a name of one word as it is written or in capitals; in any case in texts about their accounts.

What only a person can decide is told as a doubt and stays: a short name in lower case that may be
two ordinary words ("an old", "le van") outside those accounts, and one part of the name alone
("Roy") in texts about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from unicodedata import combining, normalize

import orjson

from kam_connector.model.erasure import ELSEWHERE
from kam_connector.store.folding import folded
from kam_connector.store.forms import bounded, escaped, orders
from kam_connector.store.fragments import fits, groups_of, runs
from kam_connector.store.ordinary import ORDINARY
from kam_connector.store.telephone import number

__all__ = ["FORGOTTEN", "Reading", "Spelling", "Words", "is_telling"]

FORGOTTEN = "(forgotten)"
"""Stands where a text named the person."""
_SHORTEST = 4
"""Our choice: shorter names of Latin letters would be cut out of other words."""
_LOWER_CASE_FROM = 7
"""Our choice: from so many letters on, a name in lower case is a name: "an old" is not."""
_PART = 3
"""Our choice: a part of a name alone is shown from so many letters on: "Li" is in every text."""
_AROUND = 30
"""Letters shown on both sides of a doubt; our choice: enough to decide most of them."""
_POINTS = ("id", "ref")
"""Where a document that is one of a list says whom it is about."""
_SENTENCES = re.compile(r"\S\s+\S")
_ORDINARY = frozenset(folded(one)[0] for one in ORDINARY)


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
    given: frozenset[str] = frozenset()
    """What somebody said that names them, short and in lower case as it may be."""

    def joined(self, other: Words) -> Words:
        """Return the words of both."""
        both = {
            one.name: getattr(self, one.name) | getattr(other, one.name) for one in fields(self)
        }
        return Words(**both)

    def only_codes(self) -> Words:
        """Return what is nobody else's, of whatever name."""
        return Words(codes=self.codes, addresses=self.addresses)


@dataclass(slots=True, kw_only=True)
class Reading:
    """One text, read."""

    left: str
    """Without the person."""
    doubts: list[str] = field(default_factory=list)
    """Pieces of it that may name them, and stay."""


class _Verdict(Enum):
    GOES, DOUBTFUL, STAYS = auto(), auto(), auto()


_Judge = Callable[[str, str, bool], _Verdict]


class Spelling:
    """Finds a person's words in texts."""

    def __init__(self, words: Words) -> None:
        named = {one for one in words.names | words.given if len(one) > 1}
        names = {one: folded(one)[0].split() for one in named}
        whole = {one: each for one, each in names.items() if len(each) > 1 and is_telling(one)}
        single = {one for one, each in names.items() if len(each) == 1}
        own = single - words.given
        phrases = [one for one in words.phrases if is_telling(one)]
        parts = [_address(one) for one in words.addresses]
        parts += [number(one)[0] for one in words.numbers]
        parts += [_simple(one) for one in phrases]
        exact = {form for one in single for form in (one, one.upper(), *_plain_forms(one))}
        written = {form for one in (*whole, *single, *phrases) for form in escaped(one)}
        telling = [one for one in (*exact, *written) if is_telling(one)]
        self._exact = _either(bounded(one) for one in (*telling, *words.codes))
        self._patterns: list[tuple[re.Pattern[str] | None, _Judge]] = [
            (_either(parts), _always),
            (_either(_simple(one) for one in named & words.given), _given),
            (_either(order for each in whole.values() for order in orders(each)), _whole_name),
            (_either(_simple(one) for one in own if is_telling(one)), _single_name),
            (_either(_simple(one) for one in own if not is_telling(one)), _doubtful_name),
        ]
        alone = {part for one in whole for part in (one.split()[0], one.split()[-1])}
        alone = {one for one in alone if len(one) >= _PART}
        self._alone = _either(map(_simple, alone))
        self.codes = words.codes
        others = (*words.codes, *phrases)
        self.groups = groups_of([*whole, *single], words.addresses, words.numbers, others)
        """What a database can look for by itself; see `fragments`."""
        self.near_groups = [(run,) for one in sorted(alone) for run in runs(one)]
        """The same, beside those, in what is about the person's accounts."""
        self._hints = {False: fits(self.groups), True: fits([*self.groups, *self.near_groups])}

    def blotted(self, text: str, mark: str = FORGOTTEN, *, near: bool = False) -> str:
        """Return a text without the person; a document in it is opened and closed again."""
        return self.read(text, mark, near=near).left

    def read(self, text: str, mark: str = FORGOTTEN, *, near: bool = False) -> Reading:
        """Return a text without the person, and what in it only somebody can decide.

        Args:
            text: A text, or a document (JSON) that is opened and closed again.
            mark: What stands in the person's place.
            near: Whether the text is about one of the person's accounts.
        """
        hint = self._hints[near]
        if hint is None or hint.search(text.lower()) is None:
            return Reading(left=text)
        if text[:1] in ("{", "["):
            try:
                opened = orjson.loads(text)
            except orjson.JSONDecodeError:
                return self._replaced(text, mark, near=near)
            doubts: list[str] = []
            left = self._walked(opened, mark, near, doubts)
            whole = text if left == opened else orjson.dumps(left).decode()
            return Reading(left=whole, doubts=doubts)
        return self._replaced(text, mark, near=near)

    def _walked(self, value: object, mark: str, near: bool, doubts: list[str]) -> object:
        if isinstance(value, str):
            found = self.read(value, mark, near=near)
            doubts += found.doubts
            return found.left
        if isinstance(value, list):
            kept = [one for one in value if not self._is_code(one)]
            return [self._walked(one, mark, near, doubts) for one in kept]
        if isinstance(value, dict):
            left = {
                k: one for k, one in value.items() if mark != ELSEWHERE or not self._is_code(one)
            }
            return {
                self._replaced(k, mark, near=False).left: self._walked(one, mark, near, doubts)
                for k, one in left.items()
            }
        return None if self._is_code(value) else value

    def _is_code(self, value: object) -> bool:
        """Tell whether a value is one of the person's ids, or a pointer to them."""
        if isinstance(value, dict):
            return any(self._is_code(value.get(name)) for name in _POINTS)
        plain = isinstance(value, str | int) and not isinstance(value, bool)
        return plain and str(value) in self.codes

    def _replaced(self, text: str, mark: str, *, near: bool) -> Reading:
        going, doubtful = list[tuple[int, int]](), list[tuple[int, int]]()
        for start, end, verdict in self._judged(text, near=near):
            if verdict is not _Verdict.STAYS:
                (going if verdict is _Verdict.GOES else doubtful).append((start, end))
        pieces, last = list[str](), 0
        for start, end in sorted(going, key=lambda one: (one[0], -one[1])):
            if start >= last:
                pieces += [text[last:start], mark]
            last = max(last, end)
        shown = [(s, e) for s, e in sorted(doubtful) if not any(s < b and a < e for a, b in going)]
        left = "".join([*pieces, text[last:]]) if pieces else text
        return Reading(left=left, doubts=list(dict.fromkeys(_around(text, *one) for one in shown)))

    def _judged(self, text: str, *, near: bool) -> Iterator[tuple[int, int, _Verdict]]:
        if self._exact is not None:
            for found in self._exact.finditer(text):
                yield *found.span(), _Verdict.GOES
        plain, places = folded(text)
        patterns = [*self._patterns, *([(self._alone, _part_alone)] if near else [])]
        for pattern, judge in patterns:
            for found in pattern.finditer(plain) if pattern is not None else ():
                start, end = places(found.start()), places(found.end())
                yield start, end, judge(text[start:end], text, near)


def is_telling(name: str) -> bool:
    """Tell a name from a word that documents hold anyway, such as ``info`` and ``none``."""
    if not name.isascii():
        return len(name) > 1
    return len(name) >= _SHORTEST and not (name.isalpha() and name.islower())


def _always(_found: str, _text: str, _near: bool) -> _Verdict:
    return _Verdict.GOES


def _given(found: str, text: str, _near: bool) -> _Verdict:
    """A word goes out of sentences; alone it may be a state, a country, a field's name."""
    kept = not is_telling(found) and _SENTENCES.search(text) is None
    return _Verdict.STAYS if kept else _Verdict.GOES


def _whole_name(found: str, _text: str, near: bool) -> _Verdict:
    letters = [one for one in found if one.isalpha()]
    if not found.islower() or len(letters) >= _LOWER_CASE_FROM:
        return _Verdict.GOES
    if not any(one.isspace() for one in found):  # key_date, due-on: a name of something else
        return _Verdict.STAYS
    tokens = re.findall(r"[^\W_]+", folded(found)[0])
    ordinary = any(len(one) == 1 or one in _ORDINARY for one in tokens)
    return _Verdict.DOUBTFUL if ordinary and not near else _Verdict.GOES


def _single_name(found: str, text: str, near: bool) -> _Verdict:
    if _SENTENCES.search(text) is None:
        return _Verdict.STAYS
    if found.islower():
        doubt = folded(found)[0] in _ORDINARY
        goes = _Verdict.DOUBTFUL if doubt else _Verdict.GOES
        return goes if near else _Verdict.STAYS
    return _Verdict.GOES if near else _Verdict.DOUBTFUL


def _doubtful_name(found: str, text: str, near: bool) -> _Verdict:
    """What is hardly a name at all: "Bo", and a mailbox that is called info."""
    verdict = _single_name(found, text, near)
    return _Verdict.DOUBTFUL if found.islower() and verdict is _Verdict.GOES else verdict


def _part_alone(found: str, _text: str, _near: bool) -> _Verdict:
    return _Verdict.STAYS if found.islower() else _Verdict.DOUBTFUL


def _around(text: str, start: int, end: int) -> str:
    before = "…" if start > _AROUND else ""
    after = "…" if end + _AROUND < len(text) else ""
    piece = " ".join(text[max(0, start - _AROUND) : end + _AROUND].split())
    return f"{before}{piece}{after}"


def _either(parts: Iterable[str]) -> re.Pattern[str] | None:
    listed = sorted({one for one in parts if one}, key=lambda one: (-len(one), one))
    return re.compile("|".join(listed)) if listed else None


def _simple(text: str) -> str:
    return bounded(folded(text)[0])


def _address(address: str) -> str:
    plain = folded(address.strip())[0]
    return bounded(plain).replace("@", "(?:@|%40)")


def _plain_forms(name: str) -> list[str]:
    plain = "".join(one for one in normalize("NFKD", name) if not combining(one))
    return [plain, plain.upper()]
