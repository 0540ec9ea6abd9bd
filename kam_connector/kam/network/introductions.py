"""The best way to a contact: who of ours knows them, or knows somebody who can introduce us.

A path is as good as its links: the strength of the tie to whom we know, times what the tie
between the two of theirs is worth. The worths of links are our choice: a person's boss or
mentor opens a door more surely than a former colleague.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_connector.kam.situation import Situation
from kam_connector.kam.ties import one_decimal
from kam_connector.language import Voice, phrase
from kam_connector.model.score import StrengthScore
from kam_connector.model.stakeholder import EdgeKind, PeopleEdge

__all__ = ["Introduction", "introductions"]

_LEAST = Decimal(20)
"""Below a weak tie (docs/scores.md bands) nobody introduces anybody."""
_LINKS: Mapping[EdgeKind, Decimal] = {
    EdgeKind.TRUSTS: Decimal("0.9"),
    EdgeKind.MENTORS: Decimal("0.8"),
    EdgeKind.REPORTS_TO: Decimal("0.7"),
    EdgeKind.INFLUENCES: Decimal("0.7"),
    EdgeKind.DOTTED_LINE: Decimal("0.6"),
    EdgeKind.ALUMNI: Decimal("0.5"),
}
"""Whose word opens a door; nobody introduces somebody they are in conflict with."""
_THROUGH = {
    EdgeKind.TRUSTS: phrase("{user} ({strength}) knows {via}, whom {target} trusts"),
    EdgeKind.MENTORS: phrase("{user} ({strength}) knows {via}, a mentor in {target}'s circle"),
    EdgeKind.REPORTS_TO: phrase("{user} ({strength}) knows {via}, in {target}'s reporting line"),
    EdgeKind.INFLUENCES: phrase("{user} ({strength}) knows {via}, who has {target}'s ear"),
    EdgeKind.DOTTED_LINE: phrase("{user} ({strength}) knows {via}, who works with {target}"),
    EdgeKind.ALUMNI: phrase("{user} ({strength}) knows {via}, a former colleague of {target}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """One way to a contact."""

    contact_id: str
    user_id: str
    via_contact_id: str | None
    """Whom our colleague knows; None: the contact themselves."""
    value: Decimal
    """0 to 100, one decimal: the tie's strength times the links'."""
    reason: str


def introductions(
    situation: Situation,
    pairs: Mapping[tuple[str, str], StrengthScore],
    target: str,
    *,
    without: Set[str] = frozenset(),
    say: Voice | None = None,
) -> tuple[Introduction, ...]:
    """Return the ways to *target*, the best first; each colleague once.

    Args:
        situation: The account, read.
        pairs: Strength by (contact, colleague), from `score_pairs`.
        target: The contact we want to reach.
        without: Colleagues who cannot help: they leave, or ask themselves.
        say: The language of the reasons; the settings' when None.
    """
    speak = say or situation.settings.say
    found = [
        *_direct(situation, pairs, target, without, speak),
        *_through(situation, pairs, target, without, speak),
    ]
    best: dict[str, Introduction] = {}
    for one in sorted(found, key=lambda way: (-way.value, way.user_id, way.via_contact_id or "")):
        best.setdefault(one.user_id, one)
    return tuple(best.values())


def _able(situation: Situation, user_id: str, without: Set[str]) -> bool:
    user = situation.facts.users.get(user_id)
    return user_id not in without and user is not None and user.active


def _direct(
    situation: Situation,
    pairs: Mapping[tuple[str, str], StrengthScore],
    target: str,
    without: Set[str],
    say: Voice,
) -> Iterator[Introduction]:
    for (contact_id, user_id), tie in pairs.items():
        if contact_id == target and tie.value >= _LEAST and _able(situation, user_id, without):
            yield Introduction(
                contact_id=target,
                user_id=user_id,
                via_contact_id=None,
                value=tie.value,
                reason=say(
                    "{user} knows {target} directly ({strength})",
                    user=situation.facts.users[user_id].name,
                    target=situation.people[target].name,
                    strength=tie.value,
                ),
            )


def _through(
    situation: Situation,
    pairs: Mapping[tuple[str, str], StrengthScore],
    target: str,
    without: Set[str],
    say: Voice,
) -> Iterator[Introduction]:
    links = _links(situation, target)
    for (contact_id, user_id), tie in pairs.items():
        link = links.get(contact_id)
        known = contact_id in situation.people and contact_id not in situation.departures
        if link is None or tie.value < _LEAST or not known:
            continue
        if _able(situation, user_id, without):
            kind, worth = link
            yield Introduction(
                contact_id=target,
                user_id=user_id,
                via_contact_id=contact_id,
                value=one_decimal(tie.value * worth),
                reason=say(
                    _THROUGH[kind],
                    user=situation.facts.users[user_id].name,
                    strength=tie.value,
                    via=situation.people[contact_id].name,
                    target=situation.people[target].name,
                ),
            )


def _links(situation: Situation, target: str) -> dict[str, tuple[EdgeKind, Decimal]]:
    """Return who stands beside *target*, with the surest link to each."""
    found: dict[str, tuple[EdgeKind, Decimal]] = {}
    for other, kind, worth in _neighbours(situation, target):
        if worth > found.get(other, (kind, Decimal(0)))[1]:
            found[other] = (kind, worth)
    return found


def _neighbours(situation: Situation, target: str) -> Iterator[tuple[str, EdgeKind, Decimal]]:
    for person in situation.people.values():
        if person.manager_id and target in (person.id, person.manager_id):
            other = person.manager_id if person.id == target else person.id
            yield other, EdgeKind.REPORTS_TO, _LINKS[EdgeKind.REPORTS_TO]
    for edge in _holding(situation.facts.kept.of(PeopleEdge), situation.as_of):
        ends = (edge.from_contact_id, edge.to_contact_id)
        if target in ends and edge.kind in _LINKS:
            other = ends[1] if ends[0] == target else ends[0]
            yield other, edge.kind, _LINKS[edge.kind] * Decimal(edge.strength) / 5


def _holding(edges: Iterable[PeopleEdge], day: date) -> Iterator[PeopleEdge]:
    for edge in edges:
        begun = edge.from_on is None or edge.from_on <= day
        if edge.holds_on(day) and begun and (edge.to_on is None or day <= edge.to_on):
            yield edge
