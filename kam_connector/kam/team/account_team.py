"""The account team: who people say it is, beside what the CRM says (S1.16, S1.17, S1.18)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.model.account_team import Circle, Teammate, TeamRole
from kam_connector.model.facts import AccountFacts
from kam_connector.model.programme import Function

__all__ = ["AccountTeam", "Difference", "TeamDifference", "TeamPlace", "account_team"]


class Difference(StrEnum):
    """How the declared team and the CRM's differ."""

    ONLY_DECLARED = "only_declared"
    ONLY_IN_CRM = "only_in_crm"
    OTHER_ROLE = "other_role"
    NO_LONGER_WITH_US = "no_longer_with_us"
    """Declared on the team, and no active user any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDifference:
    """One difference, named so that somebody can settle it."""

    kind: Difference
    user_id: str
    declared: TeamRole | None = None
    in_crm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlace:
    """One of ours on the team."""

    user_id: str
    name: str
    circle: Circle
    role: TeamRole
    function: Function | None
    line_manager_id: str | None
    time_share_agreed: Decimal | None
    time_share_actual: Decimal | None
    agreed_by: str | None
    country: str | None
    declared: bool
    """False: the account's owner, whom nobody put on the team."""
    in_crm: bool

    @property
    def virtual(self) -> bool:
        """Whether somebody else than the account's own people leads them (S1.18)."""
        return self.line_manager_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTeam:
    """Everybody of ours on one account, as of a day."""

    account_id: str
    members: tuple[TeamPlace, ...]
    """Core first, then by role and name."""
    differences: tuple[TeamDifference, ...]
    kam_id: str | None
    """Who leads: the declared KAM, else the account's owner."""

    @property
    def core(self) -> tuple[TeamPlace, ...]:
        """Who works for the account all the time."""
        return tuple(one for one in self.members if one.circle is Circle.CORE)

    @property
    def extended(self) -> tuple[TeamPlace, ...]:
        """Who is called in."""
        return tuple(one for one in self.members if one.circle is Circle.EXTENDED)

    @property
    def user_ids(self) -> frozenset[str]:
        """Everybody on it."""
        return frozenset(one.user_id for one in self.members)


_ROLES = tuple(TeamRole)
_CRM_WORDS: tuple[tuple[str, TeamRole], ...] = (
    (r"local", TeamRole.LOCAL_KAM),
    (r"account manager|\bkam\b|responsable de compte|grand compte", TeamRole.KAM),
    (r"sponsor|executive|direction", TeamRole.EXECUTIVE_SPONSOR),
    (r"pre-?sales|avant-?vente|solution engineer", TeamRole.PRESALES),
    (r"support|service client|customer s(ervice|uccess)", TeamRole.SUPPORT),
    (r"deliver|consultant|projet|project", TeamRole.DELIVERY),
    (r"financ", TeamRole.FINANCE),
    (r"legal|juridi", TeamRole.LEGAL),
    (r"partner|partenaire", TeamRole.PARTNER),
    (r"sales|commercia|vente", TeamRole.SALES),
)
"""What a CRM's free text for a part on the team most likely means, first fit wins. Our choice:
the picklists both CRMs ship, in English and French; what fits nowhere is no difference."""


def account_team(facts: AccountFacts, as_of: date) -> AccountTeam:
    """Return who of ours works for the account on a day, and where the CRM says otherwise."""
    listed = [one for one in facts.kept.of(Teammate) if one.account_id == facts.account.id]
    serving = _once(one for one in listed if one.serves_on(as_of))
    crm = {one.user_id: one.role for one in facts.team if one.user_id}
    kam = next((one.user_id for one in serving if one.role is TeamRole.KAM), facts.account.owner_id)
    members = [_declared(one, facts, crm) for one in serving]
    if kam is not None and kam not in {one.user_id for one in serving}:
        members.append(_owner(kam, facts, crm))
    members.sort(key=lambda one: (one.circle.value, _ROLES.index(one.role), one.name, one.user_id))
    return AccountTeam(
        account_id=facts.account.id,
        members=tuple(members),
        differences=_differences(serving, crm, facts),
        kam_id=kam,
    )


def _once(listed: Iterable[Teammate]) -> list[Teammate]:
    """Return one place each: of several the core one, then the first by role."""
    found: dict[str, Teammate] = {}
    for one in sorted(listed, key=lambda t: (t.circle.value, _ROLES.index(t.role), t.id)):
        found.setdefault(one.user_id, one)
    return list(found.values())


def _declared(one: Teammate, facts: AccountFacts, crm: Mapping[str, str]) -> TeamPlace:
    return TeamPlace(
        user_id=one.user_id,
        name=_name(one.user_id, facts),
        circle=one.circle,
        role=one.role,
        function=one.function,
        line_manager_id=one.line_manager_id,
        time_share_agreed=one.time_share_agreed,
        time_share_actual=one.time_share_actual,
        agreed_by=one.agreed_by,
        country=one.country,
        declared=True,
        in_crm=one.user_id in crm or one.user_id == facts.account.owner_id,
    )


def _owner(user_id: str, facts: AccountFacts, crm: Mapping[str, str]) -> TeamPlace:
    return TeamPlace(
        user_id=user_id,
        name=_name(user_id, facts),
        circle=Circle.CORE,
        role=TeamRole.KAM,
        function=None,
        line_manager_id=None,
        time_share_agreed=None,
        time_share_actual=None,
        agreed_by=None,
        country=None,
        declared=False,
        in_crm=user_id in crm or user_id == facts.account.owner_id,
    )


def _name(user_id: str, facts: AccountFacts) -> str:
    known = facts.users.get(user_id)
    return known.name if known else user_id


def _differences(
    serving: Iterable[Teammate], crm: Mapping[str, str], facts: AccountFacts
) -> tuple[TeamDifference, ...]:
    declared = {one.user_id: one.role for one in serving}
    found = [
        TeamDifference(kind=Difference.ONLY_IN_CRM, user_id=user_id, in_crm=role or None)
        for user_id, role in crm.items()
        if declared and user_id not in declared
    ]
    for user_id, role in declared.items():
        known = facts.users.get(user_id)
        said = crm.get(user_id)
        meant = _meant(said) if said else None
        if known is not None and not known.active:
            kind = Difference.NO_LONGER_WITH_US
        elif crm and said is None and user_id != facts.account.owner_id:
            kind = Difference.ONLY_DECLARED
        elif meant is not None and meant is not role:
            kind = Difference.OTHER_ROLE
        else:
            continue
        found.append(TeamDifference(kind=kind, user_id=user_id, declared=role, in_crm=said))
    return tuple(sorted(found, key=lambda one: (one.kind.value, one.user_id)))


def _meant(role: str) -> TeamRole | None:
    text = role.casefold()
    return next((meant for words, meant in _CRM_WORDS if re.search(words, text)), None)
