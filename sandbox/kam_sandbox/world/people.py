"""People with a name, a mailbox and a place in their company."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from kam_sandbox.world.names import FIRST_NAMES, LAST_NAMES
from kam_sandbox.world.titles import CHIEF, DIRECTORS, STAFF

__all__ = ["Person", "mailbox", "plain", "team"]

_CHIEF_REPORTS = 5
"""Our choice: at most five people report to the head of a company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works for a customer."""

    first: str
    last: str
    title: str
    email: str | None
    salutation: str | None = None
    department: str | None = None
    boss: int | None = None
    """Place of the manager in the same team, or None at the top."""


def plain(text: str) -> str:
    """Return *text* in lower-case ASCII letters and digits, words joined by hyphens."""
    text = text.replace("Ø", "O").replace("ø", "o").replace("Ł", "L").replace("æ", "ae")
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_.lower().replace("'", "")).strip("-")


def mailbox(first: str, last: str, domain: str) -> str:
    """Return the address that a company gives its people: ``claire.delmas@nordwind.example``."""
    return f"{plain(first)}.{plain(last)}@{domain}"


def team(rng: Random, size: int, *, language: str, domain: str | None) -> list[Person]:
    """Return *size* people: one head, directors who report to them, and the directors' teams."""
    people: list[Person] = []
    taken: set[str] = set()
    directors = list(DIRECTORS)
    rng.shuffle(directors)
    for _ in range(size):
        salutation, first, last = _name(rng, language)
        while plain(f"{first} {last}") in taken:
            salutation, first, last = _name(rng, language)
        taken.add(plain(f"{first} {last}"))
        title, department, boss = _post(rng, size, directors, people, language)
        people.append(
            Person(
                first=first,
                last=last,
                title=title,
                email=mailbox(first, last, domain) if domain else None,
                salutation=salutation,
                department=department,
                boss=boss,
            )
        )
    return people


def _name(rng: Random, language: str) -> tuple[str, str, str]:
    salutation, names = rng.choice(FIRST_NAMES[language])
    return salutation, rng.choice(names.split()), rng.choice(LAST_NAMES[language])


def _post(
    rng: Random,
    size: int,
    directors: list[tuple[str, str, str]],
    people: list[Person],
    language: str,
) -> tuple[str, str, int | None]:
    """Return title, department and the manager's place for the next person of a team."""
    place = len(people)
    chair = 0 if language == "fr" else 1
    if place == 0:
        return rng.choice(CHIEF)[chair], "Direction générale" if chair == 0 else "Executive", None
    heads = min(_CHIEF_REPORTS, max(1, (size - 1) // 2))
    if place <= heads:
        post = directors[place - 1]
        return post[1 + chair], post[0], 0
    boss = rng.randint(1, heads)
    department = people[boss].department or ""
    title = rng.choice(STAFF.get(department, STAFF["*"]))[chair]
    return title, department, boss
