"""What a plan's page is made of: an account's facts of today, and what was computed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kam_connector.kam.coverage import Coverage
from kam_connector.kam.plan.objectives import Aims
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import Situation
from kam_connector.language import Language, Voice
from kam_connector.model.account import RenewalCycle
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan import Action
from kam_connector.model.score import Score, StrengthScore

__all__ = ["PlanBasis", "plan_basis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBasis:
    """One account's facts, with today's objectives, actions and scores among them."""

    facts: AccountFacts
    as_of: date
    settings: KamSettings = field(default_factory=KamSettings)
    facts_on: date | None = None
    """The day of the last run; None: today."""
    strengths: Mapping[str, StrengthScore] = field(default_factory=dict)
    """By contact, all colleagues together."""
    coverage: Coverage | None = None
    renewals: tuple[RenewalCycle, ...] = ()

    @property
    def say(self) -> Voice:
        """The voice of the page."""
        return self.settings.say

    def read_on(self, day: date | None) -> PlanBasis:
        """Return the same, its facts being those of an earlier run."""
        return replace(self, facts_on=day)

    def said_in(self, language: Language) -> PlanBasis:
        """Return the same, to be said in another language."""
        return replace(self, settings=replace(self.settings, language=language))


def plan_basis(
    situation: Situation,
    *,
    coverage: Coverage,
    scores: Mapping[str, Score],
    aims: Aims,
    actions: Iterable[Action],
) -> PlanBasis:
    """Return what a page needs of one account's night."""
    facts = replace(
        situation.facts, objectives=aims.objectives, actions=tuple(actions), previous=scores
    )
    return PlanBasis(
        facts=facts,
        as_of=situation.as_of,
        settings=situation.settings,
        strengths=situation.strengths,
        coverage=coverage,
        renewals=situation.renewals,
    )
