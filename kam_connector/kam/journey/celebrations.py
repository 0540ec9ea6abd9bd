"""Occasions to celebrate with the customer: anniversaries, goals reached, launches (S2.13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kam_connector.kam.settings import KamSettings
from kam_connector.language import phrase
from kam_connector.model.contract import Contract
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.plan import Objective, ObjectiveStatus
from kam_connector.model.plan_content import Initiative, SharedValue, WorkState

__all__ = ["Celebration", "CelebrationKind", "celebrations_due"]


class CelebrationKind(StrEnum):
    """What there is to celebrate."""

    ANNIVERSARY = "anniversary"
    GOAL_REACHED = "goal_reached"
    LAUNCH = "launch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Celebration:
    """One occasion that nobody has celebrated yet."""

    kind: CelebrationKind
    about: str
    """The id of the contract, objective or shared work; with *on* it names the occasion."""
    on: date
    years: int | None
    """Of an anniversary: which."""
    words: str
    """What there is to celebrate, in one sentence."""


def celebrations_due(
    facts: AccountFacts, as_of: date, *, settings: KamSettings | None = None
) -> tuple[Celebration, ...]:
    """Return what there is to celebrate around a day, the nearest first.

    Contract anniversaries, goals that the customer shares, and what was done together. An
    occasion for which a celebration is planned, held or called off is not named again; one
    that names no occasion stands for all of its month.
    """
    settings = settings or KamSettings()
    limits, say = settings.journey, settings.say
    first = as_of - timedelta(days=limits.celebration_after_days)
    last = as_of + timedelta(days=limits.celebration_ahead_days)
    found = (
        Celebration(
            kind=kind,
            about=about,
            on=on,
            years=n or None,
            words=say(text, what=what, n=n, day=on),
        )
        for kind, about, on, text, what, n in _occasions(facts, as_of)
        if first <= on <= last
    )
    told = [one for one in facts.kept.of(KeyMoment) if one.kind is MomentKind.CELEBRATION]
    return tuple(
        sorted(
            (one for one in found if not _celebrated(one, told, limits.celebration_after_days)),
            key=lambda one: (one.on, one.kind.value, one.about),
        )
    )


def _celebrated(one: Celebration, told: list[KeyMoment], days: int) -> bool:
    """Tell whether a moment is about the same thing, or about nothing else, near its day."""
    for moment in told:
        apart = abs(((moment.held_on or moment.planned_on) - one.on).days)
        if moment.about == one.about and apart <= 2 * days:
            return True
        if moment.about is None and not moment.cancelled and apart <= days:
            return True
    return False


def _occasions(
    facts: AccountFacts, as_of: date
) -> Iterator[tuple[CelebrationKind, str, date, str, str, int]]:
    """Yield (kind, about, day, text, what, years) of everything that may be celebrated."""
    for contract in facts.contracts:
        for on, years in _anniversaries(contract, as_of):
            text = phrase("Contract {what} is {n} years old on {day}")
            if years == 1:
                text = phrase("Contract {what} is one year old on {day}")
            what = contract.number or contract.id
            yield CelebrationKind.ANNIVERSARY, contract.id, on, text, what, years
    for goal in facts.objectives:
        if reached := _reached_on(goal):
            text = phrase("A shared goal was reached on {day}: {what}")
            yield CelebrationKind.GOAL_REACHED, goal.id, reached, text, goal.title, 0
    for work in facts.kept.of(SharedValue):
        if work.state is WorkState.DONE and work.on:
            text = phrase("Joint work was finished on {day}: {what}")
            yield CelebrationKind.LAUNCH, work.id, work.on, text, work.text, 0
    for initiative in facts.kept.of(Initiative):
        if initiative.state is WorkState.DONE and initiative.due:
            text = phrase("Launched on {day}: {what}")
            yield CelebrationKind.LAUNCH, initiative.id, initiative.due, text, initiative.title, 0


def _anniversaries(contract: Contract, as_of: date) -> Iterator[tuple[date, int]]:
    """Yield the anniversaries in this year and its neighbours while the contract is in force."""
    begun = contract.starts_on
    if begun is None or contract.active is False:
        return
    for year in (as_of.year - 1, as_of.year, as_of.year + 1):
        last = 28 if (begun.month, begun.day) == (2, 29) else begun.day
        on = date(year, begun.month, last)
        if year > begun.year and (contract.ends_on is None or on <= contract.ends_on):
            yield on, year - begun.year


def _reached_on(goal: Objective) -> date | None:
    """Return when a goal of both sides was reached; one of ours alone is no feast of theirs."""
    if goal.status is not ObjectiveStatus.REACHED or not goal.customer_shared:
        return None
    return goal.settled_at.date() if goal.settled_at else goal.due
