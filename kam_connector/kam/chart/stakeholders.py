"""What our people say of the customer's people, what holds of it today, beside what we see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.chart.paths import profile_paths
from kam_connector.kam.chart.presence import presence
from kam_connector.kam.chart.priority import Priority, Standing, contact_priority
from kam_connector.kam.chart.titles import TitleReading, read_title
from kam_connector.kam.judgements import judgements_on
from kam_connector.kam.people import main_profile, profiles
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.ties import score_contacts
from kam_connector.language import Voice, voice
from kam_connector.model.contact import Contact, Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import StrengthScore
from kam_connector.model.stakeholder import ProfilePath, Stakeholder

__all__ = ["ProfileBasis", "StakeholderView", "stakeholder_views"]


class ProfileBasis(StrEnum):
    """Where a profile comes from."""

    TOLD = "told"
    CRM = "crm"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderView:
    """One contact on the stakeholder map (S2.21)."""

    contact: Contact
    judgement: Stakeholder | None
    """In force: the newest that holds."""
    expired: Stakeholder | None
    """The newest one, where none holds any more: worth asking again, never counted."""
    profile: Profile | None
    basis: ProfileBasis
    suggested: TitleReading
    """Read from the title; counts only once a person accepts it."""
    path: ProfilePath
    """What people of this profile need, and how often we meet."""
    strength: StrengthScore | None
    """None where nothing is recorded: silence of the record, not of the person."""
    priority: Priority


def stakeholder_views(
    facts: AccountFacts,
    as_of: date,
    *,
    strengths: Mapping[str, StrengthScore] | None = None,
    settings: KamSettings | None = None,
    say: Voice | None = None,
) -> tuple[StakeholderView, ...]:
    """Return everybody who is there, whom to see next first.

    Args:
        facts: The account.
        as_of: The day judgements must hold on.
        strengths: Ties by contact as of that day; computed when None.
        settings: The method's numbers: cadences follow them; defaults when None.
        say: The language of reasons; English when None.
    """
    people = presence(facts, as_of).there
    end = datetime.combine(as_of + timedelta(days=1), time.min, tzinfo=UTC)
    settings = settings or KamSettings()
    ties = strengths or {}
    if strengths is None:
        ties = score_contacts(facts, now=end, settings=settings)
    told = judgements_on(facts.kept.of(Stakeholder), as_of)
    lapsed = _expired(facts.kept.of(Stakeholder), as_of, told)
    recorded = profiles(facts)
    paths = profile_paths(facts.kept.of(ProfilePath), cadences=settings.strength.cadence_days)
    views = [
        _view(
            person,
            told.get(person.id),
            lapsed.get(person.id),
            crm=recorded.get(person.id, frozenset()),
            tie=_seen(facts, ties.get(person.id)),
            paths=paths,
            as_of=as_of,
            say=say or voice("en"),
        )
        for person in people.values()
    ]
    return tuple(sorted(views, key=_order))


def _expired(
    told: Iterable[Stakeholder], day: date, holding: Mapping[str, Stakeholder]
) -> dict[str, Stakeholder]:
    ordered = sorted(told, key=lambda one: (one.asserted_on, one.id))
    return {
        one.contact_id: one
        for one in ordered
        if one.contact_id not in holding and one.expires_on is not None and one.expires_on < day
    }


def _seen(facts: AccountFacts, tie: StrengthScore | None) -> StrengthScore | None:
    """Return a tie only if it says something: without captured mail, no contact is no news."""
    if tie is None or (tie.last_two_way is None and not facts.captured_user_ids):
        return None
    return tie


def _view(
    person: Contact,
    told: Stakeholder | None,
    lapsed: Stakeholder | None,
    *,
    crm: frozenset[Profile],
    tie: StrengthScore | None,
    paths: Mapping[Profile, ProfilePath],
    as_of: date,
    say: Voice,
) -> StakeholderView:
    profile, basis = _profile(told, crm)
    reading = read_title(person.title)
    path = paths[profile or Profile.OTHER]
    standing = Standing(
        profile=profile,
        influence=told.influence if told else None,
        rank=reading.seniority,
        support=told.support if told else None,
        engagement=told.engagement if told else None,
        desired=told.desired if told else None,
        strength=tie.value if tie else None,
        last_two_way=tie.last_two_way if tie else None,
        cadence_days=path.cadence_days,
    )
    return StakeholderView(
        contact=person,
        judgement=told,
        expired=lapsed,
        profile=profile,
        basis=basis,
        suggested=reading,
        path=path,
        strength=tie,
        priority=contact_priority(standing, as_of=as_of, say=say),
    )


def _profile(
    told: Stakeholder | None, crm: frozenset[Profile]
) -> tuple[Profile | None, ProfileBasis]:
    if told is not None and told.profile is not None:
        return told.profile, ProfileBasis.TOLD
    if crm:
        return main_profile(crm), ProfileBasis.CRM
    return None, ProfileBasis.NONE


def _order(view: StakeholderView) -> tuple[bool, Decimal, str, str]:
    value = view.priority.value
    return value is None, -(value or Decimal(0)), view.contact.name.casefold(), view.contact.id
