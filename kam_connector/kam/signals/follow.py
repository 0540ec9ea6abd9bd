"""All signals of one account: found, grouped, and followed from first sight to their end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kam_connector.kam.signals.acts import told, with_acts
from kam_connector.kam.signals.lifecycle import Event, moved
from kam_connector.kam.signals.rules import (
    RULES,
    grave,
    kind_rank,
    severity_rank,
    without_repeats,
)
from kam_connector.kam.signals.switches import Switch, switch_of
from kam_connector.kam.situation import Situation
from kam_connector.model.signal import Signal, SignalAct, SignalKind, SignalState

__all__ = ["account_signals", "all_findings", "gravest", "kind_rank", "severity_rank"]

_ENDED = {SignalState.RESOLVED, SignalState.EXPIRED}


def account_signals(situation: Situation) -> tuple[Signal, ...]:
    """Return all signals of the account, the gravest first, then those that have ended.

    A finding seen before keeps its first day and what people did about it. One that is gone
    stays remembered for a while as ended, so that it does not come back as new. `told` says
    which of them a person sees.
    """
    switches = {kind: switch_of(situation, kind) for kind in RULES}
    wanted = {kind for kind, switch in switches.items() if switch is not Switch.OFF}
    shadow = {kind for kind, switch in switches.items() if switch is Switch.SHADOW}
    found = _apart(all_findings(situation, wanted), shadow)
    seen = {signal.key: signal for signal in situation.facts.signals}
    current = [
        _followed(situation, signal, seen.get(signal.key), in_shadow=signal.kind in shadow)
        for signal in found
    ]
    keys = {signal.key for signal in current}
    gone = [
        _ended(signal, situation.as_of)
        for signal in situation.facts.signals
        if signal.key not in keys and signal.kind in wanted
    ]
    kept = [signal for signal in gone if _remembered(situation, signal)]
    live = [signal for signal in current if signal.state not in _ENDED]
    over = [signal for signal in current if signal.state in _ENDED]
    return (*sorted(live, key=grave), *sorted([*over, *kept], key=grave))


def all_findings(situation: Situation, kinds: Collection[SignalKind]) -> list[Signal]:
    """Return what the rules of some kinds find today, before anything is followed."""
    return [signal for kind, rule in RULES.items() if kind in kinds for signal in rule(situation)]


def gravest(signals: Sequence[Signal], on: date | None = None) -> Signal | None:
    """Return the gravest signal in force; with a day, snoozed ones are left out."""
    return min(told(signals, on or date.max), key=grave, default=None)


def _apart(found: Sequence[Signal], shadow: Collection[SignalKind]) -> list[Signal]:
    """Return findings without repeats; a rule on trial never silences one that speaks."""
    speaking = without_repeats([signal for signal in found if signal.kind not in shadow])
    everything = without_repeats(list(found))
    return [*speaking, *(signal for signal in everything if signal.kind in shadow)]


def _followed(
    situation: Situation, found: Signal, seen: Signal | None, *, in_shadow: bool
) -> Signal:
    same = seen is not None and _same(seen, found)
    if seen is not None and same:
        found = replace(
            found,
            first_seen=seen.first_seen,
            assigned_to=seen.assigned_to,
            snoozed_until=seen.snoozed_until,
        )
    state = seen.state if seen else SignalState.ACTIVE
    event = _event(situation, found, seen if same else None, in_shadow=in_shadow)
    if event is None:
        event = Event.RENEWED if seen else Event.FOUND
    found = replace(found, state=moved(state, event) or state)
    if found.state in (SignalState.PENDING, SignalState.EXPIRED):
        return found
    if event is Event.LOUDER and found.state is SignalState.ACTIVE:
        found = replace(found, snoozed_until=None)
    return with_acts(found, situation.facts.kept.of(SignalAct))


def _event(
    situation: Situation, found: Signal, seen: Signal | None, *, in_shadow: bool
) -> Event | None:
    """Return what the night does to a finding; None: it is new, or stands on another fact."""
    if in_shadow:
        return Event.SHADOWED
    if found.due and found.due < situation.as_of:
        return Event.OVERDUE
    if seen is None:
        return None
    if seen.state in _ENDED:
        return Event.RETURNED if "ended" in seen.evidence else Event.FOUND
    louder = severity_rank(found.severity) < severity_rank(seen.severity)
    return Event.LOUDER if louder else Event.FOUND


def _same(seen: Signal, found: Signal) -> bool:
    """Whether both stand on the same fact; one without a date ends with its reason."""
    anchors = seen.evidence.get("anchor"), found.evidence.get("anchor")
    return anchors[0] == anchors[1] and not (anchors[0] is None and "ended" in seen.evidence)


def _ended(signal: Signal, as_of: date) -> Signal:
    if "ended" in signal.evidence:
        return signal
    event = Event.OVERDUE if signal.due and signal.due < as_of else Event.GONE
    trial = {"shadow": True} if signal.state is SignalState.PENDING else {}
    return replace(
        signal,
        state=moved(signal.state, event) or signal.state,
        evidence={**signal.evidence, **trial, "ended": as_of.isoformat()},
    )


def _remembered(situation: Situation, signal: Signal) -> bool:
    ended = date.fromisoformat(str(signal.evidence["ended"]))
    days = timedelta(days=situation.settings.signals.remembered_days)
    return situation.as_of - ended <= days
