"""The first pillar: the KAM programme, its people, rhythm, method and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "Axis",
    "Competency",
    "CostKind",
    "Criterion",
    "Function",
    "InternalSla",
    "Maturity",
    "Pillar",
    "Programme",
    "ProgrammeCost",
    "ProgrammeMember",
    "Ritual",
    "RitualKind",
    "RoadmapItem",
    "SelectionScore",
]


class Pillar(StrEnum):
    """The three pillars between which effort is balanced (S1.02)."""

    INFRASTRUCTURE = "infrastructure"
    TEAM = "team"
    PLAN = "plan"


class Maturity(StrEnum):
    """How much method the programme carries (S1.14); sections and checks follow it."""

    STARTER = "starter"
    STANDARD = "standard"
    ADVANCED = "advanced"


class Function(StrEnum):
    """Functions of a company, ours or the customer's (S1.13, S2.04, S2.40)."""

    MANAGEMENT = "management"
    SALES = "sales"
    MARKETING = "marketing"
    CUSTOMER_SERVICE = "customer_service"
    DELIVERY = "delivery"
    PRODUCT = "product"
    R_AND_D = "r_and_d"
    FINANCE = "finance"
    LEGAL = "legal"
    PROCUREMENT = "procurement"
    IT = "it"
    OPERATIONS = "operations"
    QUALITY = "quality"
    HR = "hr"
    TRAINING = "training"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Why there is key account management here, and who leads it (S1.01, S1.04, S1.12)."""

    id: str
    name: str
    strategy: str | None = None
    goals: tuple[str, ...] = ()
    lead_id: str | None = None
    sponsor_id: str | None = None
    started_on: date | None = None
    maturity: Maturity = Maturity.STARTER
    review_months: int = 12
    """How often the choice of accounts and the method are reviewed."""
    account_cap: int | None = None
    """At most this many key accounts: few, selected with care."""
    baseline_margin: Decimal | None = None
    """Yearly margin of the chosen accounts before the programme; its return counts from here."""
    baseline_year: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeMember:
    """Somebody who builds or runs the programme itself, apart from account teams (S1.12)."""

    id: str
    user_id: str
    function: Function
    responsibility: str
    fte: Decimal
    """Full-time equivalent given to the programme, 0 to 1."""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapItem:
    """A dated step in building the programme (S1.10, S1.14)."""

    id: str
    title: str
    pillar: Pillar
    due: date
    owner_id: str | None = None
    done_on: date | None = None


class CostKind(StrEnum):
    """What the programme or an account costs us."""

    PEOPLE = "people"
    TRAVEL = "travel"
    TOOLS = "tools"
    TRAINING = "training"
    EVENTS = "events"
    SERVICE = "service"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCost:
    """What the programme cost in one year; without it there is no return to compute (S2.34)."""

    id: str
    year: int
    kind: CostKind
    amount: Decimal
    currency: str


class RitualKind(StrEnum):
    """Recurring meetings that keep the programme alive (S1.05, S1.09)."""

    PROGRAMME_REVIEW = "programme_review"
    PORTFOLIO_REVIEW = "portfolio_review"
    ACCOUNT_REVIEW = "account_review"
    TEAM_MEETING = "team_meeting"
    EXECUTIVE_REVIEW = "executive_review"
    TRAINING = "training"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ritual:
    """A recurring meeting with owner and cadence, of the programme or of one account."""

    id: str
    kind: RitualKind
    name: str
    pillar: Pillar
    cadence_days: int
    owner_id: str | None = None
    purpose: str | None = None
    account_id: str | None = None
    last_held_on: date | None = None
    next_on: date | None = None


class Axis(StrEnum):
    """The two axes of the selection matrix (McDonald; docs/method.md)."""

    ATTRACTIVENESS = "attractiveness"
    STRENGTH = "strength"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of the selection model, with its weight and its ramp (S1.07, S2.06)."""

    id: str
    axis: Axis
    name: str
    weight: Decimal
    low: Decimal
    """At or below this a value counts 0 ..."""
    high: Decimal
    """... and at or above this 100; *high* below *low* turns the ramp around."""
    metric: str | None = None
    """A figure the layer computes by itself; None: a person scores it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionScore:
    """What a person says of one account by one criterion, and why."""

    id: str
    account_id: str
    criterion_id: str
    value: Decimal
    scored_by: str
    scored_on: date
    rationale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """One skill of one of our people, 1 to 5, and what is done about a gap (S1.11)."""

    id: str
    user_id: str
    skill: str
    level: int
    wanted: int
    assessed_on: date
    training: str | None = None
    trained_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalSla:
    """What one of our functions promises the account teams, and what it keeps (S2.40)."""

    id: str
    function: Function
    commitment: str
    target: Decimal
    unit: str
    actual: Decimal | None = None
    measured_on: date | None = None
    account_id: str | None = None
    """None: for every key account."""
