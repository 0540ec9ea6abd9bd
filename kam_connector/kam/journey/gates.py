"""Gates between stages: what should be true before an account moves on, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kam_connector.kam.journey.checks import CHECKS, Seen
from kam_connector.kam.journey.ground import Ground
from kam_connector.language import phrase
from kam_connector.model.account import Stage
from kam_connector.model.journey import GateAnswer

__all__ = ["GATES", "ORDER", "GateItem", "GateResult", "gate_results"]

ORDER = (Stage.IDENTIFICATION, Stage.ONBOARDING, Stage.DEVELOPMENT, Stage.CONSOLIDATION)
"""The usual order; nobody is bound to it (S2.02)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateItem:
    """One thing that should be true."""

    key: str
    text: str
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One item as it stands: met, open, or not known, and why."""

    stage: Stage
    """Whose exit it belongs to."""
    item: str
    text: str
    met: bool | None
    """None: not known, which keeps no gate shut and opens none."""
    answered_by: str | None
    """The person who answered; None: the layer itself."""
    reason: str
    todo: str
    """What to do about it; empty once it is met."""


def _item(key: str, text: str, todo: str) -> GateItem:
    return GateItem(key=key, text=text, todo=todo)


GATES: Mapping[Stage, tuple[GateItem, ...]] = {
    Stage.IDENTIFICATION: (
        _item(
            "selection_reasoned",
            phrase("The choice of this account is reasoned"),
            phrase("Score it by the selection model's criteria"),
        ),
        _item(
            "partnership_fit",
            phrase("Both sides want a partnership"),
            phrase("Ask the customer whether they want one, and answer here"),
        ),
        _item(
            "kam_assigned",
            phrase("A key account manager is assigned"),
            phrase("Name one in the CRM or on the account team"),
        ),
        _item(
            "decider_known",
            phrase("An economic decider is known by name"),
            phrase("Find out who decides, and record their role"),
        ),
    ),
    Stage.ONBOARDING: (
        _item(
            "stakeholders_identified",
            phrase("The people who count are identified"),
            phrase("Record who decides, who sponsors and who uses"),
        ),
        _item(
            "decider_reached",
            phrase("A decider is in contact with us"),
            phrase("Ask the sponsor for an introduction"),
        ),
        _item(
            "plan_exists",
            phrase("A first account plan is approved"),
            phrase("Complete the plan and have it approved"),
        ),
        _item(
            "channels_agreed",
            phrase("Ways of communication are agreed"),
            phrase("Write the channels into the communication charter"),
        ),
        _item(
            "expectations_agreed",
            phrase("Mutual expectations are written down"),
            phrase("Write what each side expects into the charter"),
        ),
        _item(
            "goals_agreed",
            phrase("Common objectives are agreed"),
            phrase("Agree on joint goals and write them into the charter"),
        ),
        _item(
            "charter_signed",
            phrase("The communication charter is signed"),
            phrase("Go through the charter together and sign it"),
        ),
        _item(
            "first_win",
            phrase("There is a first success"),
            phrase("Choose one project that can succeed within the quarter"),
        ),
    ),
    Stage.DEVELOPMENT: (
        _item(
            "covered",
            phrase("The roles that count are in dialogue with us"),
            phrase("Meet the roles that coverage names as missing"),
        ),
        _item(
            "growth_initiative",
            phrase("An initiative makes the account larger or deeper"),
            phrase("Start one: cross-selling, upselling, co-innovation, a new country"),
        ),
        _item(
            "shared_value",
            phrase("Value is created together"),
            phrase("Start one piece of shared work with a benefit for each side"),
        ),
        _item(
            "satisfaction_known",
            phrase("Satisfaction is known"),
            phrase("Ask the customer, and import the answers"),
        ),
        _item(
            "executives_met",
            phrase("Executives of both sides have met"),
            phrase("Plan an executive meeting"),
        ),
    ),
    Stage.CONSOLIDATION: (
        _item(
            "satisfaction_known",
            phrase("Satisfaction is known"),
            phrase("Ask the customer, and import the answers"),
        ),
        _item(
            "reviewed",
            phrase("The relationship is reviewed together"),
            phrase("Plan a business review"),
        ),
        _item(
            "risks_watched",
            phrase("Changes are anticipated: every risk has an owner"),
            phrase("Write down the risks with owner and answer"),
        ),
        _item(
            "value_reaffirmed",
            phrase("The value delivered has been shown to the customer"),
            phrase("Present the value recap, and answer here"),
        ),
    ),
}
"""What should be true before an account leaves a stage (S2.06-S2.09). In consolidation it is
what keeps the account there: an open item is a reason to develop it again."""


def gate_results(ground: Ground, stage: Stage) -> tuple[GateResult, ...]:
    """Return the items of a stage's exit, each met, open or not known.

    A person's answer comes before what the layer sees, which stays in the reason.
    """
    answers: dict[str, GateAnswer] = {}
    for one in sorted(ground.facts.kept.of(GateAnswer), key=lambda a: (a.answered_on, a.id)):
        if one.stage is stage and one.answered_on <= ground.as_of:
            answers[one.item] = one
    return tuple(_result(ground, stage, item, answers.get(item.key)) for item in GATES[stage])


def _result(ground: Ground, stage: Stage, item: GateItem, answer: GateAnswer | None) -> GateResult:
    check = CHECKS.get(item.key)
    seen = check(ground) if check else Seen(met=None, words=ground.say("A person answers this"))
    met = answer.met if answer else seen.met
    return GateResult(
        stage=stage,
        item=item.key,
        text=ground.say(item.text),
        met=met,
        answered_by=answer.answered_by if answer else None,
        reason=_reason(ground, seen, answer) if answer else seen.words,
        todo="" if met else ground.say(item.todo),
    )


def _reason(ground: Ground, seen: Seen, answer: GateAnswer) -> str:
    who, day = answer.answered_by, answer.answered_on
    words = ground.say("{person} says {answer} on {day}", person=who, answer=answer.met, day=day)
    if answer.note:
        words = f"{words} ({answer.note})"
    if seen.met is not None and seen.met is not answer.met:
        words = ground.say("{words}; what we see: {seen}", words=words, seen=seen.words)
    return words
