"""The named pure functions that ``via`` may apply to a text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract

__all__ = ["TRANSFORMS", "Transform", "compile_via"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """One transform, as `kam mapping paths` shows it."""

    meaning: str
    apply: Callable[[str, int], str]
    """The second argument is the rule's number, 0 for transforms without one."""
    takes_number: bool = False


def _squeeze(text: str, _: int) -> str:
    return " ".join(text.split())


def _truncate(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _strip_html(text: str, _: int) -> str:
    return _squeeze(html.unescape(_TAG.sub(" ", _SCRIPT.sub(" ", text))), 0)


def _digits(text: str, _: int) -> str:
    return "".join(char for char in text if char in "0123456789")


def _ascii(text: str, _: int) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _case_safe(text: str, _: int) -> str:
    """Return an id of 15 characters with its three check characters; others as they are.

    Each of them tells, for five characters, which are capitals (Salesforce's documentation on
    18-character ids): software that ignores case can then tell two ids apart.
    """
    if len(text) != _SHORT_ID or not text.isalnum() or not text.isascii():
        return text
    marks = [
        _MARKS[sum(1 << place for place, char in enumerate(text[i : i + 5]) if char.isupper())]
        for i in range(0, _SHORT_ID, 5)
    ]
    return text + "".join(marks)


_SHORT_ID = 15
_MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SEEN_DOMAINS = 65_536  # our choice: one account table's worth, a few MB


@lru_cache(maxsize=1)
def _extractor() -> TLDExtract:
    from tldextract import TLDExtract  # noqa: PLC0415 (heavy: only when a domain is asked for)

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=_SEEN_DOMAINS)
def _domain(text: str, _: int) -> str:
    found = _extractor()(text.strip().lower().rsplit("@", 1)[-1])
    known = str(found.top_domain_under_public_suffix)
    if known or found.suffix or found.ipv4 or found.ipv6:
        return known
    # publicsuffix.org/list: "If no rules match, the prevailing rule is '*'": an unlisted
    # last label (intranets, reserved names) counts as a suffix of one label.
    labels = [label for label in (*found.subdomain.split("."), found.domain) if label]
    return ".".join(labels[-2:]) if len(labels) > 1 and not labels[-1].isdigit() else ""


TRANSFORMS: Mapping[str, Transform] = {
    "trim": Transform(meaning="no blanks around", apply=lambda text, _: text.strip()),
    "squeeze": Transform(meaning="runs of blanks become one", apply=_squeeze),
    "lower": Transform(meaning="lower case", apply=lambda text, _: text.lower()),
    "upper": Transform(meaning="upper case", apply=lambda text, _: text.upper()),
    "domain": Transform(meaning="registrable domain of an address or e-mail", apply=_domain),
    "strip_html": Transform(meaning="the text of an HTML fragment", apply=_strip_html),
    "digits": Transform(meaning="digits only", apply=_digits),
    "ascii": Transform(meaning="letters without accents", apply=_ascii),
    "case_safe": Transform(meaning="an id of 15 characters in its form of 18", apply=_case_safe),
    "truncate": Transform(
        meaning="at most n characters, ending in … when cut", apply=_truncate, takes_number=True
    ),
}
"""What ``via`` may name; ``{ truncate = 255 }`` passes a number."""


def compile_via(via: tuple[tuple[str, int | None], ...]) -> Callable[[str], str] | None:
    """Return one function for all transforms of a rule; None when there are none."""
    if not via:
        return None
    steps = [(TRANSFORMS[name].apply, number or 0) for name, number in via]
    plain: dict[str, Callable[[str], str]] = {
        "trim": str.strip,
        "lower": str.lower,
        "upper": str.upper,
    }
    names = [name for name, _ in via]
    if names == ["trim", "lower"]:  # the common e-mail rule, without two Python frames
        return lambda text: text.strip().lower()
    if len(names) == 1 and names[0] in plain:
        return plain[names[0]]

    def apply(text: str) -> str:
        for step, number in steps:
            text = step(text, number)
        return text

    return apply
