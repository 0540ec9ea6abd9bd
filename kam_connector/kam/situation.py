"""One account as of one instant, read once and shared by every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.people import Departure, departures, main_profile, people_at, profiles
from kam_connector.kam.relationship import Interaction
from kam_connector.kam.renewals import next_renewal, renewal_cycles
from kam_connector.kam.settings import HealthSettings, KamSettings
from kam_connector.kam.ties import contacts_by_person, score_contacts
from kam_connector.model.account import RenewalCycle
from kam_connector.model.contact import Contact, Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.score import StrengthScore

__all__ = ["KEY_PROFILES", "Recorded", "Situation", "facts_at", "read_situation"]

KEY_PROFILES = frozenset({Profile.INTERNAL_SPONSOR, Profile.ECONOMIC_DECIDER})
"""Whose leaving caps a verdict (docs/scores.md overrides: champion left, no sponsor)."""
_TEAM_DAYS = 365
"""Who of ours took part in the last year is the account's team. Our choice: one plan year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How much of our contact with an account is recorded at all."""

    share: Decimal
    """Share of the account's team whose mail is captured, 0 to 1."""
    readable: bool
    """Whether the ties can be scored: half the team captured, or a recent two-way contact."""
    silence_means: bool
    """Whether no contact means silence: half the team captured, never less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the rules need to know about one account at one instant."""

    facts: AccountFacts
    as_of: date
    now: datetime
    settings: KamSettings
    people: Mapping[str, Contact]
    contacts: Mapping[str, Sequence[Interaction]]
    profiles: Mapping[str, frozenset[Profile]]
    departures: Mapping[str, Departure]
    strengths: Mapping[str, StrengthScore]
    recorded: Recorded
    renewals: tuple[RenewalCycle, ...]
    renewal: RenewalCycle | None
    """The next undecided one."""

    @property
    def days_to_renewal(self) -> int | None:
        """Days until the next renewal's decision."""
        return (self.renewal.decision - self.as_of).days if self.renewal else None

    def profile(self, contact_id: str) -> Profile:
        """Return the profile that decides cadence and wording."""
        return main_profile(self.profiles.get(contact_id, frozenset()))

    def half_lives(self, contact_id: str) -> tuple[float, float]:
        """Return the half-lives of a tie: of the account's segment, as the profile asks."""
        segment = self.facts.account.segment
        return self.settings.strength.half_lives(self.profile(contact_id), segment)

    def strength(self, contact_id: str) -> float:
        """Return the strength of one tie, 0 when unknown."""
        score = self.strengths.get(contact_id)
        return float(score.value) if score else 0.0

    def emptied_seats(self) -> list[str]:
        """Return the sponsors and deciders who left so lately that their seat is empty."""
        return [person_id for person_id in self.departures if self._emptied(person_id)]

    def present(self) -> list[str]:
        """Return those who are still there."""
        return [person_id for person_id in self.people if person_id not in self.departures]

    def _emptied(self, person_id: str) -> bool:
        on = self.departures[person_id].on
        if on is None or not KEY_PROFILES & self.profiles.get(person_id, frozenset()):
            return False
        return (self.as_of - on).days <= self.settings.health.empty_seat_days


def read_situation(
    facts: AccountFacts, *, as_of: date, now: datetime, settings: KamSettings
) -> Situation:
    """Read *facts* as of *now*: who is there, how strong each tie is, what is recorded."""
    facts = people_at(facts, as_of)
    contacts = contacts_by_person(facts, now=now)
    strengths = score_contacts(facts, now=now, settings=settings)
    renewals = renewal_cycles(facts, as_of=as_of)
    return Situation(
        facts=facts,
        as_of=as_of,
        now=now,
        settings=settings,
        people={person.id: person for person in facts.contacts},
        contacts=contacts,
        profiles=profiles(facts),
        departures=departures(facts, contacts),
        strengths=strengths,
        recorded=_recorded(facts, strengths, now=now, limits=settings.health),
        renewals=renewals,
        renewal=next_renewal(renewals, as_of),
    )


def facts_at(facts: AccountFacts, instant: datetime) -> AccountFacts:
    """Return what was known at an earlier *instant*, from dated facts alone.

    Undated things (names, roles, owners) count as they are today.
    """
    day = instant.date()
    people = [
        replace(
            person,
            bounced_at=_before(person.bounced_at, instant),
            left_at=_before(person.left_at, instant),
            deleted_at=_before(person.deleted_at, instant),
        )
        for person in facts.contacts
        if person.created_at is None or person.created_at <= instant
    ]
    deals = [
        _deal_at(deal, instant, day)
        for deal in facts.opportunities
        if deal.created_at is None or deal.created_at <= instant
    ]
    return replace(
        facts,
        contacts=tuple(people),
        opportunities=tuple(deals),
        activities=tuple(activity for activity in facts.activities if activity.at <= instant),
        previous={},
    )


def _deal_at(deal: Opportunity, instant: datetime, day: date) -> Opportunity:
    decided_later = deal.closed and deal.closes_on is not None and deal.closes_on > day
    return replace(
        deal,
        closed=deal.closed and not decided_later,
        won=deal.won and not decided_later,
        stage_changed_at=_before(deal.stage_changed_at, instant),
    )


def _before(moment: datetime | None, instant: datetime) -> datetime | None:
    return moment if moment is not None and moment <= instant else None


def _recorded(
    facts: AccountFacts,
    strengths: Mapping[str, StrengthScore],
    *,
    now: datetime,
    limits: HealthSettings,
) -> Recorded:
    recently = now - timedelta(days=_TEAM_DAYS)
    team = {
        user_id
        for activity in facts.activities
        if recently <= activity.at <= now
        for user_id in activity.user_ids
    }
    if facts.account.owner_id:
        team.add(facts.account.owner_id)
    captured = len(team & facts.captured_user_ids)
    share = Decimal(captured) / Decimal(len(team)) if team else Decimal(0)
    proof = (now - timedelta(days=limits.silence_means_after_days)).date()
    fresh = any(score.last_two_way and score.last_two_way >= proof for score in strengths.values())
    enough = share >= limits.least_activity_share
    return Recorded(
        share=share.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN),
        readable=enough or fresh,
        silence_means=enough,
    )
