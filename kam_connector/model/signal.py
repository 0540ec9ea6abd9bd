"""Something worth a person's attention, with its evidence, and what people did about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kam_connector.model.kind import JsonValue

__all__ = [
    "ActKind",
    "Severity",
    "Signal",
    "SignalAct",
    "SignalKind",
    "SignalState",
    "SignalTrial",
]


class SignalKind(StrEnum):
    """What a rule may find."""

    SINGLE_THREADED = "single_threaded"
    CHAMPION_SILENT = "champion_silent"
    NEW_DECISION_MAKER = "new_decision_maker"
    CONTACT_LEFT = "contact_left"
    STRENGTH_DROP = "strength_drop"
    RENEWAL_WINDOW = "renewal_window"
    STALLED_OPPORTUNITY = "stalled_opportunity"
    PLAN_STALE = "plan_stale"
    REORGANISATION = "reorganisation"
    """Seen in the people's moves; announced ones are a strategic change."""
    TITLE_CHANGED = "title_changed"
    SPONSOR_GAP = "sponsor_gap"
    DECLARED_OBSERVED_GAP = "declared_observed_gap"
    TENDER_ANNOUNCED = "tender_announced"
    TENDER_WINDOW = "tender_window"
    INCIDENT_MAJOR = "incident_major"
    ESCALATION = "escalation"
    STRATEGIC_CHANGE = "strategic_change"
    MEETING_OVERDUE = "meeting_overdue"
    QBR_OVERDUE = "qbr_overdue"
    ACTION_OVERDUE = "action_overdue"
    OBJECTIVE_OFF_TRACK = "objective_off_track"
    SOW_DROP = "sow_drop"
    MARGIN_DROP = "margin_drop"
    NPS_DROP = "nps_drop"
    COMPETITOR_CONTRACT_END = "competitor_contract_end"
    INTENT_SIGNAL = "intent_signal"
    STAFF_MOVEMENT = "staff_movement"
    ANNOUNCEMENT = "announcement"
    CELEBRATION_DUE = "celebration_due"
    NO_EXECUTIVE_MEETING = "no_executive_meeting"
    WEAK_SIGNAL = "weak_signal"
    """Several readings fall together, none of which alarms alone."""


class Severity(StrEnum):
    """How loud."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class SignalState(StrEnum):
    """A signal's life."""

    PENDING = "pending"
    """Found by a rule in shadow: kept for judging the rule, shown to nobody."""
    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    """Its reason went away, or a person closed it."""
    EXPIRED = "expired"
    """Its day passed."""
    SUPPRESSED = "suppressed"
    """A person said: not again for this reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One finding about one account; the same finding keeps the same key."""

    key: str
    """Dedupe key: kind, account and what it is about."""
    kind: SignalKind
    severity: Severity
    account_id: str
    summary: str
    """One sentence, for a person, with absolute dates."""
    evidence: Mapping[str, JsonValue] = field(default_factory=dict)
    contact_id: str | None = None
    opportunity_id: str | None = None
    first_seen: date
    state: SignalState = SignalState.ACTIVE
    rule_version: str = "1"
    assigned_to: str | None = None
    """Our user's id; None: the account's owner."""
    due: date | None = None
    """The last day on which it matters; None: as long as its reason lasts."""
    snoozed_until: date | None = None
    """Silent until this day, then itself again."""

    @property
    def period(self) -> str:
        """The dated fact it stands on, as text; another one is another finding."""
        return str(self.evidence.get("anchor") or self.first_seen.isoformat())


class ActKind(StrEnum):
    """What a person may do about a finding."""

    ACKNOWLEDGE = "acknowledge"
    START = "start"
    RESOLVE = "resolve"
    SUPPRESS = "suppress"
    REOPEN = "reopen"
    SNOOZE = "snooze"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalAct:
    """What somebody did about one finding; every night's findings are read with these."""

    id: str
    account_id: str
    signal_key: str
    period: str
    """The finding's `Signal.period`: the act says nothing of a later finding."""
    kind: ActKind
    severity: Severity
    """How loud the finding was then: what is louder since asks again."""
    acted_by: str
    acted_at: datetime
    until: date | None = None
    """Of a snooze."""
    user_id: str | None = None
    """Of an assignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalTrial:
    """A rule on trial: since when it has been watched in shadow."""

    id: str
    kind: SignalKind
    began_on: date
    ended_on: date | None = None
