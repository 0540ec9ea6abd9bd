"""The ties of one account: strength per contact, together and per colleague."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.cadence import last_two_way
from kam_connector.kam.people import main_profile, profiles
from kam_connector.kam.relationship import Interaction, strength_band
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.tie_sums import Tie, TieSums, tie_contacts
from kam_connector.model.activity import ActivityKind
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import StrengthScore

__all__ = [
    "contacts_by_person",
    "one_decimal",
    "score_contacts",
    "score_pairs",
]

_TENTH = Decimal("0.1")


def contacts_by_person(facts: AccountFacts, *, now: datetime) -> dict[str, list[Interaction]]:
    """Return what happened with each of their people up to *now*."""
    found: dict[str, list[Interaction]] = {person.id: [] for person in facts.contacts}
    for activity in facts.activities:
        if activity.at <= now:
            contact = Interaction.of(activity)
            for contact_id in activity.contact_ids:
                if contact_id in found:
                    found[contact_id].append(contact)
    return found


def score_contacts(
    facts: AccountFacts, *, now: datetime, settings: KamSettings | None = None
) -> dict[str, StrengthScore]:
    """Return how strong our tie is with each contact, all colleagues together."""
    settings = settings or KamSettings()
    by_person = contacts_by_person(facts, now=now)
    sums = _sums(facts, by_person, now=now, settings=settings)
    return {
        person_id: _score(person_id, contacts, sums.value(Tie(person_id, None), now), now=now)
        for person_id, contacts in by_person.items()
    }


def score_pairs(
    facts: AccountFacts, *, now: datetime, settings: KamSettings | None = None
) -> dict[tuple[str, str], StrengthScore]:
    """Return the strength per (contact, colleague) pair that ever was in contact."""
    settings = settings or KamSettings()
    by_person = contacts_by_person(facts, now=now)
    sums = _sums(facts, by_person, now=now, settings=settings)
    pairs: dict[tuple[str, str], list[Interaction]] = {}
    for person_id, contacts in by_person.items():
        for contact in contacts:
            for user_id in contact.user_ids:
                pairs.setdefault((person_id, user_id), []).append(contact)
    return {
        pair: _score(pair[0], contacts, sums.value(Tie(*pair), now), now=now)
        for pair, contacts in pairs.items()
    }


def one_decimal(value: float | Decimal) -> Decimal:
    """Round to one decimal, the same way on every machine."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(value, 9)))
    return exact.quantize(_TENTH, rounding=ROUND_HALF_EVEN)


def _half_lives(facts: AccountFacts, settings: KamSettings) -> Callable[[str], tuple[float, float]]:
    """Return what tells the half-lives of each person's tie."""
    roles, segment = profiles(facts), facts.account.segment

    def of(person_id: str) -> tuple[float, float]:
        profile = main_profile(roles.get(person_id, frozenset()))
        return settings.strength.half_lives(profile, segment)

    return of


def _sums(
    facts: AccountFacts,
    by_person: Mapping[str, Sequence[Interaction]],
    *,
    now: datetime,
    settings: KamSettings,
) -> TieSums:
    """Return the decayed sums of every tie of the account, read in one pass."""
    sums = TieSums(epoch=now, half_lives=_half_lives(facts, settings))
    weights = settings.strength.kind_weights
    for person_id, contacts in by_person.items():
        sums.add(tie_contacts(person_id, contacts, epoch=now, kind_weights=weights))
    return sums


def _score(
    person_id: str, contacts: Sequence[Interaction], strength: float, *, now: datetime
) -> StrengthScore:
    counted = [contact for contact in contacts if contact.counts]
    last = last_two_way(counted, now=now)
    value = one_decimal(strength)
    live = sum(contact.kind is not ActivityKind.EMAIL for contact in counted)
    return StrengthScore(
        contact_id=person_id,
        value=value,
        band=strength_band(float(value), connected=last is not None),
        confidence=_share(1.0 - 2.0 ** (-len(counted) / 4.0)),
        depth=_share(live / len(counted) if counted else 0.0),
        our_people=len({user_id for contact in counted for user_id in contact.user_ids}),
        last_two_way=last.date() if last else None,
    )


def _share(value: float) -> Decimal:
    return Decimal(repr(round(value, 9))).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
