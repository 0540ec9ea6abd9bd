"""What wants a decision this week, account by account.

A decision is a question with its reason, not a task: the tasks are there already. Ten minutes
for five are two minutes each (our choice: what fits before the week begins).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from kam_connector.kam.actions import able_owner
from kam_connector.kam.assess import Assessment
from kam_connector.kam.judgements import judgements_on
from kam_connector.kam.network.declared import GapKind, declared_gaps
from kam_connector.kam.plan.attainment import objectives_off_track
from kam_connector.kam.signals.acts import told
from kam_connector.kam.wording import action_title
from kam_connector.language import phrase
from kam_connector.model.plan import ActionState
from kam_connector.model.signal import Severity, SignalKind, SignalState
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["Decision", "Weight", "decisions"]

_FALL = Decimal(10)
"""Health that fell by this much since the last run but one is news. Our choice: half a band."""


class Weight(IntEnum):
    """Which of two decisions comes first."""

    CRITICAL = 0
    FALLEN = 1
    RENEWAL = 2
    WARNING = 3
    OFF_TRACK = 4
    WAITING = 5
    JUDGEMENT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One question about one account."""

    account_id: str
    account: str
    owner_id: str
    weight: Weight
    question: str
    because: str
    key: str
    """What it is about; the same question keeps its key from week to week."""
    points: Decimal = Decimal(0)
    """How much is at stake, to put questions of one weight in order."""
    person: str | None = None
    """Of whom and of what it asks: the same question about them is asked once, whatever the
    account."""


def decisions(assessment: Assessment) -> tuple[Decision, ...]:
    """Return the account's open questions, the weightiest first; none without an owner."""
    owner = able_owner(assessment.situation, assessment.situation.facts.account.owner_id)
    if owner is None:
        return ()
    rules = (_findings, _fallen, _renewal, _off_track, _waiting, _judgements)
    found = [one for rule in rules for one in rule(assessment, owner)]
    return tuple(sorted(found, key=lambda one: (one.weight, -one.points, one.key)))


def _decision(
    assessment: Assessment,
    owner: str,
    weight: Weight,
    question: str,
    because: str,
    *,
    about: str,
    points: Decimal = Decimal(0),
    person: str | None = None,
) -> Decision:
    account = assessment.situation.facts.account
    return Decision(
        account_id=account.id,
        account=account.name,
        owner_id=owner,
        weight=weight,
        question=question,
        because=because,
        key=f"{weight.name.lower()}:{account.id}:{about}",
        points=points,
        person=person,
    )


_ASKED = {
    Severity.CRITICAL: (Weight.CRITICAL, phrase("{title}: who does it, and by when?")),
    Severity.WARNING: (Weight.WARNING, phrase("{title}: now, later or not at all?")),
}


def _findings(assessment: Assessment, owner: str) -> Iterator[Decision]:
    situation = assessment.situation
    for signal in told(assessment.signals, situation.as_of):
        asked = _ASKED.get(signal.severity)
        if asked is None or signal.state is not SignalState.ACTIVE:
            continue
        if signal.kind is SignalKind.RENEWAL_WINDOW:  # asked below, with its risk
            continue
        weight, question = asked
        title = action_title(situation, signal)
        yield _decision(
            assessment,
            signal.assigned_to or owner,
            weight,
            situation.settings.say(question, title=title),
            signal.summary,
            about=signal.key,
            person=f"{signal.kind.value}:{signal.contact_id}" if signal.contact_id else None,
        )


def _fallen(assessment: Assessment, owner: str) -> Iterator[Decision]:
    score, say = assessment.scores["health"], assessment.situation.settings.say
    if score.value is None or score.before is None or score.before - score.value < _FALL:
        return
    worst = min(score.changes, key=lambda line: line.points, default=None)
    yield _decision(
        assessment,
        owner,
        Weight.FALLEN,
        say("Health fell from {before} to {after}: what do we change?",
            before=score.before, after=score.value),
        worst.reason if worst else "; ".join(score.caps),
        about="health",
        points=score.before - score.value,
    )  # fmt: skip


def _renewal(assessment: Assessment, owner: str) -> Iterator[Decision]:
    situation, say = assessment.situation, assessment.situation.settings.say
    cycle = situation.renewal
    if cycle is None or cycle.opens > situation.as_of:
        return
    risk = assessment.scores.get("renewal_risk")
    text = say("The renewal is decided on {day}", day=cycle.decision)
    if risk is not None and risk.value is not None:
        text = say("{text}; its risk is {risk} of 100", text=text, risk=risk.value)
    yield _decision(
        assessment,
        owner,
        Weight.RENEWAL,
        say("Which offer do we renew with, and who decides at the customer?"),
        text,
        about=cycle.id,
        points=(risk.value if risk else None) or Decimal(0),
    )


def _off_track(assessment: Assessment, owner: str) -> Iterator[Decision]:
    situation = assessment.situation
    say = situation.settings.say
    late = objectives_off_track(situation.facts, as_of=situation.as_of, settings=situation.settings)
    for one in late:
        yield _decision(
            assessment,
            one.objective.owner_id or owner,
            Weight.OFF_TRACK,
            say("{title} is behind: another way, another day or another goal?",
                title=one.objective.title),
            one.reason,
            about=one.objective.id,
        )  # fmt: skip


def _waiting(assessment: Assessment, owner: str) -> Iterator[Decision]:
    """What is overdue or in the queue wants a word: do, delegate or drop."""
    say, day = assessment.situation.settings.say, assessment.situation.as_of
    late = [one for one in assessment.actions if one.state is ActionState.OPEN and one.due < day]
    for one in late:
        yield _decision(
            assessment,
            one.owner_id or owner,
            Weight.WAITING,
            say("{title} was due on {day}: do it, give it away or drop it?",
                title=one.title, day=one.due),
            one.reason,
            about=one.id,
            points=Decimal((day - one.due).days),
        )  # fmt: skip


def _judgements(assessment: Assessment, owner: str) -> Iterator[Decision]:
    situation = assessment.situation
    say = situation.settings.say
    for gap in declared_gaps(situation):
        if gap.kind is GapKind.CHALLENGE:
            name = situation.people[gap.contact_id].name
            question = say("Is what we say of {person} still true?", person=name)
            yield _decision(
                assessment, owner, Weight.JUDGEMENT, question, gap.reason,
                about=gap.contact_id, points=gap.points,
            )  # fmt: skip
    said = situation.facts.kept.of(Stakeholder)
    holding = judgements_on(said, situation.as_of)
    newest = {one.contact_id: one for one in sorted(said, key=lambda one: one.asserted_on)}
    for contact_id in newest.keys() & set(situation.present()) - holding.keys():
        name = situation.people[contact_id].name
        question = say("Is what we say of {person} still true?", person=name)
        because = say("Said on {day}, and past its day", day=newest[contact_id].asserted_on)
        yield _decision(assessment, owner, Weight.JUDGEMENT, question, because, about=contact_id)
