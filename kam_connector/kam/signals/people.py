"""Signals about people: somebody new decides, somebody left, many moved at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kam_connector.kam.cadence import last_two_way
from kam_connector.kam.people import Cue
from kam_connector.kam.signals.findings import finding, near_renewal, role_words
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.contact import Position, Profile
from kam_connector.model.kind import JsonValue
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["contact_left", "new_decision_maker", "reorganisation"]

_TIE = 20.0
"""A tie of 20 or more is worth news even without a role: above dormant (docs/scores.md)."""
_IMPORT = 5
"""So many people created on one day are an import, not newcomers. Our choice."""
_CUES = {
    Cue.LEFT: "left on {on}",
    Cue.BOUNCED: "seems to have left: mail came back on {on}",
    Cue.DELETED: "seems to have left: the record was deleted on {on}",
    Cue.MARKED: "is marked in the CRM as gone",
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
    found = (_departure(situation, person_id) for person_id in situation.departures)
    return [signal for signal in found if signal]


def reorganisation(situation: Situation) -> list[Signal]:
    """Find five or more people changes within seven days: one signal, not five.

    Newcomers alone are no reorganisation (they may be an import): two people at least
    must have left or moved.
    """
    limits = situation.settings.signals
    moves = sorted(_moves(situation), key=lambda move: (move.on, move.contact_id))
    span = timedelta(days=limits.reorganisation_days - 1)
    windows = [[m for m in moves if first.on <= m.on <= first.on + span] for first in moves]
    best = max(windows, key=_people, default=[])
    leavers = {move.contact_id for move in best if move.kind != "joined"}
    if _people(best) < limits.reorganisation_people or len(leavers) < 2:
        return []
    critical = near_renewal(situation, limits.renewal_close_days)
    return [
        finding(
            situation,
            SignalKind.REORGANISATION,
            Severity.CRITICAL if critical else Severity.WARNING,
            f"{_people(best)} people changes between {best[0].on} and {best[-1].on}: "
            "a reorganisation",
            anchor=best[0].on,
            evidence={
                "people": list[JsonValue](sorted({move.contact_id for move in best})),
                "changes": [f"{m.on} {m.contact_id} {m.kind}" for m in best],
            },
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    contact_id: str
    on: date
    kind: str
    """joined, left or moved."""


def _people(moves: Iterable[_Move]) -> int:
    return len({move.contact_id for move in moves})


def _moves(situation: Situation) -> list[_Move]:
    since = situation.as_of - timedelta(days=situation.settings.signals.departure_days)
    moves = [
        _Move(contact_id=person_id, on=departure.on, kind="left")
        for person_id, departure in situation.departures.items()
        if departure.on
    ]
    moves += [
        _Move(contact_id=person.id, on=person.created_at.date(), kind="joined")
        for person in situation.people.values()
        if person.created_at and _same_day(situation, person.created_at.date()) < _IMPORT
    ]
    first = _first_posts(situation)
    moves += [
        _Move(contact_id=post.contact_id, on=post.from_on, kind="moved")
        for post in situation.facts.positions
        if post.from_on and post is not first[post.contact_id]
    ]
    return [move for move in moves if since <= move.on <= situation.as_of]


def _first_posts(situation: Situation) -> dict[str, Position]:
    ordered = sorted(situation.facts.positions, key=lambda post: post.from_on or date.min)
    return {post.contact_id: post for post in reversed(ordered)}


def _newcomer(situation: Situation, person_id: str) -> Signal | None:
    limits, person = situation.settings.signals, situation.people[person_id]
    if person.created_at is None or last_two_way(situation.contacts[person_id], now=situation.now):
        return None
    known_since = person.created_at.date()
    if not 0 <= (situation.as_of - known_since).days <= limits.newcomer_days:
        return None
    if _same_day(situation, known_since) >= _IMPORT:
        return None
    severity = Severity.WARNING
    if near_renewal(situation, limits.renewal_close_days):
        severity = Severity.CRITICAL
    return finding(
        situation,
        SignalKind.NEW_DECISION_MAKER,
        severity,
        f"{person.name} ({role_words(situation, person_id)}) decides since {known_since}; "
        "no contact with them is recorded",
        anchor=known_since,
        contact_id=person_id,
        evidence={"known_since": known_since.isoformat()},
    )


def _same_day(situation: Situation, day: date) -> int:
    people = situation.people.values()
    return sum(p.created_at is not None and p.created_at.date() == day for p in people)


def _departure(situation: Situation, person_id: str) -> Signal | None:
    limits, departure = situation.settings.signals, situation.departures[person_id]
    if departure.on and (situation.as_of - departure.on).days > limits.departure_days:
        return None
    values = situation.profiles.get(person_id, frozenset()) - {Profile.OTHER}
    if not values and situation.strength(person_id) < _TIE:
        return None
    severity = Severity.WARNING if values else Severity.INFO
    if values & KEY_PROFILES and near_renewal(situation, limits.renewal_steps_days[0]):
        severity = Severity.CRITICAL
    name, words = situation.people[person_id].name, role_words(situation, person_id)
    return finding(
        situation,
        SignalKind.CONTACT_LEFT,
        severity,
        f"{name} ({words}) {_CUES[departure.cue].format(on=departure.on)}{_renewal(situation)}",
        anchor=departure.on,
        contact_id=person_id,
        evidence={"cue": departure.cue.value},
    )


def _renewal(situation: Situation) -> str:
    if situation.renewal is None or situation.renewal.opens > situation.as_of:
        return ""
    return f"; the renewal is due on {situation.renewal.decision}"
