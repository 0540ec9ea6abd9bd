"""Something worth a person's attention, with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kam_connector.model.kind import JsonValue

__all__ = ["Severity", "Signal", "SignalKind", "SignalState"]


class SignalKind(StrEnum):
    """The signals of the first cut."""

    SINGLE_THREADED = "single_threaded"
    CHAMPION_SILENT = "champion_silent"
    NEW_DECISION_MAKER = "new_decision_maker"
    CONTACT_LEFT = "contact_left"
    STRENGTH_DROP = "strength_drop"
    RENEWAL_WINDOW = "renewal_window"
    STALLED_OPPORTUNITY = "stalled_opportunity"
    PLAN_STALE = "plan_stale"
    REORGANISATION = "reorganisation"


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
    """Its reason went away."""
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
    """Until when it wants an answer."""
    snoozed_until: date | None = None
    """Silent until this day, then itself again."""
