"""The method's numbers, in one frozen value: weights, cadences, windows, limits.

"Our choice" below means: no source states the number; the reason follows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kam_connector.kam.settings.digest import DigestSettings
from kam_connector.kam.settings.journey import JourneySettings
from kam_connector.kam.settings.kpis import KpiSettings
from kam_connector.kam.settings.plan import PlanSettings
from kam_connector.kam.settings.playbooks import PlaybookSettings
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.kam.settings.risks import (
    RenewalRiskSettings,
    TenderReadinessSettings,
)
from kam_connector.kam.settings.signals import SignalSettings
from kam_connector.kam.settings.whitespace import WhitespaceSettings
from kam_connector.language import Language, Voice, voice
from kam_connector.model.activity import ActivityKind
from kam_connector.model.contact import Profile

__all__ = [
    "ActionSettings",
    "HealthSettings",
    "KamSettings",
    "SelectionSettings",
    "SignalSettings",
    "StrengthSettings",
]


def _kind_weights() -> Mapping[ActivityKind, float]:
    return {
        ActivityKind.EMAIL: 1.0,
        ActivityKind.CALL: 2.0,
        ActivityKind.MEETING: 3.0,
        ActivityKind.WORKSHOP: 5.0,
    }


def _cadences() -> Mapping[Profile, int]:
    return {
        Profile.ECONOMIC_DECIDER: 90,
        Profile.INTERNAL_SPONSOR: 30,
        Profile.OPERATIONAL_USER: 30,
        Profile.TECHNICAL_INFLUENCER: 30,
        Profile.LEGAL: 180,
        Profile.OTHER: 30,
    }


def _goals() -> Mapping[Profile, int]:
    return {
        Profile.INTERNAL_SPONSOR: 40,
        Profile.ECONOMIC_DECIDER: 30,
        Profile.OPERATIONAL_USER: 15,
        Profile.TECHNICAL_INFLUENCER: 15,
    }


def _health_weights() -> Mapping[str, int]:
    return {
        "development.revenue_trend": 12,
        "development.pipeline": 10,
        "development.win_rate": 8,
        "satisfaction.nps": 12,
        "satisfaction.csat": 8,
        "relationship.key_ties": 12,
        "relationship.coverage": 12,
        "relationship.effective_threads": 4,
        "relationship.recent_dialogue": 2,
        "profitability.margin": 14,
        "profitability.cost_to_serve": 6,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthSettings:
    """How contact becomes relationship strength (docs/scores.md; sources are its last section)."""

    kind_weights: Mapping[ActivityKind, float] = field(default_factory=_kind_weights)
    """Mail 1, call 2, meeting 3, workshop 5 (sources 1)."""
    short_half_life_days: float = 7.0
    long_half_life_days: float = 60.0
    """7 and 60: the pair measured best (sources 1)."""
    cadence_days: Mapping[Profile, int] = field(default_factory=_cadences)
    """Expected days between contacts by profile. Our choice: deciders each quarter
    (S2.15 "rare but decisive"), the law twice a year, everybody else monthly."""

    segment_half_life_days: Mapping[str, float] = field(default_factory=dict)
    """The long half-life of a segment, where its business is slower than most; industries of
    long cycles: 180 (sources 1)."""

    def half_lives(self, profile: Profile, segment: str | None = None) -> tuple[float, float]:
        """Return the two half-lives, the long one at least twice the profile's cadence."""
        cadence = self.cadence_days.get(profile, 30)
        long = self.segment_half_life_days.get(segment or "", self.long_half_life_days)
        return self.short_half_life_days, max(long, 2.0 * cadence)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """Weights, ramps and limits of the health score (sources 3)."""

    weights: Mapping[str, int] = field(default_factory=_health_weights)
    """Families 30/20/30/20 (sources 3); the split inside a family is our choice:
    ties with the people who decide and their roles carry a relationship, the number of
    threads and the last date only colour it; whether they recommend us says more than how
    they found the last service, what is earned more than what it costs."""
    green_from: Decimal = Decimal(76)
    amber_from: Decimal = Decimal(51)
    """Gainsight: 0-50 red, 51-75 yellow, 76-100 green (sources 3)."""
    least_data_share: Decimal = Decimal("0.5")
    """Below half of the weight known: insufficient data (sources 3)."""
    least_activity_share: Decimal = Decimal("0.5")
    """Our choice: with less than half the team's mail recorded, silence means nothing."""
    silence_means_after_days: int = 180
    """A two-way contact this recent proves that a tie is recorded. Our choice: half a year."""
    tie_full_at: int = 60
    """A tie of 60 is "strong" (sources 1): full marks on the ramp."""
    threads_ramp: tuple[float, float] = (1.0, 3.0)
    """One thread 0, three 100: three contacts is the least per deal (PILLAR, sources 2)."""
    dialogue_ramp_days: tuple[float, float] = (90.0, 21.0)
    """Last two-way contact: 21 days ago or less 100, a quarter ago 0. Our choice."""
    trend_ramp: tuple[float, float] = (0.6, 1.4)
    """Won business over 365 days against the 365 before: 40 % less 0, steady 50, 40 % more
    100. Our choice: growth and loss weigh alike."""
    pipeline_ramp: tuple[float, float] = (0.0, 0.5)
    """Open business over that won in 365 days; half a year's worth is 100. Our choice."""
    win_rate_ramp: tuple[float, float] = (0.2, 0.7)
    """Share of decisions won in two years. Our choice."""
    nps_ramp: tuple[float, float] = (-20.0, 60.0)
    """Net Promoter Score. Our choice: as many detractors as promoters read a quarter, three
    promoters in five and no detractor full marks."""
    csat_ramp: tuple[float, float] = (2.5, 4.5)
    """Mean of answers of 1 to 5. Our choice: the middle of the scale reads a quarter."""
    least_answers: int = 3
    """Fewer answers make no reading, the figure is shown all the same. Our choice: below
    three, one answer is the whole score."""
    margin_ramp: tuple[float, float] = (0.0, 40.0)
    """Margin in percent of revenue. Our choice: selling at cost reads nothing; set it to what
    your trade earns."""
    cost_ramp: tuple[float, float] = (25.0, 5.0)
    """Cost to serve in percent of revenue. Our choice: a quarter reads nothing, 5 % full."""
    escalated_points: Decimal = Decimal(8)
    """Taken from the sum for each escalated request that is open ..."""
    recent_points: Decimal = Decimal(4)
    """... for one settled today, less each day until it is forgotten ..."""
    waiting_points: Decimal = Decimal(2)
    """... and for one that waits too long."""
    most_case_points: Decimal = Decimal(20)
    """All together at most the weight of satisfaction. Our choice: requests that go well are no
    praise, so they add nothing; those that go wrong take away, whatever surveys say."""
    recent_case_days: int = 90
    """How long a settled escalation is remembered. Our choice: a quarter, until the next review."""
    waiting_case_days: int = 30
    """From when an open request waits too long. Our choice: a month."""
    goals: Mapping[Profile, int] = field(default_factory=_goals)
    """Weight of each role goal: PILLAR's order (champion 35, sponsor 30, economic buyer
    20, breadth up to 15, sources 2), champion and sponsor being one profile here."""
    newcomer_grace_days: int = 30
    """A decision-maker this new counts for, never against. Our choice: onboarding month."""
    empty_seat_days: int = 180
    """How long a departed person's seat counts as empty. Our choice: half a year to replace."""
    cap_window_days: int = 90
    """Before a renewal, a missing sponsor caps the band (sources 3)."""
    baseline_days: int = 7
    """With no earlier score, compare with a week ago, recomputed from dated facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSettings:
    """How many interruptions, and how soon."""

    max_open_per_owner: int = 5
    """At most five open KAM tasks per owner (our choice)."""
    max_open_per_account: int = 3
    """Three at a time per account, a critical one alone. Our choice: what one conversation
    with the customer can carry; whoever handles a critical one speaks of the rest as well."""
    due_working_days: Mapping[str, int] = field(
        default_factory=lambda: {"critical": 5, "warning": 10, "info": 15}
    )
    """Working days to act by severity. Our choice: one, two, three weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionSettings:
    """Which tier a chosen account gets (sources 4: 5-20 first, next 20-50 second)."""

    first_tier: int = 15
    second_tier: int = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class KamSettings:
    """Everything the pure rules may be told."""

    strength: StrengthSettings = field(default_factory=StrengthSettings)
    health: HealthSettings = field(default_factory=HealthSettings)
    signals: SignalSettings = field(default_factory=SignalSettings)
    actions: ActionSettings = field(default_factory=ActionSettings)
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    kpis: KpiSettings = field(default_factory=KpiSettings)
    renewal_risk: RenewalRiskSettings = field(default_factory=RenewalRiskSettings)
    tender_readiness: TenderReadinessSettings = field(default_factory=TenderReadinessSettings)
    journey: JourneySettings = field(default_factory=JourneySettings)
    playbooks: PlaybookSettings = field(default_factory=PlaybookSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)
    programme: ProgrammeSettings = field(default_factory=ProgrammeSettings)
    whitespace: WhitespaceSettings = field(default_factory=WhitespaceSettings)
    write_step: Decimal = Decimal(3)
    """A number that moved less than this is not news in written texts (our choice)."""
    language: Language = Language.EN
    """Of everything that is written into a CRM."""
    plan_url: str | None = None
    """Template with ``{account_id}``, when a web address exists."""

    @property
    def say(self) -> Voice:
        """The voice of the settings' language."""
        return voice(self.language)
