"""Signals about our own work: stale plan, overdue actions, objectives off their track."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.signals.findings import finding, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.model.figures import KpiValue
from kam_connector.model.kind import JsonValue
from kam_connector.model.plan import ActionState, Objective, ObjectiveStatus, PlanStatus
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
    """Find open objectives past their day, or near it with less than half of the way made."""
    found = (_off_track(situation, one) for one in situation.facts.objectives)
    return [signal for signal in found if signal]


def _stale(situation: Situation, words: str, anchor: date | None) -> Signal:
    return finding(situation, SignalKind.PLAN_STALE, Severity.INFO, words, anchor=anchor)


def _off_track(situation: Situation, objective: Objective) -> Signal | None:
    if objective.status is not ObjectiveStatus.OPEN:
        return None
    say, limits = voice_of(situation), situation.settings.signals
    left = (objective.due - situation.as_of).days
    if left < 0:
        words = say(
            'The objective "{title}" was due on {day}', title=objective.title, day=objective.due
        )
        anchor, way = objective.due, None
    else:
        way = _way(situation, objective)
        if left > limits.objective_near_days or way is None or way >= limits.objective_half:
            return None
        words = say(
            'The objective "{title}" is due on {day}; {percent} % of the way is made',
            title=objective.title,
            day=objective.due,
            percent=max(0, round(way * 100)),
        )
        anchor = objective.due - timedelta(days=limits.objective_near_days)
    return finding(
        situation,
        SignalKind.OBJECTIVE_OFF_TRACK,
        Severity.WARNING if objective.customer_shared or left < 0 else Severity.INFO,
        words,
        because=say("the customer shares it") if objective.customer_shared else None,
        anchor=anchor,
        subject=objective.id,
        evidence={
            "objective": objective.id,
            "due": objective.due.isoformat(),
            "way": None if way is None else f"{way:.2f}",
        },
    )


def _way(situation: Situation, objective: Objective) -> float | None:
    """Return the share of the way made, or None where it cannot be measured today."""
    current, start, target = _current(situation, objective), objective.baseline, objective.target
    if current is None or start is None or target is None or start == target:
        return None
    return float((current - start) / (target - start))


def _current(situation: Situation, objective: Objective) -> Decimal | None:
    """Return the metric's last known value: a score of the last run, or a kept figure."""
    score = situation.facts.previous.get(objective.metric.partition(".")[0])
    if score is not None and objective.metric.endswith(".score"):
        return score.value
    known = [
        figure
        for figure in situation.facts.kept.of(KpiValue)
        if figure.key == objective.metric and figure.as_of <= situation.as_of
    ]
    latest = max(known, key=lambda figure: figure.as_of, default=None)
    return latest.value if latest else None
