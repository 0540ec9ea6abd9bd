"""Facts of whom we know and how things stand: relationships and situation."""

from __future__ import annotations

from collections.abc import Iterator

from kam_connector.kam.coverage import GoalStage
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.view import FactLine
from kam_connector.kam.plan.words import person_of_ours, person_of_theirs
from kam_connector.language import Voice, phrase
from kam_connector.model.account_team import ExecutivePair, Teammate
from kam_connector.model.figures import SurveyAnswer
from kam_connector.model.plan_content import Insight, SwotItem
from kam_connector.model.signal import Signal, SignalState
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["relationship_facts", "situation_facts"]

_STRONGEST = 10
_LATEST = 8
"""Our choice: what a reader takes in of a list."""
_STAGES = {
    GoalStage.MISSING: phrase("nobody known"),
    GoalStage.IDENTIFIED: phrase("known, not met"),
    GoalStage.ACCESS: phrase("in contact"),
    GoalStage.DIALOGUE: phrase("in dialogue"),
    GoalStage.SUPPORTS: phrase("supports us"),
}
_OVER = (
    SignalState.RESOLVED,
    SignalState.EXPIRED,
    SignalState.SUPPRESSED,
    SignalState.PENDING,
)


def relationship_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield ties, coverage, stakeholders, our team and pairs of executives."""
    yield from _ties(basis, say)
    yield from _coverage(basis, say)
    yield from _stakeholders(basis, say)
    facts = basis.facts
    for mate in facts.kept.of(Teammate):
        if mate.serves_on(basis.as_of):
            yield FactLine(
                group=say("Our team"),
                label=person_of_ours(facts, mate.user_id, say),
                value=say.name(mate.role),
                note=say.name(mate.circle),
                record_id=mate.id,
            )
    for pair in facts.kept.of(ExecutivePair):
        yield FactLine(
            group=say("Executives who meet"),
            label=person_of_ours(facts, pair.user_id, say),
            value=person_of_theirs(facts, pair.contact_id),
            note=pair.purpose or "",
            record_id=pair.id,
        )


def _ties(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    known = {one.id: one for one in basis.facts.contacts}
    ties = [one for id_, one in basis.strengths.items() if id_ in known and one.value > 0]
    ties.sort(key=lambda one: (-one.value, one.contact_id))
    for tie in ties[:_STRONGEST]:
        person = known[tie.contact_id]
        last = tie.last_two_way
        yield FactLine(
            group=say("Ties"),
            label=person.name,
            value=say("{points} of 100", points=tie.value.quantize(1)),
            note=say("last exchange {day}", day=last) if last else say("no exchange yet"),
            on=last,
            record_id=person.id,
        )


def _coverage(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    if basis.coverage is None:
        return
    for goal in basis.coverage.goals:
        yield FactLine(
            group=say("Wanted roles"),
            label=say.name(goal.profile),
            value=say(_STAGES[goal.stage]),
            note=person_of_theirs(basis.facts, goal.contact_id),
            record_id=goal.contact_id,
        )
    yield FactLine(
        group=say("Wanted roles"),
        label=say("Effective threads"),
        value=say.number(round(basis.coverage.threads, 1)),
    )


def _stakeholders(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield what people said of people: for the team's eyes."""
    for one in basis.facts.kept.of(Stakeholder):
        name = person_of_theirs(basis.facts, one.contact_id)
        if not name or not one.holds_on(basis.as_of):
            continue
        yield FactLine(
            group=say("Stakeholders"),
            label=name,
            value=say(
                "support {support}, influence {influence}, engagement {engagement}",
                support=one.support,
                influence=one.influence,
                engagement=one.engagement,
            ),
            note=say(
                "{who}, {day}, {evidence}",
                who=person_of_ours(basis.facts, one.asserted_by, say),
                day=one.asserted_on,
                evidence=one.evidence,
            ),
            on=one.asserted_on,
            record_id=one.contact_id,
            opinion=True,
        )


def situation_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield satisfaction, requests for help, signals, what we learned, and the SWOT."""
    facts = basis.facts
    answers = sorted(facts.kept.of(SurveyAnswer), key=lambda one: (one.on, one.id), reverse=True)
    for answer in answers[:_LATEST]:
        yield FactLine(
            group=say("Satisfaction"),
            label=say.name(answer.kind),
            value=say.word(answer.score),
            note=answer.verbatim or "",
            on=answer.on,
            record_id=answer.id,
        )
    waiting = [one for one in facts.cases if not one.closed]
    if facts.cases:
        text = say.count("{n} open request", "{n} open requests", len(waiting))
        handed_up = sum(one.escalated for one in waiting)
        note = say.count("{n} escalated", "{n} escalated ones", handed_up) if handed_up else ""
        yield FactLine(group=say("Service"), label=text, value="", note=note)
    yield from (_signal(one, say) for one in facts.signals if one.state not in _OVER)
    learned = [one for one in facts.kept.of(Insight) if one.account_id == facts.account.id]
    for insight in sorted(learned, key=lambda one: (one.on, one.id), reverse=True)[:_LATEST]:
        yield FactLine(
            group=say("What we learned"),
            label=insight.text,
            value=say.name(insight.kind),
            on=insight.on,
            record_id=insight.id,
        )
    yield from _swot(basis, say)


def _signal(one: Signal, say: Voice) -> FactLine:
    return FactLine(
        group=say("Signals"),
        label=one.summary,
        value=say.name(one.severity),
        note=say("since {day}", day=one.first_seen),
        on=one.first_seen,
        record_id=one.key,
    )


def _swot(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    titles = {one.id: one.title for one in basis.facts.objectives}
    for item in sorted(
        basis.facts.kept.of(SwotItem), key=lambda one: (one.quadrant.value, -one.impact, one.id)
    ):
        answer = titles.get(item.objective_id or "")
        yield FactLine(
            group=say.name(item.quadrant),
            label=item.text,
            value=say("impact {impact} of 5", impact=item.impact),
            note=say("answered by: {objective}", objective=answer) if answer else "",
            on=item.written_on,
            record_id=item.id,
        )
