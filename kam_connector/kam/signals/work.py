"""Signals about our own work: stale plan, overdue actions, objectives off their track."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.plan.attainment import objectives_off_track
from kam_connector.kam.plan.view import Attained, AttainmentState
from kam_connector.kam.signals.findings import finding, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.language import phrase
from kam_connector.model.kind import JsonValue
from kam_connector.model.plan import ActionState, PlanStatus
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["action_overdue", "objective_off_track", "plan_stale"]


def plan_stale(situation: Situation) -> list[Signal]:
    """Find a plan nobody keeps alive, or none long after the account was chosen."""
    limits, plan, as_of = situation.settings.signals, situation.facts.plan, situation.as_of
    say = voice_of(situation)
    if plan is None or plan.status is PlanStatus.NONE:
        since = situation.facts.key.since
        if (as_of - since).days <= limits.plan_grace_days:
            return []
        words = say("There is no account plan; the account was chosen on {day}", day=since)
        return [_stale(situation, words, since)]
    if plan.next_review and plan.next_review < as_of:
        day = plan.next_review
        words = say("The plan review of {day} has not taken place", day=day)
        return [_stale(situation, words, day)]
    touched = plan.updated_at.date() if plan.updated_at else None
    old = touched is not None and (as_of - touched).days > limits.plan_stale_days
    if plan.status is not PlanStatus.STALE and not old:
        return []
    words = say("The plan is stale")
    if touched:
        words = say("The plan has not been touched since {day}", day=touched)
    return [_stale(situation, words, touched)]


def action_overdue(situation: Situation) -> list[Signal]:
    """Find open actions whose day has passed: one signal, however many there are.

    It asks for no action of its own: those exist already.
    """
    limits = situation.settings.signals
    last = situation.as_of - timedelta(days=limits.action_slack_days)
    late = [
        action
        for action in situation.facts.actions
        if action.state is ActionState.OPEN and action.due < last
    ]
    if not late:
        return []
    say, oldest = voice_of(situation), min(action.due for action in late)
    critical = any(action.severity == Severity.CRITICAL.value for action in late)
    loud = critical or len(late) >= limits.action_loud
    return [
        finding(
            situation,
            SignalKind.ACTION_OVERDUE,
            Severity.WARNING if loud else Severity.INFO,
            say.count(
                "{n} action is overdue; it was due on {day}",
                "{n} actions are overdue; the oldest was due on {day}",
                len(late),
                day=oldest,
            ),
            because=say("a critical one is among them") if critical else None,
            anchor=oldest,
            evidence={"actions": list[JsonValue](sorted(action.id for action in late))},
        )
    ]


def objective_off_track(situation: Situation) -> list[Signal]:
    """Find objectives that people set and that are missed or behind their pace.

    Those a rule set are about what other rules watch anyway.
    """
    found = objectives_off_track(
        situation.facts, as_of=situation.as_of, settings=situation.settings
    )
    return [_off_track(situation, one) for one in found if one.objective.made_by is not None]


def _stale(situation: Situation, words: str, anchor: date | None) -> Signal:
    return finding(situation, SignalKind.PLAN_STALE, Severity.INFO, words, anchor=anchor)


def _off_track(situation: Situation, attained: Attained) -> Signal:
    say, one = voice_of(situation), attained.objective
    missed = attained.state is AttainmentState.MISSED
    text = phrase('The objective "{title}" was due on {day}')
    if not missed:
        text = phrase('The objective "{title}", due on {day}, is behind its pace')
    return finding(
        situation,
        SignalKind.OBJECTIVE_OFF_TRACK,
        Severity.WARNING if missed or one.customer_shared else Severity.INFO,
        say(text, title=one.title, day=one.due),
        because=say("the customer shares it") if one.customer_shared else attained.reason,
        anchor=one.due if missed else one.set_on,
        subject=one.id,
        evidence={
            "objective": one.id,
            "due": one.due.isoformat(),
            "progress": attained.progress,
            "expected": attained.expected,
        },
    )
