"""Signals about trouble: major incidents and escalations, moments of truth (S2.12, S2.37)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kam_connector.kam.journey.incidents import incidents
from kam_connector.kam.kpis.satisfaction import is_escalated, is_open
from kam_connector.kam.signals.findings import finding, graver, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.service import Case
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["escalation", "incident_major"]


def incident_major(situation: Situation) -> list[Signal]:
    """Find open requests of the highest priority, and incidents nobody has followed up."""
    cases = [
        _incident(situation, case) for case in situation.facts.cases if _is_major(situation, case)
    ]
    moments = [
        _moment(situation, one, SignalKind.INCIDENT_MAJOR)
        for one in _unfinished(situation, MomentKind.INCIDENT)
    ]
    return [*cases, *moments]


def escalation(situation: Situation) -> list[Signal]:
    """Find what the customer escalated; a major incident among it is told as such."""
    say = voice_of(situation)
    found = []
    for case in situation.facts.cases:
        if not is_escalated(case, situation.as_of) or _is_major(situation, case):
            continue
        severity, because = graver(situation, Severity.WARNING)
        opened = case.opened_at.date() if case.opened_at else None
        words = say("An escalation is open: {subject}", subject=_about(situation, case))
        if opened:
            words = say(
                "An escalation is open since {day}: {subject}",
                day=opened,
                subject=_about(situation, case),
            )
        found.append(
            finding(
                situation,
                SignalKind.ESCALATION,
                severity,
                words,
                because=because,
                anchor=opened,
                subject=case.id,
                evidence={"case": case.id, "priority": case.priority},
            )
        )
    moments = _unfinished(situation, MomentKind.ESCALATION)
    return [*found, *(_moment(situation, one, SignalKind.ESCALATION) for one in moments)]


def _is_major(situation: Situation, case: Case) -> bool:
    limits, priority = situation.settings.signals, (case.priority or "").strip().casefold()
    if not is_open(case, situation.as_of):
        return False
    if priority in limits.major_priorities:
        return True
    if priority not in limits.high_priorities:
        return False
    return case.escalated or (_open_days(situation, case) or 0) >= limits.high_after_days


def _incident(situation: Situation, case: Case) -> Signal:
    say, days = voice_of(situation), _open_days(situation, case)
    severity, because = graver(situation, Severity.WARNING)
    if case.escalated:
        severity, because = Severity.CRITICAL, say("the customer escalated it")
    elif days is not None and days >= situation.settings.signals.incident_long_days:
        severity, because = Severity.CRITICAL, say("it has been open for {n} days", n=days)
    opened = case.opened_at.date() if case.opened_at else None
    words = say("A major incident is open: {subject}", subject=_about(situation, case))
    if opened:
        words = say(
            "A major incident is open since {day}: {subject}",
            day=opened,
            subject=_about(situation, case),
        )
    return finding(
        situation,
        SignalKind.INCIDENT_MAJOR,
        severity,
        words,
        because=because,
        anchor=opened,
        subject=case.id,
        evidence={"case": case.id, "priority": case.priority, "escalated": case.escalated},
    )


def _unfinished(situation: Situation, kind: MomentKind) -> Iterable[KeyMoment]:
    """Return moments neither followed up nor learned from; one about an open case is that case."""
    going_on = {
        one.about
        for one in incidents(situation.facts, situation.as_of, settings=situation.settings)
        if not one.over
    }
    cases = {one.id for one in situation.facts.cases if is_open(one, situation.as_of)}
    forgotten = situation.settings.signals.moment_forgotten_days
    return [
        one
        for one in situation.facts.kept.of(KeyMoment)
        if one.kind is kind
        and one.id in going_on
        and one.about not in cases
        and 0 <= (situation.as_of - _day(one)).days <= forgotten
    ]


def _moment(situation: Situation, moment: KeyMoment, kind: SignalKind) -> Signal:
    severity, because = graver(situation, Severity.WARNING)
    words = situation.settings.say(
        '"{title}" of {day} has not been followed up', title=moment.title, day=_day(moment)
    )
    return finding(
        situation,
        kind,
        severity,
        words,
        because=because,
        anchor=_day(moment),
        subject=moment.id,
        evidence={"moment": moment.id},
    )


def _day(moment: KeyMoment) -> date:
    return moment.held_on or moment.planned_on


def _open_days(situation: Situation, case: Case) -> int | None:
    return (situation.as_of - case.opened_at.date()).days if case.opened_at else None


def _about(situation: Situation, case: Case) -> str:
    return case.subject or situation.settings.say("without a subject")
