"""What each section of a plan should hold, and what of it is missing, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kam_connector.kam.hidden_words import DEAL_AMOUNT, TURNOVER
from kam_connector.kam.plan.answers import open_risks, risks_to_review, unmitigated_risks
from kam_connector.kam.plan.scope import plan_frame, planned_business
from kam_connector.kam.plan.words import able_user
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import KEY_PROFILES
from kam_connector.language import Voice
from kam_connector.model.account_team import ContactCoverage
from kam_connector.model.contact import Contact, Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import KpiValue
from kam_connector.model.plan import Action, ActionState, Level, Nature, Objective, ObjectiveStatus
from kam_connector.model.plan_content import (
    CommunicationCharter,
    Competitor,
    PlanSection,
    SectionKind,
    SharedValue,
    SwotItem,
    SwotQuadrant,
    Tactic,
)
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["Completeness", "section_completeness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How much of what it should hold a section holds."""

    percent: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    facts: AccountFacts
    as_of: date
    settings: KamSettings
    say: Voice


_Check = tuple[bool, str]
"""Whether it is there, and how its absence is said."""


def section_completeness(
    kind: SectionKind, facts: AccountFacts, *, as_of: date, settings: KamSettings
) -> Completeness:
    """Return how complete one section is: the share of its checks that are met.

    What a person wrote stands for a record that nobody keeps: a section with words is at
    least half complete. Our choice: prose says it too, but cannot be counted.
    """
    look = _Look(facts=facts, as_of=as_of, settings=settings, say=settings.say)
    checks = list(_CHECKS[kind](look))
    met = sum(1 for there, _ in checks if there)
    percent = met * 100 // len(checks) if checks else 100
    return Completeness(
        percent=max(percent, 50) if _words(look, kind) else percent,
        missing=tuple(text for there, text in checks if not there),
    )


def _words(look: _Look, kind: SectionKind) -> list[PlanSection]:
    own = look.facts.kept.of(PlanSection)
    mine = look.facts.account.id
    return [one for one in own if one.kind is kind and one.account_id == mine and one.body.strip()]


def _summary(look: _Look) -> Iterator[_Check]:
    say, frame = look.say, plan_frame(look.facts)
    yield bool(_words(look, SectionKind.SUMMARY)), say("nobody has summed the plan up")
    yield bool(frame and frame.vision), say("no vision of where both sides want to be")


def _profile(look: _Look) -> Iterator[_Check]:
    say, facts, frame = look.say, look.facts, plan_frame(look.facts)
    yield bool(facts.account.industry), say("the CRM does not say the sector")
    known = facts.account.turnover is not None or TURNOVER in facts.hidden
    yield known, say("the CRM does not say the customer's turnover")
    owner = able_user(facts, facts.account.owner_id)
    yield owner is not None, say("nobody of ours who is still with us owns the account")
    goals = bool(frame and frame.customer_goals)
    yield goals, say("the customer's own strategic goals are not written down")
    wanted = bool(frame and frame.partnership and frame.partnership_wanted)
    yield wanted, say("how close the partnership is, and should be, is not said")


def _history(look: _Look) -> Iterator[_Check]:
    say, facts = look.say, look.facts
    decided = any(deal.closed for deal in facts.opportunities)
    yield decided or bool(facts.contracts), say("the CRM knows no decided business and no contract")
    yield bool(_words(look, SectionKind.HISTORY)), say("nobody has written what the past teaches")


def _relationships(look: _Look) -> Iterator[_Check]:
    say, facts = look.say, look.facts
    mapped = {one.contact_id for one in facts.kept.of(Stakeholder) if one.holds_on(look.as_of)}
    covered = {one.contact_id for one in facts.kept.of(ContactCoverage)}
    yield bool(facts.contacts), say("the CRM knows nobody there")
    sponsor = any(_has(one, Profile.INTERNAL_SPONSOR) for one in facts.contacts)
    yield sponsor, say("no internal sponsor is known")
    decider = any(_has(one, Profile.ECONOMIC_DECIDER) for one in facts.contacts)
    yield decider, say("no economic decider is known")
    keys = [one for one in facts.contacts if any(_has(one, each) for each in KEY_PROFILES)]
    if keys:
        blank = sum(one.id not in mapped for one in keys)
        yield (
            not blank,
            say(
                "{some} of {every} sponsors and deciders are not on the stakeholder map",
                some=blank,
                every=len(keys),
            ),
        )
        open_ = sum(one.id not in covered for one in keys)
        yield (
            not open_,
            say(
                "{some} of {every} sponsors and deciders have nobody of ours to look after them",
                some=open_,
                every=len(keys),
            ),
        )


def _has(person: Contact, profile: Profile) -> bool:
    return profile.value in person.roles


def _situation(look: _Look) -> Iterator[_Check]:
    say = look.say
    known = {one.quadrant for one in look.facts.kept.of(SwotItem)}
    yield SwotQuadrant.STRENGTH in known, say("the SWOT names no strength")
    yield SwotQuadrant.WEAKNESS in known, say("the SWOT names no weakness")
    yield SwotQuadrant.OPPORTUNITY in known, say("the SWOT names no opportunity")
    yield SwotQuadrant.THREAT in known, say("the SWOT names no threat")


def _competition(look: _Look) -> Iterator[_Check]:
    say, rivals = look.say, look.facts.kept.of(Competitor)
    named = bool(rivals) or bool(_words(look, SectionKind.COMPETITION))
    yield named, say("no competitor is named, and nobody says that there is none")
    if rivals:
        yield all(one.strength for one in rivals), say("how strong each competitor is, is not said")
        ends = any(one.contract_ends_on for one in rivals)
        yield ends, say("when their contracts end is not known")


def _opportunities(look: _Look) -> Iterator[_Check]:
    say = look.say
    inside, _ = planned_business(look.facts, say)
    yield bool(inside), say("no open opportunity belongs to the plan")
    if inside:
        unseen = DEAL_AMOUNT in look.facts.hidden
        valued = unseen or all(deal.amount is not None for deal in inside)
        yield valued, say("an opportunity of the plan has no amount")
        yield all(deal.closes_on for deal in inside), say("an opportunity has no closing day")
        late = any(deal.closes_on and deal.closes_on < look.as_of for deal in inside)
        yield not late, say("an open opportunity should have closed already")


def _strategic(look: _Look) -> Iterator[_Check]:
    say, found = look.say, _living(look, Level.STRATEGIC)
    yield bool(found), say("no strategic objective is open")
    judged = any(one.nature is Nature.QUALITATIVE for one in found)
    yield judged, say("no objective that is judged rather than counted")
    shared = any(one.customer_shared for one in found)
    yield shared, say("no objective that the customer shares")


def _operational(look: _Look) -> Iterator[_Check]:
    say, found = look.say, _living(look, Level.OPERATIONAL)
    yield bool(found), say("no operational objective is open")
    owned = all(able_user(look.facts, one.owner_id or look.facts.account.owner_id) for one in found)
    yield bool(found) and owned, say("an operational objective has no owner")


def _living(look: _Look, level: Level) -> list[Objective]:
    return [
        one
        for one in look.facts.objectives
        if one.level is level and one.status is not ObjectiveStatus.CLOSED
    ]


def _tactics(look: _Look) -> Iterator[_Check]:
    say, tactics = look.say, look.facts.kept.of(Tactic)
    yield bool(tactics), say("no tactic says how the objectives are to be reached")
    if tactics:
        yield all(one.owner_id for one in tactics), say("a tactic has no owner")
        yield all(one.objective_id for one in tactics), say("a tactic belongs to no objective")


def _action_plan(look: _Look) -> Iterator[_Check]:
    say, open_ones = look.say, _unfinished(look.facts.actions)
    yield bool(open_ones), say("no action is open")
    yield any(one.milestone for one in look.facts.actions), say("no milestone is set")
    if open_ones:
        yield all(one.owner_id for one in open_ones), say("an action has no owner")
        by_hand = [one for one in open_ones if one.made_by]
        told = all(one.success_indicator for one in by_hand)
        yield told, say("an action does not say what shows that it worked")
        yield all(one.due >= look.as_of for one in open_ones), say("an action is overdue")


def _unfinished(actions: Iterable[Action]) -> list[Action]:
    return [one for one in actions if one.state in (ActionState.OPEN, ActionState.WAITING)]


def _dashboard(look: _Look) -> Iterator[_Check]:
    say, facts = look.say, look.facts
    known = {name for name, score in facts.previous.items() if score.value is not None}
    yield "health" in known, say("health is not known")
    yield "relationship" in known, say("the relationship's strength is not known")
    figures = any(one.value is not None for one in facts.kept.of(KpiValue))
    yield figures, say("no key figure is known")


def _risks(look: _Look) -> Iterator[_Check]:
    say, risks = look.say, open_risks(look.facts)
    yield bool(risks), say("no risk is named")
    if risks:
        bare = unmitigated_risks(look.facts, look.settings.plan)
        yield not bare, say("a grave risk lacks its mitigation, its trigger or its owner")
        late = risks_to_review(look.facts, as_of=look.as_of)
        yield not late, say("the review of a risk is overdue")


def _shared_value(look: _Look) -> Iterator[_Check]:
    say, shared = look.say, look.facts.kept.of(SharedValue)
    yield bool(shared), say("nothing is planned from which both sides gain")
    if shared:
        both = all(one.benefit_us and one.benefit_them for one in shared)
        yield both, say("what each side gains is not said")
    charter = bool(look.facts.kept.of(CommunicationCharter))
    yield charter, say("how both sides work together is not agreed in writing")


_CHECKS: Mapping[SectionKind, Callable[[_Look], Iterator[_Check]]] = {
    SectionKind.SUMMARY: _summary,
    SectionKind.PROFILE: _profile,
    SectionKind.HISTORY: _history,
    SectionKind.RELATIONSHIPS: _relationships,
    SectionKind.SITUATION: _situation,
    SectionKind.COMPETITION: _competition,
    SectionKind.OPPORTUNITIES: _opportunities,
    SectionKind.STRATEGIC_OBJECTIVES: _strategic,
    SectionKind.OPERATIONAL_OBJECTIVES: _operational,
    SectionKind.TACTICS: _tactics,
    SectionKind.ACTION_PLAN: _action_plan,
    SectionKind.DASHBOARD: _dashboard,
    SectionKind.RISKS: _risks,
    SectionKind.SHARED_VALUE: _shared_value,
}
