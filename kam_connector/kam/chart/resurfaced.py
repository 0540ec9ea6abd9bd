"""People we knew at one account and find at another: a champion who moves opens a door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.chart.lines import edges_on
from kam_connector.kam.chart.presence import Presence, presence
from kam_connector.kam.chart.titles import title_key
from kam_connector.kam.people import profiles
from kam_connector.model.contact import Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.stakeholder import EdgeKind, PeopleEdge

__all__ = ["Recognised", "Resurfaced", "resurfaced"]


class Recognised(StrEnum):
    """How somebody was recognised."""

    SAME_RECORD = "same_record"
    """The CRM moved the record: one contact, two jobs."""
    ALUMNI = "alumni"
    """A person of ours said that these two records are one career."""
    SAME_NAME = "same_name"
    """Somebody of that name appeared after the other left: a guess to be confirmed."""


_SURE = {
    Recognised.SAME_RECORD: Decimal(1),
    Recognised.ALUMNI: Decimal("0.9"),
    Recognised.SAME_NAME: Decimal("0.5"),
}
"""Our choice: a name of two words is shared by few, but it is shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resurfaced:
    """Somebody who was there and is now here."""

    from_account_id: str
    from_contact_id: str
    to_account_id: str
    to_contact_id: str
    name: str
    how: Recognised
    confidence: Decimal
    profiles: frozenset[Profile] = frozenset()
    """What they were there."""


def resurfaced(accounts: Iterable[AccountFacts], as_of: date) -> tuple[Resurfaced, ...]:
    """Return who left one of *accounts* and is at another on a day, surest first.

    Nobody is recognised by name alone unless the new record is younger than the departure.
    """
    every = [(facts, presence(facts, as_of)) for facts in accounts]
    found: dict[tuple[str, str, str], Resurfaced] = {}
    for one in (*_same_records(every, as_of), *_alumni(every, as_of), *_names(every)):
        found.setdefault((one.from_contact_id, one.to_account_id, one.to_contact_id), one)
    return tuple(
        sorted(found.values(), key=lambda one: (-one.confidence, one.name, one.to_contact_id))
    )


_Read = tuple[AccountFacts, Presence]


def _same_records(every: Sequence[_Read], as_of: date) -> Iterator[Resurfaced]:
    at = {person_id: facts for facts, people in every for person_id in people.there}
    for facts, people in every:
        for job in facts.positions:
            new = at.get(job.contact_id)
            over = job.to_on is not None and job.to_on <= as_of
            if new is None or not over or job.contact_id in people.there:
                continue
            yield _found(facts, job.contact_id, new, job.contact_id, Recognised.SAME_RECORD)


def _alumni(every: Sequence[_Read], as_of: date) -> Iterator[Resurfaced]:
    at = {person_id: facts for facts, people in every for person_id in people.there}
    left = {person_id: facts for facts, people in every for person_id in people.gone}
    for facts, _ in every:
        for edge in edges_on(facts.kept.of(PeopleEdge), as_of):
            old, new = left.get(edge.from_contact_id), at.get(edge.to_contact_id)
            if edge.kind is EdgeKind.ALUMNI and old and new and _apart(old, new):
                one, other = edge.from_contact_id, edge.to_contact_id
                yield _found(old, one, new, other, Recognised.ALUMNI)


def _names(every: Sequence[_Read]) -> Iterator[Resurfaced]:
    here: dict[str, list[tuple[AccountFacts, str, date | None]]] = {}
    for facts, people in every:
        for person in people.there.values():
            known = person.created_at.date() if person.created_at else None
            here.setdefault(_career_name(person.name), []).append((facts, person.id, known))
    for facts, people in every:
        for person_id, departure in people.departed.items():
            name = _career_name(people.gone[person_id].name)
            for new, other_id, known in here.get(name, []) if " " in name else []:
                younger = departure.on is None or (known is not None and known >= departure.on)
                if _apart(facts, new) and younger:
                    yield _found(facts, person_id, new, other_id, Recognised.SAME_NAME)


def _career_name(name: str) -> str:
    """Return a name to compare: the marks in it ("(gone)") are no part of it."""
    return title_key(name.partition("(")[0].partition("[")[0])


def _apart(one: AccountFacts, other: AccountFacts) -> bool:
    return one.account.id != other.account.id


def _found(
    old: AccountFacts, one: str, new: AccountFacts, other: str, how: Recognised
) -> Resurfaced:
    names = {person.id: person.name for person in (*old.contacts, *new.contacts)}
    return Resurfaced(
        from_account_id=old.account.id,
        from_contact_id=one,
        to_account_id=new.account.id,
        to_contact_id=other,
        name=names[other],
        how=how,
        confidence=_SURE[how],
        profiles=profiles(old).get(one, frozenset()) or profiles(new).get(other, frozenset()),
    )
