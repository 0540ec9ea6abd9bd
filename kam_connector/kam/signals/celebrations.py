"""Signals about what deserves a word together: goals reached, joint work, anniversaries (S2.13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from kam_connector.kam.signals.findings import finding, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.plan import ObjectiveStatus
from kam_connector.model.plan_content import SharedValue, WorkState
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["celebration_due"]


def celebration_due(situation: Situation) -> list[Signal]:
    """Find occasions of this month that nobody celebrates yet.

    A shared goal reached, joint work done, and the round years of the first contract. While
    something grave goes on, nobody is asked to celebrate (`account_signals` leaves it out).
    """
    found = [*_goals(situation), *_joint_work(situation), *_anniversaries(situation)]
    return [signal for signal in found if not _celebrated(situation, signal)]


def _goals(situation: Situation) -> Iterator[Signal]:
    say = voice_of(situation)
    for one in situation.facts.objectives:
        if one.status is not ObjectiveStatus.REACHED or not one.customer_shared:
            continue
        on = one.settled_at.date() if one.settled_at else None
        if on and _recent(situation, on):
            words = say("A shared goal was reached on {day}: {title}", day=on, title=one.title)
            yield _occasion(situation, words, on, subject=one.id)


def _joint_work(situation: Situation) -> Iterator[Signal]:
    say = voice_of(situation)
    for one in situation.facts.kept.of(SharedValue):
        if one.state is WorkState.DONE and one.on and _recent(situation, one.on):
            words = say("Joint work was finished on {day}: {title}", day=one.on, title=one.text)
            yield _occasion(situation, words, one.on, subject=one.id)


def _anniversaries(situation: Situation) -> Iterator[Signal]:
    """Yield the round year of the first contract known, when it lies within a month."""
    starts = [one.starts_on for one in situation.facts.contracts if one.starts_on]
    first = min(starts, default=None)
    if first is None:
        return
    days = situation.settings.signals.celebration_days
    for years in situation.settings.signals.anniversaries:
        day = _years_after(first, years)
        if 0 <= (day - situation.as_of).days <= days:
            words = situation.settings.say.count(
                "On {day} the first contract is {n} year old",
                "On {day} the first contract is {n} years old",
                years,
                day=day,
            )
            yield _occasion(situation, words, day, subject="contract", until=day)


def _recent(situation: Situation, on: date) -> bool:
    return 0 <= (situation.as_of - on).days <= situation.settings.signals.celebration_days


def _occasion(
    situation: Situation, words: str, on: date, *, subject: str, until: date | None = None
) -> Signal:
    days = timedelta(days=situation.settings.signals.celebration_days)
    return finding(
        situation,
        SignalKind.CELEBRATION_DUE,
        Severity.INFO,
        words,
        anchor=on,
        due=until or on + days,
        subject=subject,
        evidence={"occasion": on.isoformat()},
    )


def _celebrated(situation: Situation, signal: Signal) -> bool:
    """Whether a celebration was held or is planned within a month of the occasion."""
    on = date.fromisoformat(signal.period)
    days = situation.settings.signals.celebration_days
    return any(
        one.kind is MomentKind.CELEBRATION
        and not one.cancelled
        and abs(((one.held_on or one.planned_on) - on).days) <= days
        for one in situation.facts.kept.of(KeyMoment)
    )


def _years_after(day: date, years: int) -> date:
    """Return the same day later; 29 February becomes 28 February where it must."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
