"""What a plan does about its SWOT, its risks and its work: links, matrix, and what is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kam_connector.kam.settings.plan import PlanSettings
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan import Action, ActionState, ObjectiveStatus
from kam_connector.model.plan_content import Risk, RiskState, SwotItem, SwotQuadrant

__all__ = [
    "RiskCell",
    "open_risks",
    "overdue_actions",
    "risk_matrix",
    "risk_score",
    "risks_to_review",
    "unanswered_swot",
    "unmitigated_risks",
]

_ADVERSE = (SwotQuadrant.WEAKNESS, SwotQuadrant.THREAT)
_UNFINISHED = (ActionState.OPEN, ActionState.WAITING)


def unanswered_swot(facts: AccountFacts) -> list[SwotItem]:
    """Return weaknesses and threats that no living objective answers, the gravest first."""
    alive = {one.id for one in facts.objectives if one.status is not ObjectiveStatus.CLOSED}
    found = [
        one
        for one in facts.kept.of(SwotItem)
        if one.account_id == facts.account.id
        and one.quadrant in _ADVERSE
        and one.objective_id not in alive
    ]
    return sorted(found, key=lambda one: (-one.impact * (one.likelihood or 5), one.text, one.id))


def risk_score(risk: Risk) -> int:
    """Return probability times impact, 1 to 25."""
    return risk.probability * risk.impact


def open_risks(facts: AccountFacts) -> list[Risk]:
    """Return the risks that are not closed, those that happened and the gravest first."""
    mine = [one for one in facts.kept.of(Risk) if one.account_id == facts.account.id]
    living = [one for one in mine if one.state is not RiskState.CLOSED]
    return sorted(
        living,
        key=lambda one: (one.state is RiskState.OPEN, -risk_score(one), one.text, one.id),
    )


def unmitigated_risks(facts: AccountFacts, settings: PlanSettings | None = None) -> list[Risk]:
    """Return grave risks that lack a mitigation, a trigger or an owner, the gravest first."""
    strong = (settings or PlanSettings()).strong_risk
    return [
        one
        for one in open_risks(facts)
        if risk_score(one) >= strong and not (one.mitigation and one.trigger and one.owner_id)
    ]


def risks_to_review(facts: AccountFacts, *, as_of: date) -> list[Risk]:
    """Return the risks whose review is overdue."""
    return [one for one in open_risks(facts) if one.review_on and one.review_on < as_of]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCell:
    """One field of the five-by-five matrix."""

    probability: int
    impact: int
    risks: tuple[Risk, ...]


def risk_matrix(risks: Iterable[Risk]) -> list[RiskCell]:
    """Return all 25 fields, the most probable row first, the lightest impact left."""
    listed = list(risks)
    return [
        RiskCell(
            probability=probability,
            impact=impact,
            risks=tuple(
                one for one in listed if (one.probability, one.impact) == (probability, impact)
            ),
        )
        for probability in range(5, 0, -1)
        for impact in range(1, 6)
    ]


def overdue_actions(facts: AccountFacts, as_of: date) -> list[Action]:
    """Return unfinished actions whose day has passed, the longest overdue first."""
    late = [one for one in facts.actions if one.state in _UNFINISHED and one.due < as_of]
    return sorted(late, key=lambda one: (one.due, one.title, one.id))
