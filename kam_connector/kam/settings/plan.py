"""Numbers of the account plan: which sections are asked for, how fast they age, what counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kam_connector.model.plan_content import SectionKind
from kam_connector.model.programme import Maturity

__all__ = ["PlanSettings", "asked_sections"]

_K = SectionKind
_STARTER = (_K.PROFILE, _K.RELATIONSHIPS, _K.STRATEGIC_OBJECTIVES, _K.ACTION_PLAN)
"""Four sections. Our choice: who they are, whom we know, what we want, what we do."""
_STANDARD = (
    *_STARTER,
    _K.HISTORY,
    _K.COMPETITION,
    _K.OPPORTUNITIES,
    _K.OPERATIONAL_OBJECTIVES,
    _K.TACTICS,
    _K.DASHBOARD,
)
"""The nine sections of the first article (S1.23); it counts both objectives as one."""
_ASKED: Mapping[Maturity, frozenset[SectionKind]] = {
    Maturity.STARTER: frozenset(_STARTER),
    Maturity.STANDARD: frozenset(_STANDARD),
    Maturity.ADVANCED: frozenset(SectionKind),
}
"""Advanced adds what the second article asks for (S2.20, S2.24): summary, situation with
SWOT, risks with mitigation, shared value."""


def _half_lives() -> Mapping[SectionKind, int]:
    return {
        _K.SUMMARY: 90,
        _K.PROFILE: 365,
        _K.HISTORY: 365,
        _K.RELATIONSHIPS: 90,
        _K.SITUATION: 90,
        _K.COMPETITION: 180,
        _K.OPPORTUNITIES: 60,
        _K.STRATEGIC_OBJECTIVES: 365,
        _K.OPERATIONAL_OBJECTIVES: 180,
        _K.TACTICS: 90,
        _K.ACTION_PLAN: 45,
        _K.DASHBOARD: 90,
        _K.RISKS: 90,
        _K.SHARED_VALUE: 180,
    }


def _quality_weights() -> Mapping[str, int]:
    return {
        "completeness": 25,
        "freshness": 15,
        "smart": 15,
        "actions": 15,
        "swot": 10,
        "risks": 10,
        "attainment": 5,
        "horizons": 5,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """How an account plan is judged."""

    sections: Mapping[SectionKind, bool] = field(default_factory=dict)
    """Sections asked for (true) or not (false), whatever the programme's maturity (S1.25)."""
    half_life_days: Mapping[SectionKind, int] = field(default_factory=_half_lives)
    """Days after which a person's words count half. Our choice: what a company is holds a
    year, people and positions a quarter, business two months, work six weeks."""
    facts_half_life_days: int = 7
    """Of what is filled in from the CRM, since the last run. Our choice: a week of nights
    that did not run."""
    stale_below: int = 50
    """A section is stale below this freshness: one half-life after it was last read."""
    four_eyes: bool = True
    """Who put a version forward may not approve it."""
    least_words: int = 3
    """A title of fewer words says no thing in particular. Our choice: verb, what, where."""
    most_objectives_per_owner: int = 7
    """More open objectives than this and nobody reaches them. Our choice: seven, the upper
    end of what management by objectives advises."""
    longest_years: int = 3
    """An objective further off is a vision. Our choice: one framework agreement."""
    most_growth_percent: int = 100
    """More growth than this in a year is called a stretch. Our choice: doubling."""
    on_track_slack_percent: int = 15
    """Points behind an even pace that are no news. Our choice: two months of a year."""
    strong_risk: int = 12
    """Probability x impact from which a risk needs a mitigation. Our choice: 3 x 4 of 25."""
    far_share_percent: int = 20
    """Of the objectives, due beyond a year and within one each. Our choice: one of five."""
    quality_weights: Mapping[str, int] = field(default_factory=_quality_weights)
    """Our choice: a plan that is whole and read (40), whose aims and work can be checked
    (30), that answers its weaknesses and risks (20); results are the health score's, and
    weigh little here."""


def asked_sections(maturity: Maturity, settings: PlanSettings) -> tuple[SectionKind, ...]:
    """Return the sections a plan is asked for, in their order on the page."""
    standard = _ASKED[maturity]
    return tuple(kind for kind in SectionKind if settings.sections.get(kind, kind in standard))
