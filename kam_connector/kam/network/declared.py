"""What people say of a tie against what is seen of it: the gap is news in itself.

Typed judgements decay unseen (an integrator met two buying roles on a million contacts), and
records show only what was recorded: so neither is taken for the truth, the gap is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.cadence import last_two_way
from kam_connector.kam.situation import Situation
from kam_connector.model.account_team import ContactCoverage, RelationshipLevel
from kam_connector.model.stakeholder import Stakeholder, Support

__all__ = ["DeclaredGap", "GapKind", "declared_gaps"]

_FLOORS = {
    RelationshipLevel.VENDOR: Decimal(0),
    RelationshipLevel.CREDIBLE_SOURCE: Decimal(20),
    RelationshipLevel.PROBLEM_SOLVER: Decimal(40),
    RelationshipLevel.TRUSTED_ADVISOR: Decimal(60),
}
"""Strength that goes with a level: the bands weak, developing and strong (docs/scores.md);
four levels beside five bands are our choice."""
_STRONG = Decimal(60)
"""A strong tie (docs/scores.md)."""


class GapKind(StrEnum):
    """Which of the two says more."""

    CHALLENGE = "challenge"
    """Declared far above what is seen."""
    SUGGEST = "suggest"
    """Seen strong, and nobody has said anything of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredGap:
    """One contact whose declared and observed ties differ."""

    contact_id: str
    kind: GapKind
    declared: RelationshipLevel | Support | None
    declared_by: str | None
    declared_on: date | None
    observed: Decimal
    points: Decimal
    """How far apart, in points of strength."""
    reason: str


def declared_gaps(situation: Situation) -> tuple[DeclaredGap, ...]:
    """Return the gaps of an account, the widest first.

    Nothing is challenged while too little of our contact is recorded, nor of people who
    left, nor of whoever is met at their profile's rhythm: missing data is no silence, and
    an executive met each quarter is no fading tie.
    """
    found = [*_challenges(situation), *_suggestions(situation)]
    return tuple(sorted(found, key=lambda one: (-one.points, one.contact_id)))


def _challenges(situation: Situation) -> Iterator[DeclaredGap]:
    if not situation.recorded.silence_means:
        return
    there = set(situation.present())
    say, grace = situation.settings.say, Decimal(repr(situation.settings.signals.gap_points))
    for said in situation.facts.kept.of(ContactCoverage):
        if said.contact_id not in there or said.declared is None:
            continue
        observed = situation.strengths[said.contact_id].value
        points = _FLOORS[said.declared] - observed
        if points >= grace and not _in_rhythm(situation, said.contact_id):
            yield DeclaredGap(
                contact_id=said.contact_id,
                kind=GapKind.CHALLENGE,
                declared=said.declared,
                declared_by=said.declared_by or said.user_id,
                declared_on=said.declared_on,
                observed=observed,
                points=points,
                reason=say(
                    "{person}: said to be {level}, seen {observed} of 100",
                    person=situation.people[said.contact_id].name,
                    level=said.declared,
                    observed=observed,
                ),
            )


def _suggestions(situation: Situation) -> Iterator[DeclaredGap]:
    told = {one.contact_id for one in situation.facts.kept.of(ContactCoverage)}
    told |= {one.contact_id for one in situation.facts.kept.of(Stakeholder)}
    told |= set(situation.profiles)
    for person_id in situation.present():
        observed = situation.strengths[person_id].value
        if person_id not in told and observed >= _STRONG:
            yield DeclaredGap(
                contact_id=person_id,
                kind=GapKind.SUGGEST,
                declared=None,
                declared_by=None,
                declared_on=None,
                observed=observed,
                points=observed,
                reason=situation.settings.say(
                    "{person}: a strong tie ({observed} of 100), and nobody has said their role",
                    person=situation.people[person_id].name,
                    observed=observed,
                ),
            )


def _in_rhythm(situation: Situation, person_id: str) -> bool:
    """Whether a person gave us something within the time their profile may go without."""
    last = last_two_way(situation.contacts[person_id], now=situation.now)
    cadence = situation.settings.strength.cadence_days[situation.profile(person_id)]
    allowed = situation.settings.signals.silence_slack * cadence
    return last is not None and (situation.as_of - last.date()).days <= allowed
