"""The tables of docs/signals.md: every kind of signal, and its life."""

from __future__ import annotations

from markdown import code, table

from kam_connector.kam.programme.methods import METHODS
from kam_connector.kam.signals.lifecycle import MOVES, Event
from kam_connector.kam.signals.rules import RULES
from kam_connector.kam.signals.words import PUBLIC_TITLES
from kam_connector.model.programme import Maturity
from kam_connector.model.signal import SignalState

__all__ = ["kinds_table", "life_table"]


def kinds_table() -> str:
    """Return every kind: what its rule finds, what is to be done, who is told."""
    return table(
        ("kind", "the rule", "what to do", "told from"),
        [
            (
                code(kind.value),
                (rule.__doc__ or "").strip().partition("\n")[0],
                PUBLIC_TITLES[kind].replace("{role}", "them"),
                _told_from(kind.value),
            )
            for kind, rule in RULES.items()
        ],
    )


def life_table() -> str:
    """Return every legal move: from which state, by which event, to which."""
    return table(
        ("state", *(code(state.value) for state in SignalState)),
        [
            (
                code(before.value),
                *(
                    ", ".join(
                        event.value.replace("_", " ")
                        for event in Event
                        if MOVES.get((before, event)) is after
                    )
                    for after in SignalState
                ),
            )
            for before in SignalState
        ],
    )


def _told_from(kind: str) -> str:
    return next(one.value for one in Maturity if METHODS[one].asks_signal(kind))
