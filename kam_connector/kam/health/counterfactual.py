"""What one reply would change: the best single next step, found by trying each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kam_connector.kam.cadence import last_two_way
from kam_connector.kam.relationship import Interaction, relationship_strength
from kam_connector.kam.situation import Situation
from kam_connector.kam.ties import one_decimal
from kam_connector.model.activity import ActivityKind, Direction
from kam_connector.model.contact import Profile
from kam_connector.model.score import Counterfactual

__all__ = ["best_reply"]

_ZERO = Decimal(0)


def best_reply(
    situation: Situation,
    value: Decimal | None,
    value_of: Callable[[Situation], Decimal | None],
) -> Counterfactual | None:
    """Return whose mail today would add most to *value*, or None when nobody's would.

    Tried: everybody with a role who is still there and out of contact for longer than
    their profile's cadence.
    """
    if value is None:
        return None
    gains = [
        (value_of(_with_reply(situation, person)) or _ZERO, person)
        for person in situation.present()
        if _out_of_contact(situation, person)
    ]
    best, person = max(gains, default=(_ZERO, ""))
    if best <= value:
        return None
    return Counterfactual(
        what=situation.settings.say("a reply from {person}", person=situation.people[person].name),
        points=best - value,
        contact_id=person,
    )


def _out_of_contact(situation: Situation, person_id: str) -> bool:
    profile = situation.profile(person_id)
    if profile is Profile.OTHER:
        return False
    last = last_two_way(situation.contacts[person_id], now=situation.now)
    cadence = situation.settings.strength.cadence_days.get(profile, 30)
    return last is None or (situation.now - last).days > cadence


def _with_reply(situation: Situation, person_id: str) -> Situation:
    reply = Interaction(at=situation.now, kind=ActivityKind.EMAIL, direction=Direction.INBOUND)
    contacts = [*situation.contacts[person_id], reply]
    strength = relationship_strength(
        contacts,
        now=situation.now,
        half_lives_days=situation.half_lives(person_id),
        kind_weights=situation.settings.strength.kind_weights,
    )
    held = situation.strengths[person_id]
    changed = replace(held, value=one_decimal(strength), last_two_way=situation.as_of)
    return replace(
        situation,
        contacts={**situation.contacts, person_id: contacts},
        strengths={**situation.strengths, person_id: changed},
    )
