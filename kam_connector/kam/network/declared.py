"""What people say of a tie against what is seen of it: the gap is news in itself.

Typed judgements decay unseen (an integrator met two buying roles on a million contacts), and
records show only what was recorded: so neither is taken for the truth, the gap is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

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
_SLACK = Decimal(20)
"""One band of grace: people know more than mail does. Our choice."""
_STRONG = Decimal(60)


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
    observed: Decimal
    points: Decimal
    """How far apart, in points of strength."""
    reason: str


def declared_gaps(situation: Situation) -> tuple[DeclaredGap, ...]:
    """Return the gaps of an account, the widest first.

    Nothing is challenged while too little of our contact is recorded, nor of people who
    left: missing data is no silence.
    """
    found = [*_challenges(situation), *_suggestions(situation)]
    return tuple(sorted(found, key=lambda one: (-one.points, one.contact_id)))


def _challenges(situation: Situation) -> Iterator[DeclaredGap]:
    if not situation.recorded.readable:
        return
    there = set(situation.present())
    say = situation.settings.say
    for said in situation.facts.kept.of(ContactCoverage):
        if said.contact_id not in there or said.declared is None:
            continue
        observed = situation.strengths[said.contact_id].value
        points = _FLOORS[said.declared] - observed
        if points >= _SLACK:
            yield DeclaredGap(
                contact_id=said.contact_id,
                kind=GapKind.CHALLENGE,
                declared=said.declared,
                declared_by=said.declared_by or said.user_id,
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
                observed=observed,
                points=observed,
                reason=situation.settings.say(
                    "{person}: a strong tie ({observed} of 100), and nobody has said their role",
                    person=situation.people[person_id].name,
                    observed=observed,
                ),
            )
