"""Whom to see next: influence times the distance from where we want to be (S2.21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_connector.kam.ledger import exact_tenths, ledger_sum
from kam_connector.language import Voice
from kam_connector.model.account_team import RelationshipLevel
from kam_connector.model.contact import Profile
from kam_connector.model.score import Contribution
from kam_connector.model.stakeholder import Seniority, Support

__all__ = ["PRIORITY_VERSION", "Priority", "Standing", "contact_priority"]

PRIORITY_VERSION = "1"
_WEIGHTS = {"support": "0.4", "strength": "0.3", "rhythm": "0.2", "engagement": "0.1"}
"""Our choice: where somebody stands weighs most (S2.21 names it first after influence), then
the tie we can build, then that we keep our rhythm; engagement follows from these."""
_LEAST_KNOWN = Decimal("0.5")
"""Below half of the weight known: insufficient data, as for health."""
_RANKS = {
    Seniority.C_LEVEL: 5,
    Seniority.VP: 4,
    Seniority.DIRECTOR: 4,
    Seniority.MANAGER: 3,
    Seniority.INDIVIDUAL: 2,
}
"""Influence taken from the title until somebody says it. Our choice: formal power only."""
_SUPPORT = {one: place for place, one in enumerate(reversed(Support))}
_KEY = frozenset({Profile.ECONOMIC_DECIDER, Profile.INTERNAL_SPONSOR})
_WANTED = {
    RelationshipLevel.VENDOR: 20,
    RelationshipLevel.CREDIBLE_SOURCE: 40,
    RelationshipLevel.PROBLEM_SOLVER: 60,
    RelationshipLevel.TRUSTED_ADVISOR: 80,
}
"""Strength of each level: the floors of the bands of docs/scores.md, level by level."""
_WANTED_ENGAGEMENT = 4
"""Of 5. Our choice: five is a colleague, four takes part unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one contact; None: not known, which never counts as zero."""

    profile: Profile | None = None
    influence: int | None = None
    rank: Seniority = Seniority.UNKNOWN
    support: Support | None = None
    engagement: int | None = None
    desired: RelationshipLevel | None = None
    strength: Decimal | None = None
    last_two_way: date | None = None
    cadence_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """How much a meeting would matter, 0 to 100; None: too little is known to say."""

    value: Decimal | None
    ledger: tuple[Contribution, ...]
    """Sums to the value; lines without a reading say what is not known."""
    known: Decimal
    """Share of the weight that is known, 0 to 1."""
    influence: int | None
    influence_told: bool
    """Said by a person; else read from the title."""
    rule_version: str = PRIORITY_VERSION

    @property
    def reasons(self) -> list[str]:
        """What counts, heaviest first."""
        counted = [line for line in self.ledger if line.points > 0]
        return [line.reason for line in sorted(counted, key=lambda one: (-one.points, one.key))]


def contact_priority(standing: Standing, *, as_of: date, say: Voice) -> Priority:
    """Return how much it matters to see somebody next, with its reasons."""
    told = standing.influence is not None
    influence = standing.influence if told else _RANKS.get(standing.rank)
    gaps = {
        "support": _support(standing, say),
        "strength": _strength(standing, say),
        "rhythm": _rhythm(standing, as_of, say),
        "engagement": _engagement(standing, say),
    }
    weights = {key: Decimal(weight) for key, weight in _WEIGHTS.items()}
    known = sum((weights[key] for key, (gap, _) in gaps.items() if gap is not None), Decimal(0))
    enough = influence is not None and known >= _LEAST_KNOWN
    ledger = _ledger(gaps, weights, known, influence or 0) if enough else _unscored(gaps)
    return Priority(
        value=ledger_sum(ledger) if enough else None,
        ledger=ledger,
        known=known,
        influence=influence,
        influence_told=told,
    )


_Gap = tuple[Decimal | None, str]
"""Distance from what we want, 0 to 1, with its words."""


def _ledger(
    gaps: Mapping[str, _Gap], weights: Mapping[str, Decimal], known: Decimal, influence: int
) -> tuple[Contribution, ...]:
    power = Decimal(influence) / 5
    parts = {
        key: 100 * power * weights[key] / known * gap
        for key, (gap, _) in gaps.items()
        if gap is not None
    }
    points = exact_tenths(parts)
    return tuple(
        Contribution(
            key=f"priority.{key}",
            points=points.get(key, Decimal(0)),
            weight=weights[key] / known if gap is not None else Decimal(0),
            reading=None if gap is None else 100 * gap,
            reason=words,
        )
        for key, (gap, words) in gaps.items()
    )


def _unscored(gaps: Mapping[str, _Gap]) -> tuple[Contribution, ...]:
    return tuple(
        Contribution(
            key=f"priority.{key}",
            points=Decimal(0),
            weight=Decimal(0),
            reading=None if gap is None else 100 * gap,
            reason=words,
        )
        for key, (gap, words) in gaps.items()
    )


def _support(standing: Standing, say: Voice) -> _Gap:
    if standing.support is None:
        return None, say("support is not known")
    wanted = Support.PROMOTER if standing.profile in _KEY else Support.FAVOURABLE
    gap = Decimal(max(0, _SUPPORT[wanted] - _SUPPORT[standing.support])) / 4
    words = say("support {support}, wanted {wanted}", support=standing.support, wanted=wanted)
    return gap, words


def _strength(standing: Standing, say: Voice) -> _Gap:
    if standing.strength is None:
        return None, say("strength of the tie is not known")
    wanted = Decimal(60 if standing.profile in _KEY else 40)
    """Strong for those who decide and carry, developing for the others: the thresholds of
    role coverage (docs/scores.md)."""
    if standing.desired is not None:
        wanted = Decimal(_WANTED[standing.desired])
    gap = max(Decimal(0), wanted - standing.strength) / wanted
    return gap, say("strength {now}, wanted {wanted}", now=standing.strength, wanted=wanted)


def _rhythm(standing: Standing, as_of: date, say: Voice) -> _Gap:
    if standing.strength is None or not standing.cadence_days:
        return None, say("last contact is not known")
    every = standing.cadence_days
    if standing.last_two_way is None:
        return Decimal(1), say("no exchange recorded, one every {days} days wanted", days=every)
    days = max(0, (as_of - standing.last_two_way).days)
    late = min(max(Decimal(days) / every - 1, Decimal(0)), Decimal(1))
    """On time until the cadence has passed, fully late at twice. Our choice."""
    words = say("last exchange {ago} days ago, one every {days} days wanted", ago=days, days=every)
    return late, words


def _engagement(standing: Standing, say: Voice) -> _Gap:
    if standing.engagement is None:
        return None, say("engagement is not known")
    gap = Decimal(max(0, _WANTED_ENGAGEMENT - standing.engagement)) / _WANTED_ENGAGEMENT
    words = say("engagement {now} of 5, wanted {wanted}", now=standing.engagement,
                wanted=_WANTED_ENGAGEMENT)  # fmt: skip
    return gap, words
