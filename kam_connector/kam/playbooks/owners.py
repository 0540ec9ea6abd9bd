"""Who has a step: the team's role, the CRM's word for it, else whoever owns the account."""

from __future__ import annotations

from collections.abc import Iterator

from kam_connector.kam.actions import able_owner
from kam_connector.kam.playbooks.steps import StepRole
from kam_connector.kam.situation import Situation
from kam_connector.model.account_team import ExecutivePair, Handover, Teammate, TeamRole
from kam_connector.model.journey import PlaybookKind, PlaybookRun

__all__ = ["step_heir", "step_owner"]

_TEAM = {
    StepRole.KAM: (TeamRole.KAM,),
    StepRole.PREVIOUS_KAM: (),
    StepRole.EXECUTIVE_SPONSOR: (TeamRole.EXECUTIVE_SPONSOR,),
    StepRole.SUPPORT: (TeamRole.SUPPORT, TeamRole.DELIVERY),
    StepRole.PRESALES: (TeamRole.PRESALES, TeamRole.SALES),
    StepRole.FINANCE: (TeamRole.FINANCE,),
    StepRole.LEGAL: (TeamRole.LEGAL,),
    StepRole.MARKETING: (TeamRole.MARKETING,),
}
"""Team roles that take a step, the nearest first."""
_CRM_WORDS = {
    StepRole.KAM: ("key account", "account manager", "kam"),
    StepRole.EXECUTIVE_SPONSOR: ("executive", "sponsor"),
    StepRole.SUPPORT: ("support", "service", "delivery"),
    StepRole.PRESALES: ("pre-sales", "presales", "engineer"),
    StepRole.FINANCE: ("finance", "controlling"),
    StepRole.LEGAL: ("legal", "contract"),
    StepRole.MARKETING: ("marketing",),
}
"""What account-team roles are usually called in a CRM. Our choice: parts of their words."""


def step_owner(situation: Situation, run: PlaybookRun, role: StepRole) -> str | None:
    """Return whose step it is: somebody active, or None when nobody active owns the account.

    First who has that role on the team, then the CRM's own account team; a role that nobody
    has, or somebody inactive has, falls to the account's owner.
    """
    for user_id in _handing_over(situation, run, role):
        if _active(situation, user_id):
            return user_id
    for user_id in _named(situation, role):
        if able := able_owner(situation, user_id):
            return able
    return able_owner(situation, situation.facts.account.owner_id)


def step_heir(situation: Situation, run: PlaybookRun, user_id: str | None) -> str | None:
    """Return who has a step by now: its owner, who took over from them, or the account's owner.

    In a handover whoever leaves keeps their steps as long as they are with us.
    """
    if run.playbook is PlaybookKind.KAM_HANDOVER and user_id and _active(situation, user_id):
        return user_id
    return able_owner(situation, user_id) or able_owner(situation, situation.facts.account.owner_id)


def _handing_over(situation: Situation, run: PlaybookRun, role: StepRole) -> Iterator[str]:
    """Yield whom the handover itself names: who leaves, who comes."""
    for one in situation.facts.kept.of(Handover):
        if run.playbook is PlaybookKind.KAM_HANDOVER and one.id == run.subject:
            if role is StepRole.PREVIOUS_KAM and one.from_user_id:
                yield one.from_user_id
            if role is StepRole.KAM and one.to_user_id:
                yield one.to_user_id


def _named(situation: Situation, role: StepRole) -> Iterator[str]:
    kept = situation.facts.kept
    mates = [one for one in kept.of(Teammate) if one.serves_on(situation.as_of)]
    for wanted in _TEAM[role]:
        fitting = (one for one in mates if one.role is wanted)
        yield from (one.user_id for one in sorted(fitting, key=lambda m: (m.circle.value, m.id)))
    if role is StepRole.EXECUTIVE_SPONSOR:
        yield from (one.user_id for one in sorted(kept.of(ExecutivePair), key=lambda p: p.id))
    words = _CRM_WORDS.get(role, ())
    for member in situation.facts.team:
        if member.user_id and any(word in member.role.casefold() for word in words):
            yield member.user_id


def _active(situation: Situation, user_id: str) -> bool:
    user = situation.facts.users.get(user_id)
    return user is None or user.active
