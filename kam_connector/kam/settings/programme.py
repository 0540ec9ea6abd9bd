"""The programme's numbers: how much is too little, how much is too much, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kam_connector.model.programme import Maturity, RitualKind

__all__ = ["ProgrammeSettings"]


def _ritual_hours() -> Mapping[RitualKind, Decimal]:
    return {
        RitualKind.PROGRAMME_REVIEW: Decimal(2),
        RitualKind.PORTFOLIO_REVIEW: Decimal("1.5"),
        RitualKind.ACCOUNT_REVIEW: Decimal("1.5"),
        RitualKind.TEAM_MEETING: Decimal(1),
        RitualKind.EXECUTIVE_REVIEW: Decimal(2),
        RitualKind.TRAINING: Decimal(4),
        RitualKind.OTHER: Decimal(1),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeSettings:
    """Limits of the method checks, the selection model and the scorecard."""

    method: Maturity = Maturity.STANDARD
    """The degree of method until somebody describes the programme (`Programme.maturity`)."""
    quadrant_from: Decimal = Decimal(50)
    """An axis is high from here on. Our choice: the middle of the scale."""
    weight_swing: Decimal = Decimal("0.2")
    """Weights are shaken by a fifth, up and down (docs/scores.md, sources 4)."""
    least_known: Decimal = Decimal("0.5")
    """Below half of the weight known an axis is unknown, as health is (sources 3)."""
    accounts_per_kam: tuple[int, int] = (1, 8)
    """Our choice: a ninth leaves less than half a day a week for each."""
    key_accounts: tuple[int, int] = (1, 70)
    """5-20 in the first tier and 20-50 in the second (sources 4), while no cap is set."""
    objectives_per_plan: tuple[int, int] = (2, 7)
    """Our choice: one is a wish, eight are no longer discussed in one review."""
    actions_per_plan: tuple[int, int] = (1, 15)
    """Our choice: fifteen open ones are three weeks of one person's days."""
    short_days: int = 180
    mid_days: int = 540
    """Half a year is short, a year and a half mid. Our choice: the selection matrix looks
    three years ahead (sources 4), and its halves and quarters follow."""
    horizon_share: tuple[int, int] = (1, 80)
    """Percent of objectives that one horizon may hold. Our choice: four of five."""
    trained_percent: tuple[int, int] = (50, 100)
    """At least half of the people within a year. Our choice."""
    trainings_per_person: int = 4
    """More than one a quarter is more than can be tried out. Our choice."""
    ritual_hours: Mapping[RitualKind, Decimal] = field(default_factory=_ritual_hours)
    """Hours one meeting of a kind takes. Our choice: usual lengths."""
    ritual_hours_a_month: tuple[int, int] = (1, 16)
    """Of one KAM; sixteen hours are a tenth of the working month. Our choice."""
    ritual_grace: Decimal = Decimal("0.25")
    """A ritual is overdue a quarter of its cadence after its day. Our choice: holidays."""
    empty_sections_percent: tuple[int, int] = (0, 50)
    """Percent of the asked sections that are empty. Our choice: half is a plan still begun."""
    plan_characters: int = 30_000
    """A plan of more than ten pages of 3,000 characters is no longer read. Our choice."""
    plan_grace_days: int = 30
    """A new plan may be empty this long: the onboarding month (S2.07)."""
    early_days: int = 365
    ripe_days: int = 1095
    """Advanced method in the first year is too much, starter after three years too little
    (S1.14; S1.21 names three years' practice)."""
    touched_days: int = 90
    """A plan is alive when somebody touched it within a quarter. Our choice."""
    judged_days: int = 180
    """A judgement older than half a year is no longer fresh. Our choice."""
    balanced_within: Decimal = Decimal(15)
    leaning_within: Decimal = Decimal(30)
    """How far the three pillars may lie apart, in points, to be balanced or leaning. Our
    choice: half a band of the verdict, and a whole one."""
    team_size: tuple[int, int] = (2, 8)
    """Core members. Our choice: one is no team; more than eight no longer meet as one."""
    covered_percent: int = 80
    """Of the contacts who are there. Our choice: four of five."""
    time_slack: Decimal = Decimal(5)
    """Points by which the actual share of time may differ from the agreed. Our choice: two
    hours a week are noise."""
    least_answers: int = 3
    """Nothing of a pulse is shown below three answers: who said what could be guessed."""
    pulse_round_days: int = 14
    """Answers no further apart than this are one round. Our choice."""
    pulse_months: int = 6
    """A pulse older than half a year says nothing of today. Our choice."""
    outside_percent: tuple[int, int] = (10, 90)
    """Percent of contacts that run outside the KAM: below, everything hangs on one person;
    above, nobody orchestrates (S2.04). Our choice."""
    reach_days: int = 365
    """How far back touches count. Our choice: one plan year."""
    promises_kept_percent: int = 80
    """Of the measured internal promises. Our choice: four of five."""
