"""Which rules speak, which are on trial, and which are silent."""

from __future__ import annotations

from enum import StrEnum

from kam_connector.kam.programme.methods import method_in_force
from kam_connector.kam.situation import Situation
from kam_connector.model.signal import SignalKind

__all__ = ["Switch", "switch_of"]


class Switch(StrEnum):
    """What becomes of a rule's findings."""

    ON = "on"
    SHADOW = "shadow"
    OFF = "off"


def switch_of(situation: Situation, kind: SignalKind) -> Switch:
    """Return what becomes of the findings of one kind.

    The installation's own words come first (``[kam.signals] off, shadow, on``), then the
    method of the programme: a starter has three signals.
    """
    limits = situation.settings.signals
    if kind.value in limits.off:
        return Switch.OFF
    if kind.value in limits.shadow:
        return Switch.SHADOW
    if kind.value in limits.on:
        return Switch.ON
    asked = method_in_force(
        situation.facts.kept, setting=situation.settings.programme.method
    ).asks_signal(kind.value)
    return Switch.ON if asked else Switch.OFF
