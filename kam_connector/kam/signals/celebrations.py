"""Signals about what deserves a word together: goals reached, joint work, anniversaries (S2.13)."""

from __future__ import annotations

from datetime import timedelta

from kam_connector.kam.journey.celebrations import (
    Celebration,
    CelebrationKind,
    celebrations_due,
)
from kam_connector.kam.signals.findings import finding
from kam_connector.kam.situation import Situation
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["celebration_due"]


def celebration_due(situation: Situation) -> list[Signal]:
    """Find occasions around today that nobody celebrates yet (`celebrations_due`).

    Of anniversaries only the round ones of the oldest contract in force. While something
    grave goes on, nobody is asked to celebrate (`account_signals` leaves it out).
    """
    found = celebrations_due(situation.facts, situation.as_of, settings=situation.settings)
    return [_occasion(situation, one) for one in found if _worth_a_word(situation, one)]


def _worth_a_word(situation: Situation, one: Celebration) -> bool:
    if one.kind is not CelebrationKind.ANNIVERSARY:
        return True
    begun = (
        (contract.starts_on, contract.id)
        for contract in situation.facts.contracts
        if contract.starts_on and contract.active is not False
    )
    oldest = min(begun, default=None)
    round_ = one.years in situation.settings.signals.anniversaries
    return round_ and oldest is not None and one.about == oldest[1]


def _occasion(situation: Situation, one: Celebration) -> Signal:
    anniversary = one.kind is CelebrationKind.ANNIVERSARY
    return finding(
        situation,
        SignalKind.CELEBRATION_DUE,
        Severity.INFO,
        one.words,
        anchor=one.on,
        due=one.on + timedelta(days=situation.settings.journey.celebration_after_days),
        subject="contract" if anniversary else one.about,
        evidence={"occasion": one.on.isoformat()},
    )
