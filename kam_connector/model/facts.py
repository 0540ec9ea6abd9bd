"""All that is known about one key account, gathered for the pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kam_connector.model.account import Account, KeyAccount, RenewalCycle, User
from kam_connector.model.activity import Activity
from kam_connector.model.contact import Affiliation, Contact, Position
from kam_connector.model.contract import Contract
from kam_connector.model.currency import NO_RATES, Rates
from kam_connector.model.kept import KeptRecords
from kam_connector.model.opportunity import Opportunity, OpportunityRole
from kam_connector.model.plan import Action, Objective, Plan
from kam_connector.model.product import LineItem, Product
from kam_connector.model.score import Score
from kam_connector.model.service import Case
from kam_connector.model.signal import Signal
from kam_connector.model.team import TeamMember

__all__ = ["AccountFacts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """One key account with its whole tree: subsidiaries' people and business count."""

    account: Account
    key: KeyAccount
    tree: tuple[Account, ...] = ()
    """Accounts below it, at any depth."""
    contacts: tuple[Contact, ...] = ()
    """Once each: those who work there, those tied to it by an affiliation, and those whose
    record was deleted lately."""
    positions: tuple[Position, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    roles: tuple[OpportunityRole, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    """All recorded, those that hold no more included."""
    cases: tuple[Case, ...] = ()
    contracts: tuple[Contract, ...] = ()
    team: tuple[TeamMember, ...] = ()
    """Our people as the CRM declares them, beside the owner."""
    line_items: tuple[LineItem, ...] = ()
    products: Mapping[str, Product] = field(default_factory=dict)
    """Those that the lines name, by id."""
    rates: Rates = NO_RATES
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
    kept: KeptRecords = field(default_factory=KeptRecords)
    """What people told of this account, with what holds for the whole programme."""
    previous: Mapping[str, Score] = field(default_factory=dict)
    """Scores of the last run by name; empty on the first."""
    hidden: frozenset[str] = frozenset()
    """Values that are not here because whoever looks may not see them, by path."""
