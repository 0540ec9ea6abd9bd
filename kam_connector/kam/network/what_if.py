"""What falls when somebody goes: of theirs or of ours, tried on a copy of the facts.

The same rules judge the account with and without them, so that the difference is the rules'
own, line by line; nothing is estimated apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from kam_connector.kam.account_tie import relationship_score
from kam_connector.kam.coverage import Coverage, GoalStage, account_coverage
from kam_connector.kam.health.verdict import bare_health
from kam_connector.kam.network.introductions import Introduction, introductions
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.kam.ties import score_pairs
from kam_connector.model.activity import Activity
from kam_connector.model.contact import Contact, Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import StrengthScore

__all__ = [
    "Fall",
    "FallenGoal",
    "OnlyTie",
    "bus_factor",
    "facts_without",
    "only_ties",
    "what_falls",
]

_DEVELOPING = Decimal(40)
"""A tie worth losing (docs/scores.md bands)."""
_TARGET = 50.0
"""Coverage below half of the role goals is an account at risk. Our choice."""
_MOST_TRIED = 3
"""An account that needs more departures than this to fall is safe enough to count no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallenGoal:
    """A role goal that is further away without them."""

    profile: Profile
    before: GoalStage
    after: GoalStage


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyTie:
    """A contact whom only the one who goes knows well, with the best way back."""

    contact_id: str
    user_id: str
    strength: Decimal
    ways: tuple[Introduction, ...]
    """Who of the others could introduce somebody, the best first; empty: nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """An account with and without some people."""

    coverage: tuple[float | None, float | None]
    """Percent before and after."""
    threads: tuple[float, float]
    relationship: tuple[Decimal | None, Decimal | None]
    health: tuple[Decimal | None, Decimal | None]
    goals: tuple[FallenGoal, ...]
    only_ties: tuple[OnlyTie, ...]


def what_falls(
    situation: Situation, *, contacts: Set[str] = frozenset(), users: Set[str] = frozenset()
) -> Fall:
    """Return what falls when *contacts* of theirs and *users* of ours go today."""
    facts = facts_without(situation.facts, situation, contacts=contacts, users=users)
    after = read_situation(
        facts, as_of=situation.as_of, now=situation.now, settings=situation.settings
    )
    had, has = account_coverage(situation), account_coverage(after)
    return Fall(
        coverage=(had.percent, has.percent),
        threads=(had.threads, has.threads),
        relationship=(relationship_score(situation).value, relationship_score(after).value),
        health=(bare_health(situation).value, bare_health(after).value),
        goals=_fallen(had, has),
        only_ties=only_ties(situation, users),
    )


def facts_without(
    facts: AccountFacts, situation: Situation, *, contacts: Set[str], users: Set[str]
) -> AccountFacts:
    """Return the facts as they would be had these people gone today.

    Of theirs, they have left. Of ours, what they took part in alone no longer ties anybody
    to us; where a colleague took part too, the tie stays with the colleague.
    """
    return replace(
        facts,
        contacts=tuple(_left(one, situation, contacts) for one in facts.contacts),
        activities=tuple(_shared(facts.activities, users)),
        team=tuple(one for one in facts.team if one.user_id not in users),
    )


def only_ties(situation: Situation, users: Set[str]) -> tuple[OnlyTie, ...]:
    """Return the contacts whom of ours only *users* know well, the strongest tie first."""
    pairs = score_pairs(situation.facts, now=situation.now, settings=situation.settings)
    known_by: dict[str, dict[str, StrengthScore]] = {}
    for (contact_id, user_id), tie in pairs.items():
        if tie.value >= _DEVELOPING and contact_id not in situation.departures:
            known_by.setdefault(contact_id, {})[user_id] = tie
    found = [
        _only_tie(situation, pairs, contact_id, ties, users)
        for contact_id, ties in known_by.items()
        if set(ties) <= users
    ]
    return tuple(sorted(found, key=lambda one: (-one.strength, one.contact_id)))


def bus_factor(situation: Situation, *, target: float = _TARGET) -> int | None:
    """Return the fewest departures of theirs that push coverage below *target* percent.

    None: no three departures do, or coverage is not known. 0: it is below already.
    """
    percent = account_coverage(situation).percent
    if percent is None:
        return None
    if percent < target:
        return 0
    able = [person for person in situation.present() if _has_role(situation, person)]
    able.sort(key=lambda person: (-situation.strength(person), person))
    for count in range(1, min(_MOST_TRIED, len(able)) + 1):
        for gone in combinations(able, count):
            if (_covered_without(situation, set(gone)) or 0.0) < target:
                return count
    return None


def _covered_without(situation: Situation, gone: Set[str]) -> float | None:
    people = {id_: one for id_, one in situation.people.items() if id_ not in gone}
    return account_coverage(replace(situation, people=people)).percent


def _has_role(situation: Situation, person_id: str) -> bool:
    return bool(situation.profiles.get(person_id, frozenset()) - {Profile.OTHER})


def _only_tie(
    situation: Situation,
    pairs: Mapping[tuple[str, str], StrengthScore],
    contact_id: str,
    ties: Mapping[str, StrengthScore],
    users: Set[str],
) -> OnlyTie:
    user_id = max(ties, key=lambda one: (ties[one].value, one))
    return OnlyTie(
        contact_id=contact_id,
        user_id=user_id,
        strength=ties[user_id].value,
        ways=introductions(situation, pairs, contact_id, without=users),
    )


def _left(one: Contact, situation: Situation, gone: Set[str]) -> Contact:
    return replace(one, left_at=one.left_at or situation.now) if one.id in gone else one


def _shared(activities: Iterable[Activity], gone: Set[str]) -> Iterable[Activity]:
    for one in activities:
        others = tuple(user for user in one.user_ids if user not in gone)
        if others or not one.user_ids:
            yield one if len(others) == len(one.user_ids) else replace(one, user_ids=others)


def _fallen(before: Coverage, after: Coverage) -> tuple[FallenGoal, ...]:
    now = {goal.profile: goal.stage for goal in after.goals}
    return tuple(
        FallenGoal(profile=goal.profile, before=goal.stage, after=now[goal.profile])
        for goal in before.goals
        if now[goal.profile] < goal.stage
    )
