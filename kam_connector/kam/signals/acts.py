"""What people did about findings, read with the night's findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

from kam_connector.kam.signals.lifecycle import Event, event_of, moved
from kam_connector.model.kept import kept_id
from kam_connector.model.signal import ActKind, Severity, Signal, SignalAct, SignalState

__all__ = ["acted", "is_news", "last_working_day", "short_id", "told", "with_acts"]

_LOUD = {Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}
_TOLD = frozenset({SignalState.ACTIVE, SignalState.ACKNOWLEDGED, SignalState.IN_PROGRESS})


def acted(
    signal: Signal,
    kind: ActKind,
    *,
    by: str,
    at: datetime,
    until: date | None = None,
    user_id: str | None = None,
) -> SignalAct | None:
    """Return the record of a person's act on a finding, or None where there is no such move.

    Args:
        signal: The finding as it stands.
        kind: What is done.
        by: Who does it: a user's id or name.
        at: When, aware.
        until: The day a snooze ends.
        user_id: Whom it is assigned to.
    """
    event = event_of(kind)
    legal = signal.state in _TOLD if event is None else moved(signal.state, event) is not None
    if not legal:
        return None
    return SignalAct(
        id=kept_id(SignalAct, signal.key, signal.period, kind.value, at.isoformat()),
        account_id=signal.account_id,
        signal_key=signal.key,
        period=signal.period,
        kind=kind,
        severity=signal.severity,
        acted_by=by,
        acted_at=at,
        until=until,
        user_id=user_id,
    )


def with_acts(signal: Signal, acts: Iterable[SignalAct]) -> Signal:
    """Return a finding as people left it; one without acts stays as it is.

    Acts on an earlier finding of the same key, standing on another fact, say nothing. What
    became graver since the last act is active again and no longer snoozed (our choice).
    """
    mine = sorted(
        (act for act in acts if act.signal_key == signal.key and act.period == signal.period),
        key=lambda act: (act.acted_at, act.id),
    )
    if not mine:
        return signal
    standing = _Standing(state=SignalState.ACTIVE, severity=mine[0].severity)
    for act in mine:
        standing = _after(_louder(standing, act.severity), act)
    standing = _louder(standing, signal.severity)
    return replace(
        signal,
        state=standing.state,
        assigned_to=standing.assigned_to,
        snoozed_until=standing.snoozed_until,
    )


def told(signals: Iterable[Signal], on: date) -> list[Signal]:
    """Return what people are told on a day: in force, and not snoozed beyond it."""
    return [
        signal
        for signal in signals
        if signal.state in _TOLD and (signal.snoozed_until is None or signal.snoozed_until <= on)
    ]


def is_news(signal: Signal, on: date) -> bool:
    """Whether it is new, or awake again, since its owner's last working day."""
    woke = max(signal.first_seen, signal.snoozed_until or signal.first_seen)
    return woke > last_working_day(on)


def short_id(key: str) -> str:
    """Return seven letters and digits that stand for a finding's long key, the same for ever."""
    return blake2b(key.encode(), digest_size=4).hexdigest()[:7]


def last_working_day(on: date) -> date:
    """Return the working day before a day, Monday to Friday: on a Monday, the Friday."""
    before = on - timedelta(days=1)
    return before - timedelta(days=max(0, before.weekday() - 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    state: SignalState
    severity: Severity
    assigned_to: str | None = None
    snoozed_until: date | None = None


def _louder(standing: _Standing, severity: Severity) -> _Standing:
    if _LOUD[severity] <= _LOUD[standing.severity]:
        return standing
    state = moved(standing.state, Event.LOUDER) or standing.state
    return replace(standing, state=state, severity=severity, snoozed_until=None)


def _after(standing: _Standing, act: SignalAct) -> _Standing:
    event = event_of(act.kind)
    if act.kind is ActKind.SNOOZE:
        return replace(standing, snoozed_until=act.until)
    if event is None:
        return replace(standing, assigned_to=act.user_id)
    state = moved(standing.state, event) or standing.state
    woken = state is SignalState.ACTIVE
    return replace(standing, state=state, snoozed_until=None if woken else standing.snoozed_until)
