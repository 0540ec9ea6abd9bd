"""The people of the benchmark: any number of contacts, each known by its number alone.

One person is written down four times here, by hand: as Salesforce and as HubSpot send it, as
it must lie in staging and as it must lie in the mirror. Nothing is shared with the product,
so that a fast run with wrong contents is found out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

__all__ = ["ACCOUNT_SHARE", "FIRST_DAY", "NIGHT", "Json", "Person", "person", "persons"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

FIRST_DAY = datetime(2024, 11, 21, 6, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
"""When the changed ones were changed."""
ACCOUNT_SHARE = 13
"""People per account: the sandbox world has 1,500 contacts at 120 accounts."""

_FIRST = ("Zoé", "Amélie", "Björn", "Claire", "Dominik", "Élodie", "François", "Grace", "Hugo")
_LAST = ("Lefèvre", "Martin", "Nowak", "O'Brien", "Petit", "Quéré", "Schäfer", "Tanaka", "Weiß")
_TITLES = ("Chief Financial Officer", "Head of Purchasing", "Buyer", "Plant Manager", None)
_DEPARTMENTS = ("Finance", "Procurement", "Operations", None)
_ROLES = ("economic_decider", "operational_user", "legal", None)
_BANDS = ("strong", "weak", None)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One contact of the generated CRM."""

    number: int
    first: str
    last: str
    email: str
    title: str | None
    department: str | None
    role: str | None
    band: str | None
    strength: int | None
    bounced_at: datetime | None
    account: int
    manager: int | None
    created: datetime
    modified: datetime


def person(number: int, *, changed: bool = False) -> Person:
    """Return the person of a number; a *changed* one was promoted last night."""
    first, last = _FIRST[number % 9], _LAST[number // 9 % 9]
    created = FIRST_DAY + timedelta(minutes=number % 500_000)
    night = NIGHT + timedelta(milliseconds=number * 10 % 3_600_000)
    return Person(
        number=number,
        first=first,
        last=last,
        email=f"Person.{number}@company{number // ACCOUNT_SHARE}.example",
        title="Chief Executive Officer" if changed else _TITLES[number % 5],
        department=_DEPARTMENTS[number % 4],
        role=_ROLES[number % 4],
        band=_BANDS[number % 3],
        strength=number % 101 if number % 3 else None,
        bounced_at=created + timedelta(days=3) if number % 50 == 0 else None,
        account=number // ACCOUNT_SHARE,
        manager=number - 1 if number % ACCOUNT_SHARE else None,
        created=created,
        modified=night if changed else created + timedelta(hours=5),
    )


def persons(count: int, *, every: int = 0) -> Iterator[Person]:
    """Yield people by number; of each *every* one is changed (0: none)."""
    for number in range(count):
        yield person(number, changed=bool(every) and number % every == 0)


def salesforce_id(prefix: str, number: int) -> str:
    """Return an 18-character id; ids sort like their numbers."""
    digits = ""
    for _ in range(12):
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    short = prefix + digits
    return short + "".join(_letter(short[start : start + 5]) for start in (0, 5, 10))


def hubspot_id(number: int) -> str:
    """Return a HubSpot object id; all have ten digits, so that text and number sort alike."""
    return str(1_000_000_000 + number)


def text(at: datetime | None) -> str | None:
    """Return an instant in canonical text."""
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _letter(five: str) -> str:
    return _CHECK[sum(1 << place for place, char in enumerate(five) if "A" <= char <= "Z")]
