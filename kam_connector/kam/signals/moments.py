"""Signals about meetings that should have been: reviews, committees, executives (S2.11, S2.39)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kam_connector.kam.signals.findings import finding, near_renewal, role_words, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.model.account_team import ExecutivePair
from kam_connector.model.activity import ActivityKind
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.programme import Ritual
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["meeting_overdue", "no_executive_meeting", "qbr_overdue"]

_OWN_RULES = {
    MomentKind.QBR,
    MomentKind.INCIDENT,
    MomentKind.ESCALATION,
    MomentKind.CELEBRATION,
}
"""Moments that other rules speak of."""
_FACE_TO_FACE = {ActivityKind.MEETING, ActivityKind.WORKSHOP, ActivityKind.CALL}
"""Executives have met when they spoke: mail is no meeting. Our choice."""


def meeting_overdue(situation: Situation) -> list[Signal]:
    """Find planned meetings that were not held, and account rituals that fell behind."""
    missed = [
        _missed(situation, one, SignalKind.MEETING_OVERDUE)
        for one in _overdue(situation)
        if one.kind not in _OWN_RULES
    ]
    behind = (_behind(situation, ritual) for ritual in situation.facts.kept.of(Ritual))
    return [*missed, *(signal for signal in behind if signal)]


def qbr_overdue(situation: Situation) -> list[Signal]:
    """Find quarterly reviews that lapsed; where none was ever kept, none is missed."""
    reviews = [
        one
        for one in situation.facts.kept.of(KeyMoment)
        if one.kind is MomentKind.QBR and not one.cancelled
    ]
    missed = [one for one in _overdue(situation) if one.kind is MomentKind.QBR]
    if missed:
        oldest = min(missed, key=lambda one: (one.planned_on, one.id))
        return [_missed(situation, oldest, SignalKind.QBR_OVERDUE, subject="qbr")]
    held = [one.held_on for one in reviews if one.held_on and one.held_on <= situation.as_of]
    limits, last = situation.settings.signals, max(held, default=None)
    if last is None or (situation.as_of - last).days <= limits.qbr_days:
        return []
    if any(one.planned_on >= situation.as_of and one.held_on is None for one in reviews):
        return []
    return [
        finding(
            situation,
            SignalKind.QBR_OVERDUE,
            Severity.WARNING
            if near_renewal(situation, limits.renewal_close_days)
            else Severity.INFO,
            situation.settings.say(
                "The last quarterly review was on {day}, and none is planned", day=last
            ),
            anchor=last,
            subject="qbr",
            evidence={"last_held": last.isoformat()},
        )
    ]


def no_executive_meeting(situation: Situation) -> list[Signal]:
    """Find executive pairs who have not met within their rhythm, or before a renewal.

    A meeting planned ahead, and executives of ours whose contact is not recorded, raise none.
    """
    found = (_unmet(situation, pair) for pair in situation.facts.kept.of(ExecutivePair))
    return [signal for signal in found if signal]


def _overdue(situation: Situation) -> Iterable[KeyMoment]:
    limits = situation.settings.signals
    return [
        one
        for one in situation.facts.kept.of(KeyMoment)
        if not one.cancelled
        and (one.held_on is None or one.held_on > situation.as_of)
        and limits.moment_slack_days
        < (situation.as_of - one.planned_on).days
        <= limits.moment_forgotten_days
    ]


def _missed(
    situation: Situation, moment: KeyMoment, kind: SignalKind, *, subject: str | None = None
) -> Signal:
    say, limits = voice_of(situation), situation.settings.signals
    near = near_renewal(situation, limits.renewal_close_days)
    return finding(
        situation,
        kind,
        Severity.WARNING if near or moment.joint else Severity.INFO,
        say(
            '"{title}", planned for {day}, is not recorded as held',
            title=moment.title,
            day=moment.planned_on,
        ),
        because=say("the customer takes part in running it") if moment.joint else None,
        anchor=moment.planned_on,
        due=moment.planned_on + timedelta(days=limits.moment_forgotten_days),
        subject=subject or moment.id,
        evidence={"moment": moment.id, "moment_kind": moment.kind.value},
    )


def _behind(situation: Situation, ritual: Ritual) -> Signal | None:
    if ritual.account_id is None:
        return None
    next_on = ritual.next_on
    if next_on is None and ritual.last_held_on is not None:
        next_on = ritual.last_held_on + timedelta(days=ritual.cadence_days)
    slack = timedelta(days=situation.settings.signals.moment_slack_days)
    if next_on is None or next_on + slack >= situation.as_of:
        return None
    if ritual.last_held_on and ritual.last_held_on >= next_on:
        return None
    return finding(
        situation,
        SignalKind.MEETING_OVERDUE,
        Severity.INFO,
        situation.settings.say('"{title}" was due on {day}', title=ritual.name, day=next_on),
        anchor=next_on,
        subject=ritual.id,
        evidence={"ritual": ritual.id},
    )


def _unmet(situation: Situation, pair: ExecutivePair) -> Signal | None:
    person_id, limits = pair.contact_id, situation.settings.signals
    if person_id not in situation.people or person_id in situation.departures:
        return None
    if _planned(situation, pair):
        return None
    last = max(_meetings(situation, pair), default=None)
    if last is None and pair.user_id not in situation.facts.captured_user_ids:
        return None
    close = near_renewal(situation, limits.executive_renewal_days)
    allowed = limits.executive_slack * pair.cadence_days
    if close:
        allowed = min(allowed, limits.executive_renewal_days)
    if last is not None and (situation.as_of - last).days <= allowed:
        return None
    say, user = voice_of(situation), situation.facts.users.get(pair.user_id)
    words = {
        "ours": user.name if user else say("our executive"),
        "person": situation.people[person_id].name,
        "role": role_words(situation, person_id),
    }
    said = say("No meeting of {ours} with {person} ({role}) is recorded", **words)
    if last:
        said = say("{ours} and {person} ({role}) last met on {day}", day=last, **words)
    severity, because = Severity.INFO, None
    if close and situation.renewal:
        severity = Severity.WARNING
        because = say("the renewal is due on {day}", day=situation.renewal.decision)
    return finding(
        situation,
        SignalKind.NO_EXECUTIVE_MEETING,
        severity,
        said,
        because=because,
        anchor=last,
        contact_id=person_id,
        evidence={
            "pair": pair.id,
            "last_met": last.isoformat() if last else None,
            "cadence_days": pair.cadence_days,
        },
    )


def _meetings(situation: Situation, pair: ExecutivePair) -> Iterable[date]:
    """Yield the days on which both executives met, from the CRM and from key moments."""
    for activity in situation.facts.activities:
        if (
            activity.held
            and activity.kind in _FACE_TO_FACE
            and activity.at <= situation.now
            and pair.contact_id in activity.contact_ids
            and pair.user_id in activity.user_ids
        ):
            yield activity.at.date()
    for moment in situation.facts.kept.of(KeyMoment):
        both = pair.contact_id in moment.contact_ids and pair.user_id in moment.user_ids
        if both and moment.held_on and moment.held_on <= situation.as_of:
            yield moment.held_on


def _planned(situation: Situation, pair: ExecutivePair) -> bool:
    """Whether a meeting of the pair lies ahead."""
    moments = any(
        one.kind is MomentKind.EXECUTIVE_MEETING
        and not one.cancelled
        and one.held_on is None
        and one.planned_on >= situation.as_of
        and (not one.contact_ids or pair.contact_id in one.contact_ids)
        for one in situation.facts.kept.of(KeyMoment)
    )
    return moments or any(
        activity.held
        and activity.at > situation.now
        and pair.contact_id in activity.contact_ids
        and pair.user_id in activity.user_ids
        for activity in situation.facts.activities
    )
