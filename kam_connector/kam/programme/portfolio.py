"""All key accounts at once: what the programme's rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kam_connector.kam.programme.methods import METHODS, MethodProfile
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.language import Language, Voice, voice
from kam_connector.model.account import Account, KeyAccount, User
from kam_connector.model.account_team import Circle, Teammate
from kam_connector.model.kept import KeptChange, KeptRecords
from kam_connector.model.plan import Action, ActionState, Objective, ObjectiveStatus, Plan
from kam_connector.model.programme import Maturity

__all__ = ["Portfolio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The chosen accounts with their plans and people, and all that people told."""

    as_of: date
    key_accounts: tuple[KeyAccount, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    """The chosen ones by id."""
    users: Mapping[str, User] = field(default_factory=dict)
    plans: tuple[Plan, ...] = ()
    objectives: tuple[Objective, ...] = ()
    actions: tuple[Action, ...] = ()
    kept: KeptRecords = field(default_factory=KeptRecords)
    changes: tuple[KeptChange, ...] = ()
    """What people changed lately, newest first."""
    method: MethodProfile = METHODS[Maturity.STANDARD]
    settings: ProgrammeSettings = field(default_factory=ProgrammeSettings)
    say: Voice = field(default_factory=lambda: voice(Language.EN))

    @property
    def ids(self) -> tuple[str, ...]:
        """The key accounts' ids, in order."""
        return tuple(sorted(one.account_id for one in self.key_accounts))

    def account_name(self, account_id: str) -> str:
        """Return what an account is called."""
        known = self.accounts.get(account_id)
        return known.name if known else account_id

    def user_name(self, user_id: str) -> str:
        """Return what one of ours is called."""
        known = self.users.get(user_id)
        return known.name if known else user_id

    def accounts_by_kam(self) -> dict[str, list[str]]:
        """Return key accounts by who leads them: the declared KAM, else the owner."""
        found: dict[str, list[str]] = {}
        for account_id in self.ids:
            leader = self.kam_of(account_id)
            if leader is not None:
                found.setdefault(leader, []).append(account_id)
        return found

    def kam_of(self, account_id: str) -> str | None:
        """Return who leads an account; None: nobody."""
        declared = [one for one in self.team(account_id) if one.role.value == "kam"]
        if declared:
            return declared[0].user_id
        known = self.accounts.get(account_id)
        return known.owner_id if known else None

    def team(self, account_id: str) -> Sequence[Teammate]:
        """Return who serves on an account's team today, as people declared it."""
        return [
            one
            for one in self.kept.of(Teammate)
            if one.account_id == account_id and one.serves_on(self.as_of)
        ]

    def core_people(self) -> frozenset[str]:
        """Return all who lead an account or are in the core of a team."""
        core = {
            one.user_id
            for account_id in self.ids
            for one in self.team(account_id)
            if one.circle is Circle.CORE
        }
        return frozenset(core | set(self.accounts_by_kam()))

    def open_objectives(self, account_id: str) -> list[Objective]:
        """Return what a plan still wants."""
        return [
            one
            for one in self.objectives
            if one.account_id == account_id and one.status is ObjectiveStatus.OPEN
        ]

    def open_actions(self, account_id: str) -> list[Action]:
        """Return what a plan still asks for."""
        return [
            one
            for one in self.actions
            if one.account_id == account_id and one.state in (ActionState.OPEN, ActionState.WAITING)
        ]
