"""All that is known about one key account, gathered for the pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kam_connector.model.account import Account, KeyAccount, RenewalCycle, User
from kam_connector.model.activity import Activity
from kam_connector.model.contact import Contact, Position
from kam_connector.model.opportunity import Opportunity, OpportunityRole
from kam_connector.model.plan import Action, Objective, Plan
from kam_connector.model.score import Score
from kam_connector.model.signal import Signal

__all__ = ["AccountFacts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """One key account with its whole tree: subsidiaries' people and business count."""

    account: Account
    key: KeyAccount
    tree: tuple[Account, ...] = ()
    """Accounts below it, at any depth."""
    contacts: tuple[Contact, ...] = ()
    positions: tuple[Position, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    roles: tuple[OpportunityRole, ...] = ()
    activities: tuple[Activity, ...] = ()
    """Oldest first; tasks that we wrote are never among them."""
    users: Mapping[str, User] = field(default_factory=dict)
    captured_user_ids: frozenset[str] = frozenset()
    """Our people with any mail recorded anywhere: their silence means something."""
    renewals: tuple[RenewalCycle, ...] = ()
    plan: Plan | None = None
    objectives: tuple[Objective, ...] = ()
    """All objectives of its plan, closed ones included: an objective is made once."""
    actions: tuple[Action, ...] = ()
    """All actions of this account, closed ones included: an action is made once."""
    signals: tuple[Signal, ...] = ()
    """Those of the last run."""
    previous: Mapping[str, Score] = field(default_factory=dict)
    """Scores of the last run by name; empty on the first."""
