"""Who is who at an account: roles, and who has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kam_connector.kam.gone_marks import gone_mark
from kam_connector.kam.judgements import judgements_on
from kam_connector.kam.relationship import Interaction
from kam_connector.model.contact import Contact, Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["Cue", "Departure", "departures", "main_profile", "people_at", "profiles"]

_RANK = (
    Profile.INTERNAL_SPONSOR,
    Profile.ECONOMIC_DECIDER,
    Profile.TECHNICAL_INFLUENCER,
    Profile.OPERATIONAL_USER,
    Profile.LEGAL,
    Profile.OTHER,
)


class Cue(StrEnum):
    """How we know that somebody left."""

    LEFT = "left"
    BOUNCED = "bounced"
    DELETED = "deleted"
    MARKED = "marked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Somebody who is no longer there."""

    contact_id: str
    on: date | None
    """None: a mark in the name carries no date."""
    cue: Cue


def people_at(facts: AccountFacts, on: date) -> AccountFacts:
    """Return the facts with the people and affiliations of one day.

    Somebody whose affiliation holds counts among the account's people, once, as if they
    worked there (S2.15-S2.18: whoever has a part in the decision, wherever the desk stands);
    somebody tied by nothing but an affiliation that holds no more does not. A profile that one
    of ours told, and that holds, stands among the CRM's roles.
    """
    ours = {facts.account.id, *(account.id for account in facts.tree)}
    holding = tuple(one for one in facts.affiliations if one.holds_on(on))
    tied = {one.contact_id for one in holding}
    ended = {one.contact_id for one in facts.affiliations} - tied
    told = judgements_on(facts.kept.of(Stakeholder), on)
    people = {
        person.id: _with_profile(person, told.get(person.id))
        for person in facts.contacts
        if person.id not in ended or person.account_id in ours
    }
    return replace(facts, contacts=tuple(people.values()), affiliations=holding)


def profiles(facts: AccountFacts) -> dict[str, frozenset[Profile]]:
    """Return the stakeholder profiles of each contact that has any.

    From the contact's own roles, from its parts in opportunities and from affiliations with
    the account; words that are no profile count as ``other``.
    """
    found: dict[str, set[Profile]] = {}
    for contact in facts.contacts:
        for role in contact.roles:
            found.setdefault(contact.id, set()).add(_profile(role))
    known = {contact.id for contact in facts.contacts}
    for part in facts.roles:
        if part.contact_id in known and part.contact_id is not None:
            found.setdefault(part.contact_id, set()).add(_profile(part.role))
    for tie in facts.affiliations:
        if tie.contact_id in known and tie.contact_id is not None:
            found.setdefault(tie.contact_id, set()).update(map(_profile, tie.roles))
    found = {contact_id: values for contact_id, values in found.items() if values}
    return {contact_id: frozenset(values) for contact_id, values in found.items()}


def main_profile(values: frozenset[Profile]) -> Profile:
    """Return the profile that decides cadence and wording: sponsor and decider first."""
    return next((profile for profile in _RANK if profile in values), Profile.OTHER)


def departures(
    facts: AccountFacts, contacts: Mapping[str, list[Interaction]]
) -> dict[str, Departure]:
    """Return who left, by contact; somebody heard from after a bounce has not left."""
    found = (_departure(person, contacts.get(person.id, [])) for person in facts.contacts)
    return {departure.contact_id: departure for departure in found if departure}


def _with_profile(person: Contact, told: Stakeholder | None) -> Contact:
    if told is None or told.profile is None or told.profile.value in person.roles:
        return person
    return replace(person, roles=(*person.roles, told.profile.value))


def _profile(role: str) -> Profile:
    try:
        return Profile(role)
    except ValueError:
        return Profile.OTHER


def _departure(person: Contact, contacts: list[Interaction]) -> Departure | None:
    if person.left_at:
        return Departure(contact_id=person.id, on=person.left_at.date(), cue=Cue.LEFT)
    if person.bounced_at and not _heard_after(person.bounced_at, contacts):
        return Departure(contact_id=person.id, on=person.bounced_at.date(), cue=Cue.BOUNCED)
    if person.deleted_at:
        return Departure(contact_id=person.id, on=person.deleted_at.date(), cue=Cue.DELETED)
    if gone_mark(person.name, person.title):
        return Departure(contact_id=person.id, on=None, cue=Cue.MARKED)
    return None


def _heard_after(bounced_at: datetime, contacts: list[Interaction]) -> bool:
    settled = bounced_at + timedelta(hours=1)
    """An automatic answer arrives with the bounce. Our choice: one hour apart is a person."""
    return any(contact.received and contact.counts and contact.at > settled for contact in contacts)
