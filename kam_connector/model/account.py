"""Accounts, the people of ours who look after them, and key accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kam_connector.model.money import Money

__all__ = ["Account", "KeyAccount", "RenewalCycle", "RenewalState", "Stage", "User"]


class Stage(StrEnum):
    """Where a key account stands in its journey (the articles' phases 1-4)."""

    IDENTIFICATION = "identification"
    ONBOARDING = "onboarding"
    DEVELOPMENT = "development"
    CONSOLIDATION = "consolidation"


class RenewalState(StrEnum):
    """Where a renewal cycle stands, beside the stage (phase 5)."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One of our people, as a CRM knows them."""

    id: str
    name: str
    email: str | None = None
    active: bool = True
    home_connection: str = ""
    refs: tuple[tuple[str, str], ...] = ()
    """(connection, CRM ref) pairs: a user may exist in several CRMs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer or prospect, whatever the CRMs that know it."""

    id: str
    name: str
    domain: str | None = None
    industry: str | None = None
    segment: str | None = None
    """The mapping's own grading (A, B, C ...), half-lives may follow it."""
    turnover: Money | None = None
    """The customer's own annual revenue, not ours with them."""
    city: str | None = None
    parent_id: str | None = None
    owner_id: str | None = None
    home_connection: str = ""
    """Where its tasks go."""
    refs: tuple[tuple[str, str], ...] = ()
    """(connection, CRM ref) pairs behind this account, home first."""
    record_type: str | None = None
    """The CRM's own kind of account, by its API name."""
    person: bool = False
    """A person that the CRM keeps as an account: no key account, and one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAccount:
    """An account the programme has chosen."""

    account_id: str
    tier: str
    stage: Stage
    since: date
    reason: str
    """The rule or the person that chose it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalCycle:
    """A contract coming up for decision; several may be open at once."""

    id: str
    account_id: str
    opportunity_id: str | None
    opens: date
    """When the window starts: 180 days before the decision (docs/scores.md)."""
    decision: date
    state: RenewalState = RenewalState.OPEN
    contract_id: str | None = None
