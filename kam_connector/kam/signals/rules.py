"""Every rule with the kind it finds, in the order in which equally grave findings are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from kam_connector.kam.signals.business import (
    competitor_contract_end,
    renewal_window,
    stalled_opportunity,
)
from kam_connector.kam.signals.celebrations import celebration_due
from kam_connector.kam.signals.figures import margin_drop, nps_drop, sow_drop
from kam_connector.kam.signals.gaps import declared_observed_gap, sponsor_gap
from kam_connector.kam.signals.moments import meeting_overdue, no_executive_meeting, qbr_overdue
from kam_connector.kam.signals.moves import reorganisation, title_changed
from kam_connector.kam.signals.outside import (
    announcement,
    intent_signal,
    staff_movement,
    strategic_change,
)
from kam_connector.kam.signals.people import contact_left, new_decision_maker
from kam_connector.kam.signals.tenders import tender_announced, tender_window
from kam_connector.kam.signals.ties import champion_silent, single_threaded, strength_drop
from kam_connector.kam.signals.trend import weak_signal
from kam_connector.kam.signals.trouble import escalation, incident_major
from kam_connector.kam.signals.work import action_overdue, objective_off_track, plan_stale
from kam_connector.kam.situation import Situation
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["RULES", "grave", "kind_rank", "severity_rank", "without_repeats"]

Rule: TypeAlias = "Callable[[Situation], list[Signal]]"
_K = SignalKind

RULES: Mapping[SignalKind, Rule] = {
    _K.INCIDENT_MAJOR: incident_major,
    _K.ESCALATION: escalation,
    _K.NEW_DECISION_MAKER: new_decision_maker,
    _K.REORGANISATION: reorganisation,
    _K.STRATEGIC_CHANGE: strategic_change,
    _K.CONTACT_LEFT: contact_left,
    _K.TENDER_WINDOW: tender_window,
    _K.TENDER_ANNOUNCED: tender_announced,
    _K.CHAMPION_SILENT: champion_silent,
    _K.SPONSOR_GAP: sponsor_gap,
    _K.SINGLE_THREADED: single_threaded,
    _K.NO_EXECUTIVE_MEETING: no_executive_meeting,
    _K.STRENGTH_DROP: strength_drop,
    _K.NPS_DROP: nps_drop,
    _K.RENEWAL_WINDOW: renewal_window,
    _K.SOW_DROP: sow_drop,
    _K.MARGIN_DROP: margin_drop,
    _K.TITLE_CHANGED: title_changed,
    _K.STAFF_MOVEMENT: staff_movement,
    _K.COMPETITOR_CONTRACT_END: competitor_contract_end,
    _K.STALLED_OPPORTUNITY: stalled_opportunity,
    _K.OBJECTIVE_OFF_TRACK: objective_off_track,
    _K.QBR_OVERDUE: qbr_overdue,
    _K.MEETING_OVERDUE: meeting_overdue,
    _K.INTENT_SIGNAL: intent_signal,
    _K.ANNOUNCEMENT: announcement,
    _K.PLAN_STALE: plan_stale,
    _K.DECLARED_OBSERVED_GAP: declared_observed_gap,
    _K.WEAK_SIGNAL: weak_signal,
    _K.CELEBRATION_DUE: celebration_due,
    _K.ACTION_OVERDUE: action_overdue,
}
"""Which of two equally grave findings is named first is our choice: what hurts the customer
now, then people before papers, and the meeting that can be asked for today before the loss
that has happened."""
_SEVERITY = {Severity.CRITICAL.value: 0, Severity.WARNING.value: 1, Severity.INFO.value: 2}
_RANK = {kind.value: rank for rank, kind in enumerate(RULES)}


def severity_rank(severity: str) -> int:
    """Return 0 for critical, 1 for warning, 2 for information."""
    return _SEVERITY.get(severity, 1)


def kind_rank(kind: str) -> int:
    """Return where a signal kind stands among equally grave ones; unknown kinds last."""
    return _RANK.get(kind, len(_RANK))


def grave(signal: Signal) -> tuple[int, int, str]:
    """Return the sort key of a finding: the gravest first."""
    return severity_rank(signal.severity), kind_rank(signal.kind), signal.key


_MOVED = {_K.CONTACT_LEFT, _K.NEW_DECISION_MAKER, _K.TITLE_CHANGED, _K.STAFF_MOVEMENT}
"""What a reorganisation says of each of its people."""
_SAID_BY = {
    _K.STRENGTH_DROP: {_K.CHAMPION_SILENT},
    _K.STAFF_MOVEMENT: {_K.CONTACT_LEFT, _K.NEW_DECISION_MAKER, _K.TITLE_CHANGED},
    _K.DECLARED_OBSERVED_GAP: {_K.CHAMPION_SILENT, _K.STRENGTH_DROP},
}
"""A finding about a person that a louder one about the same person already says."""
_ALARMS = {
    _K.CHAMPION_SILENT,
    _K.STRENGTH_DROP,
    _K.SINGLE_THREADED,
    _K.NPS_DROP,
    _K.MARGIN_DROP,
    _K.SOW_DROP,
}
"""Where one of these speaks, the trend it belongs to is no weak signal any more."""


def without_repeats(signals: list[Signal]) -> list[Signal]:
    """Return findings without those that a louder one says already, one a key."""
    kinds = {signal.kind for signal in signals}
    critical = any(signal.severity is Severity.CRITICAL for signal in signals)
    moved = {p for s in signals if s.kind is _K.REORGANISATION for p in _people(s)}
    about = {(signal.kind, signal.contact_id) for signal in signals if signal.contact_id}
    kept = [
        signal
        for signal in signals
        if not (signal.kind in _MOVED and signal.contact_id in moved)
        and not any((k, signal.contact_id) in about for k in _SAID_BY.get(signal.kind, ()))
        and not (signal.kind is _K.WEAK_SIGNAL and kinds & _ALARMS)
        and not (signal.kind is _K.CELEBRATION_DUE and critical)
        and not _said_by_moves(signal, kinds)
    ]
    once: dict[str, Signal] = {}
    for signal in sorted(kept, key=grave):
        once.setdefault(signal.key, signal)
    return list(once.values())


def _said_by_moves(signal: Signal, kinds: set[SignalKind]) -> bool:
    """Whether people's moves already show it: an announced reorganisation, a sponsor gone."""
    if signal.kind is _K.STRATEGIC_CHANGE and signal.evidence.get("change") == "reorganisation":
        return _K.REORGANISATION in kinds
    return signal.kind is _K.SPONSOR_GAP and bool(kinds & {_K.CONTACT_LEFT, _K.REORGANISATION})


def _people(signal: Signal) -> list[str]:
    people = signal.evidence.get("people")
    return [str(person) for person in people] if isinstance(people, list) else []
