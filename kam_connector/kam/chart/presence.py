"""Who was at an account on one day, with the title and the manager of that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from kam_connector.kam.people import Departure, departures, people_at
from kam_connector.kam.ties import contacts_by_person
from kam_connector.model.contact import Contact, Position
from kam_connector.model.facts import AccountFacts

__all__ = ["Presence", "holds_on", "presence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The people of one day."""

    there: Mapping[str, Contact]
    """With the title and the manager they had."""
    gone: Mapping[str, Contact]
    """Who had left by then."""
    departed: Mapping[str, Departure]
    visiting: frozenset[str]


def presence(
    facts: AccountFacts, as_of: date, *, elsewhere: Mapping[str, Contact] | None = None
) -> Presence:
    """Return who was there on a day.

    Args:
        facts: The account.
        as_of: The day; what is undated (names, marks in a name) counts as it is today.
        elsewhere: People who have since moved to another account, by id, for the past.
    """
    here = people_at(facts, as_of)
    everybody = {**_returned(facts, elsewhere or {}), **{one.id: one for one in here.contacts}}
    end = datetime.combine(as_of + timedelta(days=1), time.min, tzinfo=UTC)
    left = {
        person_id: departure
        for person_id, departure in _departures(facts, everybody.values(), end).items()
        if departure.on is None or departure.on <= as_of
    }
    jobs = _jobs(facts.positions)
    ours = {facts.account.id, *(one.id for one in facts.tree)}
    tied = {one.contact_id for one in here.affiliations}
    there: dict[str, Contact] = {}
    gone: dict[str, Contact] = {}
    for person_id, person in everybody.items():
        dated = _on_day(person, jobs.get(person_id, []), as_of)
        if dated is None and person_id not in tied:
            if _been(jobs.get(person_id, []), as_of):
                gone[person_id] = person
            continue
        there_or_gone = gone if person_id in left else there
        there_or_gone[person_id] = dated or person
    visiting = {one.id for one in there.values() if one.account_id not in ours}
    moved = {one for one in gone if one not in left}
    return Presence(
        there=there,
        gone=gone,
        departed={one: left[one] for one in gone if one not in moved},
        visiting=frozenset(visiting),
    )


def holds_on(position: Position, day: date) -> bool:
    """Whether it was somebody's job on a day; the last day belongs to the next job."""
    begun = position.from_on is None or position.from_on <= day
    return begun and (position.to_on is None or day < position.to_on)


def _departures(
    facts: AccountFacts, people: Iterable[Contact], end: datetime
) -> dict[str, Departure]:
    """Return departures as they were known at the *end* of a day."""
    whole = replace(facts, contacts=tuple(_until(one, end) for one in people))
    return departures(whole, contacts_by_person(whole, now=end))


def _until(person: Contact, end: datetime) -> Contact:
    return replace(
        person,
        left_at=_before(person.left_at, end),
        bounced_at=_before(person.bounced_at, end),
        deleted_at=_before(person.deleted_at, end),
    )


def _before(moment: datetime | None, end: datetime) -> datetime | None:
    return moment if moment is not None and moment < end else None


def _returned(facts: AccountFacts, elsewhere: Mapping[str, Contact]) -> dict[str, Contact]:
    """Return those who had a job here and are recorded elsewhere today."""
    return {
        job.contact_id: elsewhere[job.contact_id]
        for job in facts.positions
        if job.contact_id in elsewhere
    }


def _jobs(positions: Iterable[Position]) -> dict[str, list[Position]]:
    found: dict[str, list[Position]] = {}
    for job in positions:
        found.setdefault(job.contact_id, []).append(job)
    return found


def _on_day(person: Contact, jobs: list[Position], day: date) -> Contact | None:
    """Return the person with that day's title and manager; None: not there that day."""
    if not jobs:
        known = person.created_at is None or person.created_at.date() <= day
        return person if known else None
    held = [job for job in jobs if holds_on(job, day)]
    if not held:
        return None
    job = max(held, key=lambda one: (one.from_on or date.min, one.account_id or ""))
    open_ended = job.to_on is None
    """The job of today: what the CRM says now stands, the job is a copy of it."""
    return person if open_ended else replace(person, title=job.title, manager_id=job.manager_id)


def _been(jobs: list[Position], day: date) -> bool:
    return any(job.from_on is None or job.from_on <= day for job in jobs)
