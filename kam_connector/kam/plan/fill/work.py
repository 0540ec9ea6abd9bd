"""Facts of what is wanted and done: objectives, tactics, actions, risks, shared value."""

from __future__ import annotations

from collections.abc import Iterator

from kam_connector.kam.plan.answers import open_risks, risk_score
from kam_connector.kam.plan.attainment import attainment, results_in_words
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.view import Attained, FactLine
from kam_connector.kam.plan.words import person_of_ours
from kam_connector.language import Voice
from kam_connector.model.money import Money
from kam_connector.model.plan import Action, ActionState, Level
from kam_connector.model.plan_content import (
    CommunicationCharter,
    Initiative,
    Risk,
    SharedSpace,
    SharedValue,
    Tactic,
    WorkState,
)

__all__ = [
    "action_facts",
    "objective_facts",
    "risk_facts",
    "shared_value_facts",
    "summary_facts",
    "tactic_facts",
]

_UNFINISHED = (ActionState.OPEN, ActionState.WAITING)
_DONE_DAYS = 90
"""How long a finished action stays on the page. Our choice: a quarter."""


def summary_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield the plan in four lines: status, results, health, what comes next."""
    facts, group = basis.facts, say("At a glance")
    plan = facts.plan
    if plan is not None:
        note = say("next review {day}", day=plan.next_review) if plan.next_review else ""
        yield FactLine(group=group, label=say("Plan"), value=say.name(plan.status), note=note)
    results = results_in_words(attainment(facts, as_of=basis.as_of, settings=basis.settings), say)
    yield FactLine(group=group, label=say("Results"), value=results)
    health = facts.previous.get("health")
    if health is not None:
        yield FactLine(group=group, label=say("Health"), value=say.name(health.band))
    soon = [one for one in facts.actions if one.state in _UNFINISHED]
    first = min(soon, key=lambda one: (one.due, one.id), default=None)
    if first is not None:
        note = say("due {day}", day=first.due)
        yield FactLine(group=group, label=say("Next"), value=first.title, note=note, on=first.due)


def objective_facts(basis: PlanBasis, say: Voice, level: Level) -> Iterator[FactLine]:
    """Yield the objectives of one level with how far they have got."""
    for one in attainment(basis.facts, as_of=basis.as_of, settings=basis.settings):
        if one.objective.level is level:
            yield _objective(one, basis, say)


def _objective(one: Attained, basis: PlanBasis, say: Voice) -> FactLine:
    aim = one.objective
    notes = [
        one.reason,
        say("due {day}", day=aim.due),
        person_of_ours(basis.facts, aim.owner_id or basis.facts.account.owner_id, say),
        say("shared with the customer") if aim.customer_shared else "",
    ]
    return FactLine(
        group=say.name(aim.theme) if aim.theme else say.name(aim.nature),
        label=aim.title,
        value=say.name(one.state),
        note="; ".join(filter(None, notes)),
        on=aim.due,
        record_id=aim.id,
    )


def tactic_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield tactics and initiatives with the objective they serve."""
    facts = basis.facts
    titles = {one.id: one.title for one in facts.objectives}
    for tactic in facts.kept.of(Tactic):
        if tactic.state is not WorkState.DROPPED:
            yield FactLine(
                group=titles.get(tactic.objective_id or "", say("Without an objective")),
                label=tactic.text,
                value=say.name(tactic.state),
                note=person_of_ours(facts, tactic.owner_id, say),
                record_id=tactic.id,
            )
    for one in facts.kept.of(Initiative):
        if one.state is not WorkState.DROPPED:
            worth = (
                say.money(Money(amount=one.value, currency=one.currency))
                if one.value is not None and one.currency
                else ""
            )
            notes = [
                person_of_ours(facts, one.owner_id, say),
                say("due {day}", day=one.due) if one.due else "",
                titles.get(one.objective_id or "", ""),
                worth,
            ]
            yield FactLine(
                group=say.name(one.kind),
                label=one.title,
                value=say.name(one.state),
                note="; ".join(filter(None, notes)),
                on=one.due,
                record_id=one.id,
            )


def action_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield milestones, then actions: open by day, then what was done lately."""
    actions = sorted(basis.facts.actions, key=lambda one: (one.due, one.title, one.id))
    shown = [one for one in actions if one.state in _UNFINISHED or _done_lately(one, basis)]
    for one in sorted(shown, key=lambda one: (not one.milestone, one.state not in _UNFINISHED)):
        notes = [
            person_of_ours(basis.facts, one.owner_id, say),
            say("shows in: {sign}", sign=one.success_indicator) if one.success_indicator else "",
            say("overdue") if one.state in _UNFINISHED and one.due < basis.as_of else "",
            one.reason,
        ]
        yield FactLine(
            group=say("Milestones") if one.milestone else say("Actions"),
            label=one.title,
            value=say("{state}, due {day}", state=one.state, day=one.due),
            note="; ".join(filter(None, notes)),
            on=one.due,
            record_id=one.id,
        )


def _done_lately(one: Action, basis: PlanBasis) -> bool:
    done = one.state is ActionState.DONE and one.closed_on is not None
    return done and one.closed_on is not None and (basis.as_of - one.closed_on).days <= _DONE_DAYS


def risk_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield open risks, the gravest first, with what is done about each."""
    yield from (_risk(one, basis, say) for one in open_risks(basis.facts))


def _risk(one: Risk, basis: PlanBasis, say: Voice) -> FactLine:
    review = one.review_on
    notes = [
        person_of_ours(basis.facts, one.owner_id, say),
        say("mitigation: {text}", text=one.mitigation) if one.mitigation else "",
        say("trigger: {text}", text=one.trigger) if one.trigger else "",
        say("fallback: {text}", text=one.contingency) if one.contingency else "",
        say("review was due {day}", day=review) if review and review < basis.as_of else "",
    ]
    return FactLine(
        group=say.name(one.state),
        label=one.text,
        value=say(
            "{score} of 25 (probability {probability}, impact {impact})",
            score=risk_score(one),
            probability=one.probability,
            impact=one.impact,
        ),
        note="; ".join(filter(None, notes)),
        on=review,
        record_id=one.id,
    )


def shared_value_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield what both sides do together, how they agreed to work, and where they share."""
    for one in basis.facts.kept.of(SharedValue):
        notes = [
            say("for us: {gain}", gain=one.benefit_us) if one.benefit_us else "",
            say("for them: {gain}", gain=one.benefit_them) if one.benefit_them else "",
        ]
        yield FactLine(
            group=say.name(one.kind),
            label=one.text,
            value=say.name(one.state),
            note="; ".join(filter(None, notes)),
            on=one.on,
            record_id=one.id,
        )
    yield from _charter(basis, say)
    for space in basis.facts.kept.of(SharedSpace):
        yield FactLine(
            group=say("Shared spaces"),
            label=space.name,
            value=say.name(space.kind),
            note=space.url,
            record_id=space.id,
        )


def _charter(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    group = say("How we work together")
    for one in basis.facts.kept.of(CommunicationCharter):
        told = (
            (say("Channels"), ", ".join(one.channels)),
            (say("Rhythm"), one.cadence),
            (say("Escalation"), one.escalation_path),
            (say("We expect"), one.we_expect),
            (say("They expect"), one.they_expect),
            (say("Joint goals"), "; ".join(one.joint_goals)),
        )
        for label, value in told:
            if value:
                yield FactLine(
                    group=group, label=label, value=value, on=one.signed_on, record_id=one.id
                )
