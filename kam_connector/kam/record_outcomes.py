"""What a night says about people, opportunities and tasks, as flat values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from kam_connector.kam.coverage import Coverage, GoalStage
from kam_connector.kam.decimals import number
from kam_connector.kam.judgements import judgements_on
from kam_connector.kam.signals.business import stalled_since
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.contact import Profile
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["contact_outcomes", "opportunity_outcomes", "task_outcomes"]

_CLOSING_DAYS = 90
"""An opportunity this near its close needs a sponsor. Our choice: as for renewals."""
_TASK_STATUS = {
    ActionState.OPEN: "open",
    ActionState.DONE: "done",
    ActionState.WITHDRAWN: "withdrawn",
    ActionState.EXPIRED: "withdrawn",
}


def contact_outcomes(situation: Situation) -> list[Outcome]:
    """Return role and strength of everybody with a role or any recorded contact.

    A record that the CRM deleted is written no more.
    """
    said = judgements_on(situation.facts.kept.of(Stakeholder), situation.as_of)
    return [
        _contact(situation, person_id, said.get(person_id))
        for person_id, person in situation.people.items()
        if person.deleted_at is None
        and (situation.profiles.get(person_id) or situation.contacts[person_id])
    ]


def opportunity_outcomes(
    situation: Situation,
    coverage: Coverage,
    belongs: Callable[[Opportunity], tuple[bool, str]],
) -> list[Outcome]:
    """Return what we say about each open opportunity.

    Args:
        situation: The account, read.
        coverage: Of those who are still there.
        belongs: Whether an opportunity is in the account's plan, and why.
    """
    return [
        _opportunity(situation, coverage, deal, belongs(deal))
        for deal in situation.facts.opportunities
        if not deal.closed
    ]


def _opportunity(
    situation: Situation, coverage: Coverage, deal: Opportunity, planned: tuple[bool, str]
) -> Outcome:
    belongs, why = planned
    return Outcome(
        kind=Kind.OPPORTUNITY,
        id=deal.id,
        values={"in_plan": belongs, "risk": _risk(situation, coverage, deal)},
        reasons={"in_plan": why},
    )


def task_outcomes(actions: Iterable[Action]) -> list[Outcome]:
    """Return the task each action should be; waiting ones make none.

    A status other than ``open`` speaks of a task that exists: it never makes one.
    """
    return [
        Outcome(
            kind=Kind.TASK,
            id=action.id,
            values={
                "key": action.id,
                "title": action.title,
                "reason": action.reason,
                "due": action.due.isoformat(),
                "account": action.account_id,
                "contact": action.contact_id,
                "owner": action.owner_id,
                "status": _TASK_STATUS[action.state],
                "severity": action.severity,
            },
            reasons={"title": action.reason},
        )
        for action in actions
        if action.state in _TASK_STATUS
    ]


def _contact(situation: Situation, person_id: str, said: Stakeholder | None) -> Outcome:
    score, profile = situation.strengths[person_id], situation.profile(person_id)
    known = situation.recorded.readable or score.last_two_way is not None
    last, say = score.last_two_way, situation.settings.say
    return Outcome(
        kind=Kind.CONTACT,
        id=person_id,
        values={
            "role": None if profile is Profile.OTHER else profile.value,
            "strength.score": number(score.value) if known else None,
            "strength.band": score.band if known else None,
            "manager": situation.people[person_id].manager_id,
            **_judged(said),
        },
        reasons={
            "strength.score": say("last two-way contact on {day}", day=last)
            if last
            else say("no two-way contact")
        },
    )


def _judged(said: Stakeholder | None) -> dict[str, JsonValue]:
    """Return the judgement in force; it leaves the layer only where a mapping opts in."""
    return {
        "influence": said.influence if said else None,
        "support": said.support.value if said and said.support else None,
        "engagement": said.engagement if said else None,
    }


def _risk(situation: Situation, coverage: Coverage, deal: Opportunity) -> str | None:
    say, since = situation.settings.say, stalled_since(situation, deal)
    if since:
        return say("not moved since {day}", day=since)
    near = deal.closes_on and deal.closes_on - situation.as_of <= timedelta(days=_CLOSING_DAYS)
    reached = any(
        goal.stage >= GoalStage.DIALOGUE for goal in coverage.goals if goal.profile in KEY_PROFILES
    )
    if near and not reached and coverage.percent is not None and situation.recorded.readable:
        return say("closing on {day} without a sponsor in dialogue", day=deal.closes_on)
    return None
