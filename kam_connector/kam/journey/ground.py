"""What gates, moments and the map are judged on: one account's facts, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from kam_connector.kam.cadence import last_two_way
from kam_connector.kam.people import departures, people_at, profiles
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.ties import contacts_by_person
from kam_connector.language import Voice
from kam_connector.model.contact import Profile
from kam_connector.model.facts import AccountFacts

__all__ = ["Ground", "read_ground"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One account as of one day, as far as the journey needs it."""

    facts: AccountFacts
    as_of: date
    settings: KamSettings
    coverage: Decimal | None
    """Percent; None: not known."""
    profiles: Mapping[str, frozenset[Profile]]
    """Of everybody, those who left included."""
    gone: frozenset[str]
    answered: Mapping[str, date]
    """When each of those still there last gave us something."""

    @property
    def say(self) -> Voice:
        """The voice of the installation's language."""
        return self.settings.say

    def name(self, contact_id: str) -> str:
        """Return one of their people's name."""
        return next((one.name for one in self.facts.contacts if one.id == contact_id), contact_id)

    def holders(self, profile: Profile) -> list[str]:
        """Return who holds a profile and is still there."""
        held = {who for who, profiles in self.profiles.items() if profile in profiles}
        return sorted(held - self.gone)

    def last_answer(self, people: Iterable[str]) -> date | None:
        """Return when any of these people last gave us something."""
        return max((self.answered[who] for who in people if who in self.answered), default=None)

    def recent(self, day: date | None, days: int | None = None) -> bool:
        """Tell whether a day lies within the last *days* (the settings' year by default)."""
        span = timedelta(days=self.settings.journey.known_days if days is None else days)
        return day is not None and self.as_of - span <= day <= self.as_of


def read_ground(
    facts: AccountFacts,
    as_of: date,
    *,
    coverage: Decimal | None = None,
    settings: KamSettings | None = None,
) -> Ground:
    """Read *facts* as of the end of a day."""
    now = datetime.combine(as_of, time.max, UTC)
    facts = people_at(facts, as_of)
    contacts = contacts_by_person(facts, now=now)
    gone = frozenset(departures(facts, contacts))
    answers = {
        who: last_two_way(listed, now=now) for who, listed in contacts.items() if who not in gone
    }
    return Ground(
        facts=facts,
        as_of=as_of,
        settings=settings or KamSettings(),
        coverage=coverage,
        profiles=profiles(facts),
        gone=gone,
        answered={who: at.date() for who, at in answers.items() if at},
    )
