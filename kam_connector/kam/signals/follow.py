"""All signals of one account: found, grouped, and followed from first sight to resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kam_connector.kam.signals.business import plan_stale, renewal_window, stalled_opportunity
from kam_connector.kam.signals.people import contact_left, new_decision_maker, reorganisation
from kam_connector.kam.signals.ties import champion_silent, single_threaded, strength_drop
from kam_connector.kam.situation import Situation
from kam_connector.model.signal import Severity, Signal, SignalKind, SignalState

__all__ = ["account_signals", "gravest", "kind_rank", "severity_rank"]

_RULES = (
    new_decision_maker,
    contact_left,
    reorganisation,
    champion_silent,
    strength_drop,
    single_threaded,
    renewal_window,
    stalled_opportunity,
    plan_stale,
)
_PEOPLE = {SignalKind.CONTACT_LEFT, SignalKind.NEW_DECISION_MAKER}
_SEVERITY = {Severity.CRITICAL.value: 0, Severity.WARNING.value: 1, Severity.INFO.value: 2}
_ORDER = {
    SignalKind.NEW_DECISION_MAKER: 0,
    SignalKind.REORGANISATION: 1,
    SignalKind.CONTACT_LEFT: 2,
    SignalKind.CHAMPION_SILENT: 3,
    SignalKind.SINGLE_THREADED: 4,
    SignalKind.STRENGTH_DROP: 5,
    SignalKind.RENEWAL_WINDOW: 6,
    SignalKind.STALLED_OPPORTUNITY: 7,
    SignalKind.PLAN_STALE: 8,
}
"""Which of two equally grave findings is named first. Our choice: people before papers,
and the meeting that can be asked for today before the loss that has happened."""


def account_signals(situation: Situation) -> tuple[Signal, ...]:
    """Return the account's signals, the gravest first, then those resolved by this run.

    A finding seen before keeps its first day and a person's acknowledgement. One that is
    gone is returned once more as resolved.
    """
    found = _grouped([signal for rule in _RULES for signal in rule(situation)])
    seen = {signal.key: signal for signal in situation.facts.signals}
    current = [_followed(signal, seen.get(signal.key)) for signal in found]
    keys = {signal.key for signal in current}
    gone = [
        replace(signal, state=SignalState.RESOLVED)
        for signal in situation.facts.signals
        if signal.key not in keys and signal.state is not SignalState.RESOLVED
    ]
    return (*sorted(current, key=_grave), *sorted(gone, key=_grave))


def gravest(signals: Sequence[Signal]) -> Signal | None:
    """Return the gravest signal still in force."""
    live = [signal for signal in signals if signal.state is not SignalState.RESOLVED]
    return min(live, key=_grave, default=None)


def severity_rank(severity: str) -> int:
    """Return 0 for critical, 1 for warning, 2 for information."""
    return _SEVERITY.get(severity, 1)


def kind_rank(kind: str) -> int:
    """Return where a signal kind stands among equally grave ones; unknown kinds last."""
    return next((rank for each, rank in _ORDER.items() if each.value == kind), len(_ORDER))


def _grave(signal: Signal) -> tuple[int, int, str]:
    return severity_rank(signal.severity), _ORDER[signal.kind], signal.key


def _followed(signal: Signal, seen: Signal | None) -> Signal:
    if seen is None or seen.state is SignalState.RESOLVED:
        return signal
    if seen.evidence.get("anchor") != signal.evidence.get("anchor"):
        return signal
    return replace(signal, first_seen=seen.first_seen, state=seen.state)


def _grouped(signals: Sequence[Signal]) -> list[Signal]:
    """Drop what a louder finding already says about the same person."""
    moved = {
        person
        for signal in signals
        if signal.kind is SignalKind.REORGANISATION
        for person in _people(signal)
    }
    silent = {s.contact_id for s in signals if s.kind is SignalKind.CHAMPION_SILENT}
    return [
        signal
        for signal in signals
        if not (signal.kind in _PEOPLE and signal.contact_id in moved)
        and not (signal.kind is SignalKind.STRENGTH_DROP and signal.contact_id in silent)
    ]


def _people(signal: Signal) -> list[str]:
    people = signal.evidence.get("people")
    return [str(person) for person in people] if isinstance(people, list) else []
