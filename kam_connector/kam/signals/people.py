"""Signals about single people: somebody new decides, somebody left."""

from __future__ import annotations

from datetime import timedelta

from kam_connector.kam.cadence import last_two_way
from kam_connector.kam.people import Cue, Departure
from kam_connector.kam.signals.findings import finding, graver, role_words, voice_of
from kam_connector.kam.signals.moves import joined_together
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.language import phrase
from kam_connector.model.contact import Profile
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["contact_left", "new_decision_maker"]

_TIE = 20.0
"""A tie of 20 or more is worth news even without a role: above dormant (docs/scores.md)."""
_CUES = {
    Cue.LEFT: phrase("{person} ({role}) left on {day}"),
    Cue.BOUNCED: phrase("{person} ({role}) seems to have left: mail came back on {day}"),
    Cue.DELETED: phrase("{person} ({role}) seems to have left: the record was deleted on {day}"),
    Cue.MARKED: phrase("{person} ({role}) is marked in the CRM as gone"),
}


def new_decision_maker(situation: Situation) -> list[Signal]:
    """Find deciders who are new and with whom no contact is recorded."""
    return [
        found
        for person_id in situation.present()
        if Profile.ECONOMIC_DECIDER in situation.profiles.get(person_id, frozenset())
        and (found := _newcomer(situation, person_id))
    ]


def contact_left(situation: Situation) -> list[Signal]:
    """Find people with a role or a tie who left within the last half year."""
    found = (_departure(situation, departure) for departure in situation.departures.values())
    return [signal for signal in found if signal]


def _newcomer(situation: Situation, person_id: str) -> Signal | None:
    limits, person = situation.settings.signals, situation.people[person_id]
    if person.created_at is None or last_two_way(situation.contacts[person_id], now=situation.now):
        return None
    known_since = person.created_at.date()
    if not 0 <= (situation.as_of - known_since).days <= limits.newcomer_days:
        return None
    if joined_together(situation, known_since):
        return None
    severity, because = graver(situation, Severity.WARNING)
    return finding(
        situation,
        SignalKind.NEW_DECISION_MAKER,
        severity,
        situation.settings.say(
            "{person} ({role}) decides since {day}; no contact with them is recorded",
            person=person.name,
            role=role_words(situation, person_id),
            day=known_since,
        ),
        because=because,
        anchor=known_since,
        due=known_since + timedelta(days=limits.newcomer_days),
        contact_id=person_id,
        evidence={"known_since": known_since.isoformat()},
    )


def _departure(situation: Situation, departure: Departure) -> Signal | None:
    limits, person_id = situation.settings.signals, departure.contact_id
    if departure.on and (situation.as_of - departure.on).days > limits.departure_days:
        return None
    values = situation.profiles.get(person_id, frozenset()) - {Profile.OTHER}
    if not values and situation.strength(person_id) < _TIE:
        return None
    severity, because = Severity.WARNING if values else Severity.INFO, None
    if values & KEY_PROFILES:
        severity, because = graver(situation, severity, limits.renewal_steps_days[0])
    say = voice_of(situation)
    said = say(
        _CUES[departure.cue],
        person=situation.people[person_id].name,
        role=role_words(situation, person_id),
        day=departure.on,
    )
    if situation.renewal is not None and situation.renewal.opens <= situation.as_of:
        day = situation.renewal.decision
        said = say("{said}; the renewal is due on {day}", said=said, day=day)
    until = departure.on + timedelta(days=limits.departure_days) if departure.on else None
    return finding(
        situation,
        SignalKind.CONTACT_LEFT,
        severity,
        said,
        because=because,
        anchor=departure.on,
        due=until,
        contact_id=person_id,
        evidence={"cue": departure.cue.value},
    )
