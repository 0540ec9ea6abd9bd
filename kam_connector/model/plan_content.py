"""The third pillar: what an account plan says, in people's words and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kam_connector.model.judgement import Evidence
from kam_connector.model.programme import Function

__all__ = [
    "CommunicationCharter",
    "Competitor",
    "Exclusivity",
    "Initiative",
    "InitiativeKind",
    "Insight",
    "InsightKind",
    "Partnership",
    "PlanFrame",
    "PlanScope",
    "PlanSection",
    "PlanVersion",
    "Risk",
    "RiskState",
    "SectionKind",
    "SharedSpace",
    "SharedValue",
    "SharedValueKind",
    "SpaceKind",
    "SwotItem",
    "SwotQuadrant",
    "Tactic",
    "VersionState",
    "WorkState",
]


class PlanScope(StrEnum):
    """What the plan is about (S1.24)."""

    ALL_SALES = "all_sales"
    INNOVATION = "innovation"
    SELECTED_SEGMENTS = "selected_segments"


class Partnership(StrEnum):
    """How close the two companies are, furthest first (S2.22, S2.44)."""

    TRANSACTIONAL = "transactional"
    PREFERRED = "preferred"
    COLLABORATIVE = "collaborative"
    INTERDEPENDENT = "interdependent"
    STRATEGIC = "strategic"


class Exclusivity(StrEnum):
    """Who is bound to whom (S2.44)."""

    NONE = "none"
    OURS = "ours"
    THEIRS = "theirs"
    MUTUAL = "mutual"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFrame:
    """What holds a plan together: scope, horizon, ambition, its place among plans (S2.05)."""

    id: str
    account_id: str
    scope: PlanScope = PlanScope.ALL_SALES
    segments: tuple[str, ...] = ()
    horizon_from: date | None = None
    horizon_to: date | None = None
    parent_account_id: str | None = None
    """The account whose plan this one carries out locally (S2.45)."""
    local_owner_id: str | None = None
    country: str | None = None
    vision: str | None = None
    customer_goals: tuple[str, ...] = ()
    """The customer's own strategic goals."""
    partnership: Partnership | None = None
    partnership_wanted: Partnership | None = None
    exclusivity: Exclusivity = Exclusivity.NONE


class SectionKind(StrEnum):
    """Sections of a plan: the nine of S1.23, and those S2.20 and S2.24 add."""

    SUMMARY = "summary"
    PROFILE = "profile"
    HISTORY = "history"
    RELATIONSHIPS = "relationships"
    SITUATION = "situation"
    COMPETITION = "competition"
    OPPORTUNITIES = "opportunities"
    STRATEGIC_OBJECTIVES = "strategic_objectives"
    OPERATIONAL_OBJECTIVES = "operational_objectives"
    TACTICS = "tactics"
    ACTION_PLAN = "action_plan"
    DASHBOARD = "dashboard"
    RISKS = "risks"
    SHARED_VALUE = "shared_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSection:
    """A person's own words in one section; what the CRM says is filled in beside them."""

    id: str
    account_id: str
    kind: SectionKind
    body: str
    written_by: str
    written_on: date
    reviewed_on: date | None = None
    """When somebody last read it and let it stand."""


class VersionState(StrEnum):
    """Where a version of a plan stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """A plan as it stood when somebody put it forward; approved ones are never changed."""

    id: str
    account_id: str
    number: int
    state: VersionState
    made_by: str
    made_at: datetime
    sha256: str
    """Of *content*: shows that nobody changed it since."""
    content: str
    """The whole plan as JSON."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None


class SwotQuadrant(StrEnum):
    """Ours against theirs, good against bad (S2.20, S2.24)."""

    STRENGTH = "strength"
    WEAKNESS = "weakness"
    OPPORTUNITY = "opportunity"
    THREAT = "threat"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwotItem:
    """One line of our position with the customer, tied to what is done about it."""

    id: str
    account_id: str
    quadrant: SwotQuadrant
    text: str
    impact: int
    """1 (hardly) to 5 (decides)."""
    likelihood: int | None = None
    """1 to 5, of what has not happened yet."""
    evidence: Evidence = Evidence.ASSUMED
    objective_id: str | None = None
    written_by: str | None = None
    written_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Competitor:
    """Who else serves the customer, where, how well, and until when."""

    id: str
    account_id: str
    name: str
    product_line: str | None = None
    contact_id: str | None = None
    """Whom they know best."""
    strength: int | None = None
    """1 to 5."""
    contract_ends_on: date | None = None
    note: str | None = None


class WorkState(StrEnum):
    """Where planned work stands."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tactic:
    """How an objective is to be reached (S1.23)."""

    id: str
    account_id: str
    text: str
    objective_id: str | None = None
    owner_id: str | None = None
    state: WorkState = WorkState.PLANNED


class InitiativeKind(StrEnum):
    """What an initiative is after (S2.08)."""

    CROSS_SELL = "cross_sell"
    UPSELL = "upsell"
    CO_INNOVATION = "co_innovation"
    RETENTION = "retention"
    PROCESS_OPTIMISATION = "process_optimisation"
    KNOWLEDGE_SHARING = "knowledge_sharing"
    NEW_COUNTRY = "new_country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative:
    """A piece of work larger than an action, with what it should be worth."""

    id: str
    account_id: str
    kind: InitiativeKind
    title: str
    objective_id: str | None = None
    owner_id: str | None = None
    starts_on: date | None = None
    due: date | None = None
    value: Decimal | None = None
    currency: str | None = None
    state: WorkState = WorkState.PLANNED


class RiskState(StrEnum):
    """Where a risk stands."""

    OPEN = "open"
    HAPPENED = "happened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What could go wrong, how bad, who watches it and what is done (S2.24, S2.35-S2.38)."""

    id: str
    account_id: str
    text: str
    probability: int
    """1 to 5."""
    impact: int
    """1 to 5."""
    owner_id: str | None = None
    mitigation: str | None = None
    contingency: str | None = None
    trigger: str | None = None
    """What shows that it is happening."""
    review_on: date | None = None
    state: RiskState = RiskState.OPEN


class SharedValueKind(StrEnum):
    """Ways in which both sides gain (S2.25-S2.27, S2.44)."""

    CO_INNOVATION = "co_innovation"
    KNOWLEDGE_SHARING = "knowledge_sharing"
    PROCESS_OPTIMISATION = "process_optimisation"
    JOINT_INVESTMENT = "joint_investment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedValue:
    """Something done together, with what each side gets."""

    id: str
    account_id: str
    kind: SharedValueKind
    text: str
    benefit_us: str | None = None
    benefit_them: str | None = None
    state: WorkState = WorkState.PLANNED
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunicationCharter:
    """How both sides agreed to work together (S2.07)."""

    id: str
    account_id: str
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    cadence: str | None = None
    escalation_path: str | None = None
    we_expect: str | None = None
    they_expect: str | None = None
    joint_goals: tuple[str, ...] = ()
    signed_on: date | None = None


class SpaceKind(StrEnum):
    """Kinds of shared place (S2.29)."""

    DOCUMENTS = "documents"
    PROJECT = "project"
    CUSTOMER_PORTAL = "customer_portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSpace:
    """Where both sides keep what they share."""

    id: str
    account_id: str
    kind: SpaceKind
    name: str
    url: str


class InsightKind(StrEnum):
    """What somebody learned (S2.41, S2.43)."""

    MARKET = "market"
    COMPETITOR = "competitor"
    ORGANISATION = "organisation"
    NEED = "need"
    WEAK_SIGNAL = "weak_signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """Something one of our functions learned about an account or its market."""

    id: str
    kind: InsightKind
    text: str
    on: date
    account_id: str | None = None
    """None: for all accounts."""
    source_function: Function | None = None
    author_id: str | None = None
    evidence: Evidence = Evidence.ASSUMED
    expires_on: date | None = None
