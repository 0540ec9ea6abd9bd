"""A key account's journey: stages and gates, key moments, tenders, touchpoints, playbooks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.model.account import Stage
from kam_connector.model.contact import Profile
from kam_connector.model.programme import Function

__all__ = [
    "Channel",
    "GateAnswer",
    "KeyMoment",
    "MomentKind",
    "PlaybookKind",
    "PlaybookRun",
    "StageMove",
    "Tender",
    "TenderKind",
    "TenderState",
    "Touchpoint",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMove:
    """A move between stages, in any direction: the journey is no line (S2.02)."""

    id: str
    account_id: str
    from_stage: Stage | None
    to_stage: Stage
    on: date
    moved_by: str
    reason: str | None = None
    unmet: tuple[str, ...] = ()
    """Gate items that were open when somebody moved it all the same."""
    part: str | None = None
    """A country or subsidiary that goes its own way; None: the account as a whole."""
    number: int = 0
    """Counts the account's moves: two on one day have an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswer:
    """A person's answer to one item of a stage's gate."""

    id: str
    account_id: str
    stage: Stage
    item: str
    met: bool
    answered_by: str
    answered_on: date
    note: str | None = None


class MomentKind(StrEnum):
    """Moments that count (S2.11-S2.14, S2.39)."""

    QBR = "qbr"
    STEERING_COMMITTEE = "steering_committee"
    ANNUAL_PLANNING = "annual_planning"
    EXECUTIVE_MEETING = "executive_meeting"
    ESCALATION = "escalation"
    INCIDENT = "incident"
    CELEBRATION = "celebration"
    PEOPLE_TRANSITION = "people_transition"
    TENDER = "tender"
    RENEWAL = "renewal"
    WORKSHOP = "workshop"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMoment:
    """A moment that is prepared, held and followed up: three dates, three texts (S2.11)."""

    id: str
    account_id: str
    kind: MomentKind
    title: str
    planned_on: date
    agenda: str | None = None
    prepared_on: date | None = None
    held_on: date | None = None
    decisions: str | None = None
    follow_up: str | None = None
    followed_up_on: date | None = None
    owner_id: str | None = None
    user_ids: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    joint: bool = False
    """Run together with the customer (S2.44)."""
    rating: int | None = None
    """1 to 5, as the customer found it."""
    lessons: str | None = None
    """After an incident: what we learned (S2.12)."""
    cancelled: bool = False
    about: str | None = None
    """The id of what it is about: a case, tender, contract or objective."""


class TenderKind(StrEnum):
    """Whether it comes back."""

    PERIODIC = "periodic"
    SPOT = "spot"


class TenderState(StrEnum):
    """Where a tender stands."""

    EXPECTED = "expected"
    PUBLISHED = "published"
    SUBMITTED = "submitted"
    WON = "won"
    LOST = "lost"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """A call for offers, expected or out (S2.36)."""

    id: str
    account_id: str
    title: str
    kind: TenderKind
    state: TenderState
    expected_on: date | None = None
    published_on: date | None = None
    due_on: date | None = None
    scope: str | None = None
    value: Decimal | None = None
    currency: str | None = None
    incumbent: str | None = None
    win_plan: str | None = None
    sponsor_contact_id: str | None = None
    """Whom we mobilise on their side."""
    opportunity_id: str | None = None
    contract_id: str | None = None
    """The contract whose end brings it."""
    cycle_months: int | None = None
    """How often a periodic one comes back."""


class Channel(StrEnum):
    """How we meet (S2.42)."""

    MEETING = "meeting"
    CALL = "call"
    EMAIL = "email"
    VIDEO = "video"
    EVENT = "event"
    PORTAL = "portal"
    SOCIAL = "social"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """One cell of the customer-journey map: who of ours meets which profile, when and how."""

    id: str
    stage: Stage
    profile: Profile
    channel: Channel
    function: Function
    account_id: str | None = None
    """None: for every key account."""
    owner_id: str | None = None
    cadence_days: int | None = None
    note: str | None = None


class PlaybookKind(StrEnum):
    """What calls for a known series of steps (S2.13, S2.14, S2.35-S2.38)."""

    NEW_DECISION_MAKER = "new_decision_maker"
    KAM_HANDOVER = "kam_handover"
    CRISIS = "crisis"
    TENDER = "tender"
    STRATEGIC_CHANGE = "strategic_change"
    RENEWAL = "renewal"
    CHAMPION_LEFT = "champion_left"
    CELEBRATION = "celebration"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookRun:
    """A playbook begun for one occasion; it makes each of its actions once."""

    id: str
    account_id: str
    playbook: PlaybookKind
    subject: str
    """What it is about: a signal's key, a handover's id."""
    reason: str
    """The occasion in one sentence: every task of the run says it."""
    started_on: date
    closed_on: date | None = None
    target_on: date | None = None
    """The day that its steps lead up to: a decision, a submission."""
    contact_id: str | None = None
    opportunity_id: str | None = None
    signal_key: str | None = None
    """The finding whose single action its steps replace."""
    severity: str = "warning"
    """``info``, ``warning`` or ``critical``: of its tasks."""
    started_by: str | None = None
    """The person who started it; None: a rule did."""
