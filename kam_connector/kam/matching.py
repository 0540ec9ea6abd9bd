"""How alike two company names are, legal forms and accents aside."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.fuzz import token_sort_ratio

__all__ = ["SHARED_HOSTS", "core_name", "name_likeness"]

SHARED_HOSTS = frozenset(
    {
        *("linkedin.com", "facebook.com", "instagram.com", "x.com", "twitter.com", "youtube.com"),
        *("google.com", "wixsite.com", "wix.com", "wordpress.com", "blogspot.com", "github.io"),
        *("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "business.site"),
        *("orange.fr", "wanadoo.fr", "free.fr", "pagesperso-orange.fr"),
    }
)
"""Sites that lend an address to anybody: sharing one says nothing. Our choice: the common
social networks, site builders and mail providers of France and the English-speaking world."""

_LEGAL = frozenset(
    [
        "sa",
        "sas",
        "sasu",
        "sarl",
        "eurl",
        "sci",
        "snc",
        "scop",
        "gie",
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "se",
        "ltd",
        "limited",
        "plc",
        "llc",
        "llp",
        "inc",
        "corp",
        "corporation",
        "co",
        "company",
        "bv",
        "nv",
        "spa",
        "srl",
        "sl",
        "ab",
        "oy",
        "as",
        "aps",
        "group",
        "groupe",
        "holding",
        "the",
        "les",
    ]
)
"""Legal forms and group words of Western Europe and North America; French ones lead as
well as trail ("SAS Dupont"), which off-the-shelf cleaners miss (ecosystem notes, cleanco)."""

_WORD = re.compile(r"[^\W_]+")


def core_name(name: str) -> str:
    """Return the words that make a name: lower case, no accents, no legal form.

    A name that is nothing but legal forms keeps them ("SA Group").
    """
    folded = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    words = _WORD.findall(plain.replace("'", "").replace("’", "").replace(".", ""))
    return " ".join([word for word in words if word not in _LEGAL] or words)


def name_likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1, whatever the order of their words."""
    first, second = core_name(one), core_name(other)
    if not first or not second:
        return 0.0
    return float(token_sort_ratio(first, second)) / 100
