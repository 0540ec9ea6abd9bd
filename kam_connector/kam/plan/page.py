"""Makes a plan's page: facts beside words, section by section, with how all of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kam_connector.kam.plan.answers import overdue_actions, unanswered_swot
from kam_connector.kam.plan.attainment import attainment, results_in_words
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.completeness import section_completeness
from kam_connector.kam.plan.fill.account import history_facts, profile_facts
from kam_connector.kam.plan.fill.business import (
    competition_facts,
    dashboard_facts,
    opportunity_facts,
)
from kam_connector.kam.plan.fill.people import relationship_facts, situation_facts
from kam_connector.kam.plan.fill.work import (
    action_facts,
    objective_facts,
    risk_facts,
    shared_value_facts,
    summary_facts,
    tactic_facts,
)
from kam_connector.kam.plan.freshness import programme_maturity, section_age
from kam_connector.kam.plan.next_steps import next_steps
from kam_connector.kam.plan.quality import plan_completeness, plan_freshness, plan_quality
from kam_connector.kam.plan.scope import plan_frame
from kam_connector.kam.plan.smart import smart_checks
from kam_connector.kam.plan.view import FactLine, PlanPage, SectionView
from kam_connector.kam.plan.words import section_title
from kam_connector.kam.settings.plan import asked_sections
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan import Level
from kam_connector.model.plan_content import PlanSection, PlanVersion, SectionKind

__all__ = ["plan_page", "section_view"]


def _strategic(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    return objective_facts(basis, say, Level.STRATEGIC)


def _operational(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    return objective_facts(basis, say, Level.OPERATIONAL)


_FILL: Mapping[SectionKind, Callable[[PlanBasis, Voice], Iterator[FactLine]]] = {
    SectionKind.SUMMARY: summary_facts,
    SectionKind.PROFILE: profile_facts,
    SectionKind.HISTORY: history_facts,
    SectionKind.RELATIONSHIPS: relationship_facts,
    SectionKind.SITUATION: situation_facts,
    SectionKind.COMPETITION: competition_facts,
    SectionKind.OPPORTUNITIES: opportunity_facts,
    SectionKind.STRATEGIC_OBJECTIVES: _strategic,
    SectionKind.OPERATIONAL_OBJECTIVES: _operational,
    SectionKind.TACTICS: tactic_facts,
    SectionKind.ACTION_PLAN: action_facts,
    SectionKind.DASHBOARD: dashboard_facts,
    SectionKind.RISKS: risk_facts,
    SectionKind.SHARED_VALUE: shared_value_facts,
}


def plan_page(basis: PlanBasis) -> PlanPage:
    """Return the whole plan of one account, in the language of the basis' settings.

    Shown are the sections that the programme's maturity asks for, and any in which somebody
    wrote: words are never hidden.
    """
    facts, as_of, settings = basis.facts, basis.as_of, basis.settings
    maturity = programme_maturity(facts, settings)
    asked = asked_sections(maturity, settings.plan)
    shown = [kind for kind in SectionKind if kind in asked or _words(facts, kind)]
    found = attainment(facts, as_of=as_of, settings=settings)
    return PlanPage(
        account_id=facts.account.id,
        account=facts.account.name,
        as_of=as_of,
        facts_on=basis.facts_on or as_of,
        language=settings.language,
        maturity=maturity,
        plan=facts.plan,
        frame=plan_frame(facts),
        sections=tuple(section_view(basis, kind, asked=kind in asked) for kind in shown),
        completeness=plan_completeness(facts, as_of=as_of, settings=settings),
        freshness=plan_freshness(facts, as_of=as_of, settings=settings, facts_on=basis.facts_on),
        quality=plan_quality(facts, as_of=as_of, settings=settings, facts_on=basis.facts_on),
        objectives=found,
        smart=smart_checks(facts, as_of=as_of, settings=settings),
        results=results_in_words(found, basis.say),
        unanswered=tuple(unanswered_swot(facts)),
        overdue=tuple(overdue_actions(facts, as_of)),
        versions=_versions(facts),
        next_steps=tuple(next_steps(facts, as_of=as_of, settings=settings)),
    )


def section_view(basis: PlanBasis, kind: SectionKind, *, asked: bool = True) -> SectionView:
    """Return one section, asked for or not."""
    facts, settings = basis.facts, basis.settings
    full = section_completeness(kind, facts, as_of=basis.as_of, settings=settings)
    age = section_age(
        kind, facts, as_of=basis.as_of, settings=settings.plan, facts_on=basis.facts_on
    )
    return SectionView(
        kind=kind,
        title=section_title(kind, basis.say),
        asked=asked,
        facts=tuple(_FILL[kind](basis, basis.say)),
        words=_words(facts, kind),
        missing=full.missing,
        completeness=full.percent,
        freshness=age.freshness,
        spoken_on=age.spoken_on,
    )


def _words(facts: AccountFacts, kind: SectionKind) -> tuple[PlanSection, ...]:
    mine = [
        one
        for one in facts.kept.of(PlanSection)
        if one.kind is kind and one.account_id == facts.account.id and one.body.strip()
    ]
    return tuple(sorted(mine, key=lambda one: (one.written_on, one.id), reverse=True))


def _versions(facts: AccountFacts) -> tuple[PlanVersion, ...]:
    mine = [one for one in facts.kept.of(PlanVersion) if one.account_id == facts.account.id]
    return tuple(sorted(mine, key=lambda one: -one.number))
