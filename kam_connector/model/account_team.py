"""The second pillar: who works for a key account, with what time, and on which ties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.model.programme import Function

__all__ = [
    "Circle",
    "ContactCoverage",
    "ExecutivePair",
    "Handover",
    "HandoverKind",
    "HandoverStep",
    "Raci",
    "RelationshipLevel",
    "Responsibility",
    "Side",
    "TeamPulse",
    "TeamRole",
    "Teammate",
]


class Circle(StrEnum):
    """How close somebody is to the account (S1.17)."""

    CORE = "core"
    EXTENDED = "extended"


class TeamRole(StrEnum):
    """What somebody does for the account (S1.13, S1.16, S2.45)."""

    KAM = "kam"
    LOCAL_KAM = "local_kam"
    EXECUTIVE_SPONSOR = "executive_sponsor"
    SALES = "sales"
    PRESALES = "presales"
    SUPPORT = "support"
    DELIVERY = "delivery"
    FINANCE = "finance"
    LEGAL = "legal"
    PRODUCT = "product"
    R_AND_D = "r_and_d"
    MARKETING = "marketing"
    HR = "hr"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teammate:
    """One of ours on an account team; the team is virtual, so the line manager agrees (S1.18)."""

    id: str
    account_id: str
    user_id: str
    circle: Circle
    role: TeamRole
    function: Function | None = None
    line_manager_id: str | None = None
    time_share_agreed: Decimal | None = None
    """Percent of their time, agreed with the line manager (S1.19)."""
    time_share_actual: Decimal | None = None
    agreed_by: str | None = None
    agreed_on: date | None = None
    country: str | None = None
    from_on: date | None = None
    to_on: date | None = None

    def serves_on(self, day: date) -> bool:
        """Whether they are on the team on this day."""
        begun = self.from_on is None or self.from_on <= day
        return begun and (self.to_on is None or day <= self.to_on)


class Raci(StrEnum):
    """Responsible, accountable, consulted, informed."""

    RESPONSIBLE = "responsible"
    ACCOUNTABLE = "accountable"
    CONSULTED = "consulted"
    INFORMED = "informed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """Who has which part in a piece of work (S1.20)."""

    id: str
    account_id: str
    work: str
    user_id: str
    raci: Raci


class RelationshipLevel(StrEnum):
    """What we are to a person, lowest first."""

    VENDOR = "vendor"
    CREDIBLE_SOURCE = "credible_source"
    PROBLEM_SOLVER = "problem_solver"
    TRUSTED_ADVISOR = "trusted_advisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCoverage:
    """Which of ours looks after which contact, with the level they see and the one they want."""

    id: str
    account_id: str
    contact_id: str
    user_id: str
    primary: bool = False
    declared: RelationshipLevel | None = None
    desired: RelationshipLevel | None = None
    declared_by: str | None = None
    declared_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutivePair:
    """One of our executives and one of theirs who should meet (S2.39)."""

    id: str
    account_id: str
    user_id: str
    contact_id: str
    purpose: str | None = None
    cadence_days: int = 180


class HandoverKind(StrEnum):
    """Which side changes (S2.14, S2.35)."""

    KAM_CHANGE = "kam_change"
    CONTACT_DEPARTURE = "contact_departure"
    NEW_DECISION_MAKER = "new_decision_maker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A change of people, ours or theirs, from preview to done."""

    id: str
    account_id: str
    kind: HandoverKind
    opened_on: date
    from_user_id: str | None = None
    to_user_id: str | None = None
    contact_id: str | None = None
    closed_on: date | None = None


class Side(StrEnum):
    """Whose step it is."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverStep:
    """One line of a handover's checklist."""

    id: str
    handover_id: str
    account_id: str
    side: Side
    text: str
    due: date
    owner_id: str | None = None
    contact_id: str | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPulse:
    """How one member of a team finds the work, 1 (bad) to 5 (good) (S1.11, S1.21)."""

    id: str
    account_id: str
    on: date
    clarity: int
    workload: int
    priorities: int
    collaboration: int
    user_id: str | None = None
    """None: answered without a name."""
    note: str | None = None
