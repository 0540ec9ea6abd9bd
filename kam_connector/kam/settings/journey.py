"""The journey's numbers: what a gate asks for, how often we meet, how far we look ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kam_connector.model.journey import MomentKind

__all__ = ["JourneySettings"]


def _moment_days() -> Mapping[str, Mapping[MomentKind, int]]:
    return {
        "A": {
            MomentKind.QBR: 90,
            MomentKind.STEERING_COMMITTEE: 180,
            MomentKind.EXECUTIVE_MEETING: 180,
            MomentKind.ANNUAL_PLANNING: 365,
        },
        "B": {
            MomentKind.QBR: 180,
            MomentKind.EXECUTIVE_MEETING: 365,
            MomentKind.ANNUAL_PLANNING: 365,
        },
        "C": {MomentKind.ANNUAL_PLANNING: 365},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneySettings:
    """When a stage is done, a moment due, a tender near."""

    moment_days: Mapping[str, Mapping[MomentKind, int]] = field(default_factory=_moment_days)
    """Expected days between moments of a kind, by tier. A business review each quarter is what
    its name says (S2.11); all else is our choice: the first tier's committees and executives
    meet twice a year, and nobody owes a small account what a large one gets."""
    calm_factor: Decimal = Decimal("1.5")
    """In consolidation reviews and committees come this much less often (S2.09). Our choice:
    four business reviews in a year and a half."""
    prepare_days: int = 7
    """A moment is prepared this long before its day. Our choice: one week to read."""
    follow_up_days: int = 14
    """Followed up this long after. Our choice: two weeks, while people still remember."""
    held_people: int = 3
    """A recorded meeting with this many of their people may be a planned moment. Our choice:
    fewer is a conversation."""
    held_slack_days: int = 3
    """A meeting this near the planned day may be it. Our choice: moved within its week."""
    coverage_from: Decimal = Decimal(60)
    """Development is done at this coverage. Our choice: sponsor and decider in dialogue, and
    the users known, is 60 of the 100 points of `HealthSettings.goals`."""
    known_days: int = 365
    """Satisfaction, a decider's answer and an executive meeting hold this long: one plan year
    (our choice)."""
    rest_days: int = 90
    """A stage that a person left is not suggested again for a quarter. Our choice."""
    celebration_ahead_days: int = 30
    celebration_after_days: int = 30
    """An occasion to celebrate is named a month ahead, and for a month after. Our choice."""
    tender_ahead_days: int = 365
    """An expected tender is named a year ahead: our choice, one plan year."""
    tender_window_days: int = 180
    """Its window opens as early as a renewal's (docs/scores.md, sources 5)."""
