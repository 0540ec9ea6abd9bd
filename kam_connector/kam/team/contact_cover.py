"""Who of ours looks after which of their people, and whom nobody looks after (S2.04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from kam_connector.kam.people import departures, people_at
from kam_connector.kam.ties import contacts_by_person
from kam_connector.model.account_team import ContactCoverage, RelationshipLevel
from kam_connector.model.facts import AccountFacts

__all__ = ["ContactCover", "CoveredContact", "contact_coverage", "end_of_day"]

_LEVELS = tuple(RelationshipLevel)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredContact:
    """One of their people, and who of ours looks after them."""

    contact_id: str
    name: str
    primary_id: str | None
    """None: nobody has the first word with them."""
    second_ids: tuple[str, ...]
    declared: RelationshipLevel | None
    """The highest level that any of ours declares."""
    desired: RelationshipLevel | None
    several_primaries: bool = False
    """Two of ours think that they have the first word."""

    @property
    def user_ids(self) -> tuple[str, ...]:
        """All of ours who look after them, the first first."""
        return ((self.primary_id,) if self.primary_id else ()) + self.second_ids

    @property
    def levels_short(self) -> int:
        """How many levels lie between what is declared and what is wanted; 0 when unknown."""
        if self.declared is None or self.desired is None:
            return 0
        return max(0, _LEVELS.index(self.desired) - _LEVELS.index(self.declared))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCover:
    """Everybody who is there, with who covers them."""

    account_id: str
    contacts: tuple[CoveredContact, ...]
    """Those nobody covers first, then by name."""
    orphaned: tuple[str, ...]
    """Contacts whose only cover left us."""

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Contacts nobody of ours looks after."""
        return tuple(one.contact_id for one in self.contacts if not one.user_ids)

    @property
    def share(self) -> float | None:
        """Share of the contacts that somebody covers; None without any contact."""
        if not self.contacts:
            return None
        return 1 - len(self.uncovered) / len(self.contacts)

    def of_user(self, user_id: str) -> tuple[CoveredContact, ...]:
        """Return whom one of ours looks after."""
        return tuple(one for one in self.contacts if user_id in one.user_ids)


def contact_coverage(facts: AccountFacts, as_of: date) -> ContactCover:
    """Return who covers whom on a day: people who left, theirs and ours, do not count."""
    there = people_at(facts, as_of)
    gone = departures(there, contacts_by_person(there, now=end_of_day(as_of)))
    told: dict[str, list[ContactCoverage]] = {}
    for one in facts.kept.of(ContactCoverage):
        told.setdefault(one.contact_id, []).append(one)
    left = {user.id for user in facts.users.values() if not user.active}
    present = [person for person in there.contacts if person.id not in gone]
    rows = [
        _row(person.id, person.name, [c for c in told.get(person.id, ()) if c.user_id not in left])
        for person in present
    ]
    return ContactCover(
        account_id=facts.account.id,
        contacts=tuple(sorted(rows, key=lambda r: (bool(r.user_ids), r.name, r.contact_id))),
        orphaned=tuple(
            sorted(row.contact_id for row in rows if not row.user_ids and row.contact_id in told)
        ),
    )


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day, UTC: all that happened on it has happened."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def _row(contact_id: str, name: str, cover: Sequence[ContactCoverage]) -> CoveredContact:
    first = sorted({one.user_id for one in cover if one.primary})
    primary = first[0] if first else None
    return CoveredContact(
        contact_id=contact_id,
        name=name,
        primary_id=primary,
        second_ids=tuple(sorted({one.user_id for one in cover} - {primary or ""})),
        declared=_highest(one.declared for one in cover),
        desired=_highest(one.desired for one in cover),
        several_primaries=len(first) > 1,
    )


def _highest(levels: Iterable[RelationshipLevel | None]) -> RelationshipLevel | None:
    return max((one for one in levels if one), key=_LEVELS.index, default=None)
