"""Weak cues that somebody may have left or moved: a person looks, nothing is concluded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kam_connector.kam.chart.presence import Presence, holds_on, presence
from kam_connector.kam.chart.titles import read_title
from kam_connector.kam.matching import SHARED_HOSTS
from kam_connector.language import Voice, phrase
from kam_connector.model.contact import Position
from kam_connector.model.facts import AccountFacts

__all__ = ["Doubt", "DoubtKind", "doubt_words", "doubts"]

_RECENT_DAYS = 90
"""How long a new title is worth a look. Our choice: one quarter, as for newcomers."""
_SHARED_BY = 2
"""A domain that two people of the account use is one of its own. Our choice."""
_MAIL_HOSTS = SHARED_HOSTS | {
    *("icloud.com", "live.com", "live.fr", "hotmail.fr", "yahoo.fr", "sfr.fr", "laposte.net"),
    *("gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "aol.com", "msn.com"),
}


class DoubtKind(StrEnum):
    """What makes one look again."""

    MAIL_ELSEWHERE = "mail_elsewhere"
    TITLE_CHANGED = "title_changed"
    TIE_ENDED = "tie_ended"
    MOVED_AWAY = "moved_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One cue about one contact."""

    contact_id: str
    kind: DoubtKind
    on: date | None = None
    before: str | None = None
    now: str | None = None


_WORDS = {
    DoubtKind.MAIL_ELSEWHERE: phrase("{person} has an address at {now}: still here?"),
    DoubtKind.TITLE_CHANGED: phrase(
        "{person} is {now} since {on}, no longer {before}: same influence?"
    ),
    DoubtKind.TIE_ENDED: phrase("The tie of {person} to this account is no longer active"),
    DoubtKind.MOVED_AWAY: phrase("{person} has had no job here since {on}"),
}


def doubts(facts: AccountFacts, as_of: date) -> tuple[Doubt, ...]:
    """Return what to look at again on a day, by contact; who has left is beyond doubt."""
    people = presence(facts, as_of)
    found = [
        *_mail(facts, people),
        *_titles(facts, people, as_of),
        *_ties(facts, people, as_of),
        *_moved(facts, people, as_of),
    ]
    return tuple(sorted(found, key=lambda one: (one.contact_id, one.kind)))


def doubt_words(doubt: Doubt, name: str, say: Voice) -> str:
    """Return a doubt as a sentence about somebody of this name."""
    return say(_WORDS[doubt.kind], person=name, now=doubt.now, before=doubt.before, on=doubt.on)


def _mail(facts: AccountFacts, people: Presence) -> Iterator[Doubt]:
    """Yield those whose address is at a company that is nobody else's of the account."""
    domains = {one.id: _domain(one.email) for one in people.there.values()}
    used = Counter(domain for domain in domains.values() if domain)
    own = {one.domain.casefold() for one in (facts.account, *facts.tree) if one.domain}
    own |= {domain for domain, people_there in used.items() if people_there >= _SHARED_BY}
    for person_id, domain in domains.items():
        related = any(domain.endswith(f".{one}") for one in own)
        strange = domain and own and domain not in own and domain not in _MAIL_HOSTS
        if strange and not related and person_id not in people.visiting:
            yield Doubt(contact_id=person_id, kind=DoubtKind.MAIL_ELSEWHERE, now=domain)


def _domain(email: str | None) -> str:
    return (email or "").rpartition("@")[2].strip().casefold()


def _titles(facts: AccountFacts, people: Presence, as_of: date) -> Iterator[Doubt]:
    """Yield those whose title lately came to say another level or another function."""
    jobs: dict[str, list[Position]] = {}
    for job in facts.positions:
        if job.contact_id in people.there and (job.from_on or date.min) <= as_of:
            jobs.setdefault(job.contact_id, []).append(job)
    for person_id, held in jobs.items():
        held.sort(key=lambda job: job.from_on or date.min)
        now, before = held[-1], held[-2] if len(held) > 1 else None
        recent = now.from_on is not None and (as_of - now.from_on).days <= _RECENT_DAYS
        if before is not None and recent and _differs(before.title, now.title):
            yield Doubt(
                contact_id=person_id,
                kind=DoubtKind.TITLE_CHANGED,
                on=now.from_on,
                before=before.title,
                now=now.title,
            )


def _differs(before: str | None, now: str | None) -> bool:
    one, other = read_title(before), read_title(now)
    return (one.seniority, one.function) != (other.seniority, other.function)


def _ties(facts: AccountFacts, people: Presence, as_of: date) -> Iterator[Doubt]:
    """Yield those whose tie to this account ended while the CRM still lists them here."""
    holding = {tie.contact_id for tie in facts.affiliations if tie.holds_on(as_of)}
    ended = {tie.contact_id for tie in facts.affiliations if not tie.holds_on(as_of)} - holding
    for person_id in people.there:
        if person_id in ended:
            yield Doubt(contact_id=person_id, kind=DoubtKind.TIE_ENDED)


def _moved(facts: AccountFacts, people: Presence, as_of: date) -> Iterator[Doubt]:
    """Yield those whose last job here ended without a word about their leaving."""
    last: dict[str, date] = {}
    for job in facts.positions:
        if job.to_on is not None and job.to_on <= as_of:
            last[job.contact_id] = max(job.to_on, last.get(job.contact_id, date.min))
    held = {job.contact_id for job in facts.positions if holds_on(job, as_of)}
    for person_id, ended in last.items():
        away = person_id not in held and person_id not in people.there
        if away and person_id not in people.departed:
            yield Doubt(contact_id=person_id, kind=DoubtKind.MOVED_AWAY, on=ended)
