"""The numbers behind renewal risk and tender readiness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["RenewalRiskSettings", "TenderReadinessSettings"]


def _risk_weights() -> Mapping[str, int]:
    return {
        "renewal.engagement_decay": 25,
        "renewal.support": 20,
        "renewal.contracting_lag": 15,
        "renewal.sponsor_gap": 10,
        "renewal.nps": 10,
        "renewal.market": 10,
        "renewal.turnover": 5,
        "renewal.late_payments": 5,
    }


def _readiness_weights() -> Mapping[str, int]:
    return {
        "tender.sponsor": 25,
        "tender.deciders": 20,
        "tender.win_plan": 20,
        "tender.time_left": 15,
        "tender.incumbent": 10,
        "tender.value_recap": 10,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRiskSettings:
    """How a renewal's risk is read: 0 none, 100 the greatest (sources 6)."""

    weights: Mapping[str, int] = field(default_factory=_risk_weights)
    """PILLAR's, as published (sources 6)."""
    red_from: Decimal = Decimal(60)
    amber_from: Decimal = Decimal(35)
    """Our choice: two thirds of what weighs is wrong before it is red, one third amber."""
    least_data_share: Decimal = Decimal("0.5")
    """Below half of the weight known: insufficient data, as for health (sources 3)."""
    decay_days: int = 90
    """Engagement is compared with this long ago. Our choice: a quarter, so that somebody met
    punctually every quarter shows no decay."""
    decay_ramp: tuple[float, float] = (0.0, 0.35)
    """A loss of 35 % or more is the worst (PILLAR, sources 6)."""
    lag_ramp_days: tuple[float, float] = (0.0, 120.0)
    """120 days without a step towards the contract are the worst (PILLAR, sources 6)."""
    nps_steps: tuple[tuple[float, float], ...] = ((6, 100), (7, 60), (8, 30), (9, 0))
    """Mean answer of 0 to 10 and what it reads: PILLAR's steps (sources 6), linear between."""
    departures_steps: tuple[int, ...] = (0, 33, 67, 100)
    """None, one, two, three or more people with a role left (PILLAR, sources 6)."""
    market_days: int = 180
    """How long news from outside weighs. Our choice: as long as a window is open."""
    escalated_reading: int = 60
    waiting_reading: int = 20
    """What each open request adds, escalated or not. Our choice: two escalations are the worst."""
    urgent_days: int = 90
    """From here to the decision the risk is multiplied, more each day ..."""
    urgency_most: Decimal = Decimal("0.25")
    """... up to by this share on the day. PILLAR multiplies near renewal without saying by how
    much (sources 6). Our choice: a quarter, less than any two readings weigh."""
    floor: Decimal = Decimal(60)
    """A sponsor who left with nobody else in dialogue, or an open escalation, within
    `urgent_days` of the decision: never below red. Our choice: as the caps of health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderReadinessSettings:
    """How ready we are for a tender: 0 not at all, 100 fully (S2.36)."""

    weights: Mapping[str, int] = field(default_factory=_readiness_weights)
    """Our choice: people who want us win tenders before papers do, and a plan before time."""
    green_from: Decimal = Decimal(76)
    amber_from: Decimal = Decimal(51)
    """As for health (sources 3)."""
    least_data_share: Decimal = Decimal("0.5")
    """As for health (sources 3)."""
    time_ramp_days: tuple[float, float] = (7.0, 60.0)
    """Days until the offer is due. Our choice: within a week nothing can be prepared any more,
    two months are enough for a large one."""
    recap_full_at: int = 3
    """So many things delivered make a value recap full. Our choice: three proofs carry a page."""
    plan_full_letters: int = 200
    """A win plan shorter than this is half a plan. Our choice: about three sentences, for
    whom, with what, against whom."""
    horizon_days: int = 365
    """Tenders further away are not judged yet. Our choice: the horizon of a plan."""
