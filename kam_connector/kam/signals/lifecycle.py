"""The life of a signal as one table: which event leads from which state to which.

What is not in the table is no move: the state stays, and a person who asks for it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kam_connector.model.signal import ActKind, SignalState

__all__ = ["MOVES", "Event", "event_of", "moved"]


class Event(StrEnum):
    """What may happen to a signal: five acts of people, seven of the night."""

    ACKNOWLEDGE = "acknowledge"
    START = "start"
    RESOLVE = "resolve"
    SUPPRESS = "suppress"
    REOPEN = "reopen"
    FOUND = "found"
    """The rule finds it again, on the same dated fact."""
    LOUDER = "louder"
    """Again, on the same fact, and graver."""
    RENEWED = "renewed"
    """Again, on another fact: another finding."""
    RETURNED = "returned"
    """Its reason had gone and is back, on the same fact."""
    GONE = "gone"
    OVERDUE = "overdue"
    """The last day on which it mattered has passed."""
    SHADOWED = "shadowed"
    """Its rule is on trial."""


_S, _E = SignalState, Event
_NIGHT_ALIVE = {
    _E.FOUND: None,
    _E.RENEWED: _S.ACTIVE,
    _E.GONE: _S.RESOLVED,
    _E.OVERDUE: _S.EXPIRED,
    _E.SHADOWED: _S.PENDING,
}
_ACTS_ALIVE = {_E.START: _S.IN_PROGRESS, _E.RESOLVE: _S.RESOLVED, _E.SUPPRESS: _S.SUPPRESSED}
_STEPS: Mapping[SignalState, Mapping[Event, SignalState | None]] = {
    _S.PENDING: {**_NIGHT_ALIVE, _E.FOUND: _S.ACTIVE, _E.LOUDER: _S.ACTIVE},
    _S.ACTIVE: {
        **_NIGHT_ALIVE,
        **_ACTS_ALIVE,
        _E.ACKNOWLEDGE: _S.ACKNOWLEDGED,
        _E.LOUDER: None,
    },
    _S.ACKNOWLEDGED: {
        **_NIGHT_ALIVE,
        **_ACTS_ALIVE,
        _E.ACKNOWLEDGE: None,
        _E.REOPEN: _S.ACTIVE,
        _E.LOUDER: _S.ACTIVE,
    },
    _S.IN_PROGRESS: {
        **_NIGHT_ALIVE,
        **_ACTS_ALIVE,
        _E.REOPEN: _S.ACTIVE,
        _E.LOUDER: None,
    },
    _S.RESOLVED: {
        _E.REOPEN: _S.ACTIVE,
        _E.FOUND: None,
        _E.LOUDER: None,
        _E.RENEWED: _S.ACTIVE,
        _E.RETURNED: _S.ACTIVE,
        _E.GONE: None,
        _E.OVERDUE: None,
        _E.SHADOWED: None,
    },
    _S.EXPIRED: {
        _E.FOUND: None,
        _E.LOUDER: None,
        _E.RENEWED: _S.ACTIVE,
        _E.RETURNED: _S.ACTIVE,
        _E.GONE: None,
        _E.OVERDUE: None,
        _E.SHADOWED: None,
    },
    _S.SUPPRESSED: {
        _E.REOPEN: _S.ACTIVE,
        _E.RESOLVE: _S.RESOLVED,
        _E.SUPPRESS: None,
        _E.FOUND: None,
        _E.LOUDER: None,
        _E.RENEWED: _S.ACTIVE,
        _E.GONE: _S.RESOLVED,
        _E.OVERDUE: _S.EXPIRED,
        _E.SHADOWED: None,
    },
}
"""None: it stays. Our choices: work in progress and a person's "not again" outlast a graver
severity, an acknowledgement does not; what a rule saw return is itself again, not new."""

MOVES: Mapping[tuple[SignalState, Event], SignalState] = {
    (state, event): after or state
    for state, steps in _STEPS.items()
    for event, after in steps.items()
}
"""Every legal move."""

_EVENT_OF = {
    ActKind.ACKNOWLEDGE: Event.ACKNOWLEDGE,
    ActKind.START: Event.START,
    ActKind.RESOLVE: Event.RESOLVE,
    ActKind.SUPPRESS: Event.SUPPRESS,
    ActKind.REOPEN: Event.REOPEN,
}


def moved(state: SignalState, event: Event) -> SignalState | None:
    """Return the state after an event, or None where there is no such move."""
    return MOVES.get((state, event))


def event_of(act: ActKind) -> Event | None:
    """Return the event of a person's act; a snooze and an assignment change no state."""
    return _EVENT_OF.get(act)
