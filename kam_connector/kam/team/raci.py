"""Who does what: each piece of work has one accountable and somebody who does it (S1.20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kam_connector.kam.team.account_team import AccountTeam
from kam_connector.language import Voice, phrase
from kam_connector.model.account_team import Raci, Responsibility, TeamRole
from kam_connector.model.kept import kept_id

__all__ = ["ROLE_TEMPLATES", "RaciIssue", "WorkItem", "proposed_raci", "work_items"]


class RaciIssue(StrEnum):
    """What is wrong with one piece of work."""

    NOBODY_ACCOUNTABLE = "nobody_accountable"
    SEVERAL_ACCOUNTABLE = "several_accountable"
    NOBODY_RESPONSIBLE = "nobody_responsible"
    NOT_ON_THE_TEAM = "not_on_the_team"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One piece of work with everybody's part."""

    work: str
    parts: Mapping[Raci, tuple[str, ...]]
    """Users by part."""
    issues: tuple[RaciIssue, ...]


_R, _A, _C, _I = Raci.RESPONSIBLE, Raci.ACCOUNTABLE, Raci.CONSULTED, Raci.INFORMED
_PLAN = phrase("write and keep the account plan")
_REVIEW = phrase("prepare and hold the account review")
_RENEWAL = phrase("renew the contract")
_DELIVERY = phrase("deliver what was promised")
_INCIDENT = phrase("settle incidents")
_EXECUTIVES = phrase("meet the customer's management")
_OFFERS = phrase("make offers")

ROLE_TEMPLATES: Mapping[TeamRole, tuple[str, Mapping[str, Raci]]] = {
    TeamRole.KAM: (
        phrase("leads the account: relationship, plan, result"),
        {_PLAN: _A, _REVIEW: _A, _RENEWAL: _A, _DELIVERY: _I, _INCIDENT: _A, _EXECUTIVES: _R},
    ),
    TeamRole.LOCAL_KAM: (
        phrase("carries the plan out in one country and reports what is different there"),
        {_PLAN: _R, _REVIEW: _R, _RENEWAL: _C, _DELIVERY: _I},
    ),
    TeamRole.EXECUTIVE_SPONSOR: (
        phrase("opens doors in the customer's management and clears the way in ours"),
        {_EXECUTIVES: _A, _RENEWAL: _C, _REVIEW: _I, _INCIDENT: _I},
    ),
    TeamRole.SALES: (
        phrase("turns openings into business"),
        {_OFFERS: _A, _RENEWAL: _R, _PLAN: _C},
    ),
    TeamRole.PRESALES: (phrase("shows what fits technically"), {_OFFERS: _R}),
    TeamRole.SUPPORT: (
        phrase("answers users and settles incidents"),
        {_INCIDENT: _R, _REVIEW: _C},
    ),
    TeamRole.DELIVERY: (
        phrase("delivers what was promised"),
        {_DELIVERY: _A, _INCIDENT: _C, _REVIEW: _C},
    ),
    TeamRole.FINANCE: (phrase("prices, bills and watches the margin"), {_RENEWAL: _C, _OFFERS: _C}),
    TeamRole.LEGAL: (phrase("agrees the contract"), {_RENEWAL: _C}),
    TeamRole.PRODUCT: (phrase("takes the customer's needs into the product"), {_PLAN: _C}),
    TeamRole.R_AND_D: (phrase("creates with the customer what neither has alone"), {_PLAN: _C}),
    TeamRole.MARKETING: (phrase("tells the shared successes"), {_PLAN: _I}),
    TeamRole.HR: (phrase("finds and trains people for the account teams"), {_PLAN: _I}),
    TeamRole.PARTNER: (phrase("delivers a part with us"), {_DELIVERY: _R, _REVIEW: _I}),
}
"""A description of each role and its usual part in the usual work. Our choice: what the two
articles say of the account team and its support functions (S1.13, S1.20), one accountable
each."""


def work_items(told: Iterable[Responsibility], team: AccountTeam) -> tuple[WorkItem, ...]:
    """Return an account's work with everybody's part, what is wrong first."""
    by_work: dict[str, dict[Raci, list[str]]] = {}
    for one in sorted(told, key=lambda part: (part.work, part.user_id, part.id)):
        if one.account_id == team.account_id:
            by_work.setdefault(one.work, {}).setdefault(one.raci, []).append(one.user_id)
    rows = [_item(work, parts, team) for work, parts in by_work.items()]
    return tuple(sorted(rows, key=lambda row: (not row.issues, row.work)))


def proposed_raci(team: AccountTeam, say: Voice) -> tuple[Responsibility, ...]:
    """Return who would usually have which part, from the roles on the team.

    Work without an accountable in these roles falls to the KAM; of several people with one
    role the first is accountable, the others do the work.
    """
    taken: dict[str, str] = {}
    found: dict[tuple[str, str], Raci] = {}
    for place in sorted(team.members, key=lambda one: (one.circle.value, one.user_id)):
        for work, raci in ROLE_TEMPLATES[place.role][1].items():
            second = raci is _A and work in taken
            if raci is _A and not second:
                taken[work] = place.user_id
            found[work, place.user_id] = _R if second else raci
    works = {work for work, _ in found}
    for work in works - taken.keys():
        if team.kam_id is not None:
            found[work, team.kam_id] = _A
    return tuple(
        Responsibility(
            id=kept_id(Responsibility, team.account_id, work, user_id),
            account_id=team.account_id,
            work=say(work),
            user_id=user_id,
            raci=raci,
        )
        for (work, user_id), raci in sorted(found.items(), key=lambda one: one[0])
    )


def _item(work: str, parts: Mapping[Raci, list[str]], team: AccountTeam) -> WorkItem:
    accountable = set(parts.get(_A, ()))
    issues = []
    if not accountable:
        issues.append(RaciIssue.NOBODY_ACCOUNTABLE)
    if len(accountable) > 1:
        issues.append(RaciIssue.SEVERAL_ACCOUNTABLE)
    if not parts.get(_R):
        issues.append(RaciIssue.NOBODY_RESPONSIBLE)
    if {user for users in parts.values() for user in users} - team.user_ids:
        issues.append(RaciIssue.NOT_ON_THE_TEAM)
    return WorkItem(
        work=work,
        parts={raci: tuple(parts[raci]) for raci in Raci if raci in parts},
        issues=tuple(issues),
    )
