"""Signals about moves: a title changed, and many people changes at once as one signal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from kam_connector.kam.signals.findings import finding, graver, voice_of
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.contact import Position, Profile
from kam_connector.model.kind import JsonValue
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["joined_together", "reorganisation", "title_changed"]

_TIE = 20.0
"""A tie of 20 or more is worth news even without a role: above dormant (docs/scores.md)."""
_IMPORT = 5
"""So many people created on one day are an import, not newcomers. Our choice."""


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
    severity, because = graver(situation, Severity.WARNING)
    return [
        finding(
            situation,
            SignalKind.REORGANISATION,
            severity,
            situation.settings.say(
                "{n} people changes between {first} and {last}: a reorganisation",
                n=_people(best),
                first=best[0].on,
                last=best[-1].on,
            ),
            because=because,
            anchor=best[0].on,
            due=best[-1].on + timedelta(days=limits.departure_days),
            evidence={
                "people": list[JsonValue](sorted({move.contact_id for move in best})),
                "changes": [f"{m.on} {m.contact_id} {m.kind}" for m in best],
            },
        )
    ]


def title_changed(situation: Situation) -> list[Signal]:
    """Find people with a role or a tie whose title changed within the last quarter."""
    found = [
        _changed(situation, before, after)
        for posts in _posts(situation).values()
        for before, after in [*pairwise(posts)][-1:]
    ]
    return [signal for signal in found if signal]


def joined_together(situation: Situation, day: date) -> bool:
    """Whether so many people were created on one day that a file brought them, not the market."""
    people = situation.people.values()
    same = sum(p.created_at is not None and p.created_at.date() == day for p in people)
    return same >= _IMPORT


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
        if person.created_at and not joined_together(situation, person.created_at.date())
    ]
    moves += [
        _Move(contact_id=post.contact_id, on=post.from_on, kind="moved")
        for posts in _posts(situation).values()
        for post in posts[1:]
        if post.from_on
    ]
    return [move for move in moves if since <= move.on <= situation.as_of]


def _posts(situation: Situation) -> Mapping[str, list[Position]]:
    """Return each person's posts, the first first."""
    found: dict[str, list[Position]] = {}
    ordered = sorted(situation.facts.positions, key=lambda post: post.from_on or date.min)
    for post in ordered:
        if post.from_on is None or post.from_on <= situation.as_of:
            found.setdefault(post.contact_id, []).append(post)
    return found


def _changed(situation: Situation, before: Position, after: Position) -> Signal | None:
    limits, on, person_id = situation.settings.signals, after.from_on, after.contact_id
    if on is None or (situation.as_of - on).days > limits.title_days:
        return None
    if not (before.title and after.title) or _same(before.title, after.title):
        return None
    if person_id not in situation.people or person_id in situation.departures:
        return None
    values = situation.profiles.get(person_id, frozenset()) - {Profile.OTHER}
    if not values and situation.strength(person_id) < _TIE:
        return None
    say, is_key = voice_of(situation), bool(values & KEY_PROFILES)
    return finding(
        situation,
        SignalKind.TITLE_CHANGED,
        Severity.WARNING if is_key else Severity.INFO,
        say(
            "{person} changed title on {day}: {after}, before {before}",
            person=situation.people[person_id].name,
            day=on,
            after=after.title,
            before=before.title,
        ),
        because=say("a decider or sponsor moves") if is_key else None,
        anchor=on,
        due=on + timedelta(days=limits.title_days),
        contact_id=person_id,
        evidence={"before": before.title, "after": after.title},
    )


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
