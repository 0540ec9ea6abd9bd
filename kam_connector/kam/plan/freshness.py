"""How fresh each section of a plan is: people's words age, facts only when no run comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.plan import PlanSettings, asked_sections
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan_content import PlanSection, SectionKind, SwotItem
from kam_connector.model.programme import Maturity, Programme
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["SectionAge", "freshness", "programme_maturity", "section_age", "stale_sections"]

_SPOKEN = {
    SectionKind.SUMMARY,
    SectionKind.SITUATION,
    SectionKind.COMPETITION,
    SectionKind.TACTICS,
    SectionKind.RISKS,
    SectionKind.SHARED_VALUE,
}
"""Sections that live by what people say: without a word there is nothing to be fresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionAge:
    """How fresh one section is."""

    kind: SectionKind
    spoken_on: date | None
    """When its newest words were written or last read; None: nobody said anything."""
    freshness: int | None
    """0 to 100, never rising by itself; None: nothing to be fresh."""


def freshness(age_days: int, half_life_days: int) -> int:
    """Return 100 for today, 50 after one half-life, towards 0; a day to come counts as today.

    Raises:
        ValueError: *half_life_days* is not positive.
    """
    if half_life_days <= 0:
        raise ValueError("a half-life is positive")
    return int(100 * 2.0 ** (-max(0, age_days) / half_life_days))


def programme_maturity(facts: AccountFacts, settings: KamSettings | None = None) -> Maturity:
    """Return how much method the programme carries; the setting's where nobody described it."""
    told = facts.kept.of(Programme)
    return told[0].maturity if told else (settings or KamSettings()).programme.method


def section_age(
    kind: SectionKind,
    facts: AccountFacts,
    *,
    as_of: date,
    settings: PlanSettings,
    facts_on: date | None = None,
) -> SectionAge:
    """Return how fresh a section is: as its words, and never fresher than its facts.

    Args:
        kind: Which section.
        facts: The account.
        as_of: Today.
        settings: Half-lives.
        facts_on: The day of the last run; None: today.
    """
    filled = freshness((as_of - (facts_on or as_of)).days, settings.facts_half_life_days)
    spoken_on = max(_spoken_on(kind, facts), default=None)
    if spoken_on is None:
        return SectionAge(kind=kind, spoken_on=None, freshness=None if kind in _SPOKEN else filled)
    words = freshness((as_of - spoken_on).days, settings.half_life_days[kind])
    return SectionAge(kind=kind, spoken_on=spoken_on, freshness=min(words, filled))


def stale_sections(
    facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None
) -> list[SectionAge]:
    """Return the sections asked for whose words nobody has read for too long, the oldest first."""
    used = settings or KamSettings()
    ages = [
        section_age(kind, facts, as_of=as_of, settings=used.plan)
        for kind in asked_sections(programme_maturity(facts, used), used.plan)
    ]
    least = used.plan.stale_below
    old = [one for one in ages if one.spoken_on and (one.freshness or 0) < least]
    return sorted(old, key=lambda one: (one.freshness or 0, one.kind.value))


def _spoken_on(kind: SectionKind, facts: AccountFacts) -> Iterator[date]:
    """Yield the days on which people said or read what stands in a section."""
    for words in facts.kept.of(PlanSection):
        if words.kind is kind and words.account_id == facts.account.id:
            yield max(words.written_on, words.reviewed_on or words.written_on)
    if kind is SectionKind.SITUATION:
        yield from (one.written_on for one in facts.kept.of(SwotItem) if one.written_on)
    if kind is SectionKind.RELATIONSHIPS:
        yield from (one.asserted_on for one in facts.kept.of(Stakeholder))
