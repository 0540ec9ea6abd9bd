"""Signals about meetings that should have been: reviews, committees, executives (S2.11, S2.39)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from kam_connector.kam.journey.moments import MomentDue, moment_name, moments_due
from kam_connector.kam.programme.rituals import RitualDue, RitualState, rituals_due
from kam_connector.kam.signals.findings import finding, near_renewal, role_words, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.kam.team.executives import PairState, executive_pairs
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
_QBR = MomentKind.QBR
_LAPSE = {MomentKind.STEERING_COMMITTEE, MomentKind.ANNUAL_PLANNING}
"""Rhythms told beside the quarterly review's; executives' meetings have their own rule."""


def meeting_overdue(situation: Situation) -> list[Signal]:
    """Find planned meetings not held, rhythms broken off, and account rituals fallen behind."""
    late = [one for one in _overdue(situation) if one.kind not in _OWN_RULES]
    missed = [_missed(situation, one, SignalKind.MEETING_OVERDUE) for one in late]
    told = {one.kind for one in late}
    missed += [
        _lapsed(situation, due)
        for due in _broken_rhythms(situation)
        if due.kind in _LAPSE and due.kind not in told
    ]
    own = [one for one in situation.facts.kept.of(Ritual) if one.account_id is not None]
    rituals = rituals_due(own, as_of=situation.as_of, settings=situation.settings.programme)
    behind = [one for one in rituals if one.state is RitualState.OVERDUE]
    return [*missed, *(_behind(situation, one) for one in behind)]


def qbr_overdue(situation: Situation) -> list[Signal]:
    """Find quarterly reviews that lapsed; where none was ever kept, none is missed."""
    missed = [one for one in _overdue(situation) if one.kind is MomentKind.QBR]
    if missed:
        oldest = min(missed, key=lambda one: (one.planned_on, one.id))
        return [_missed(situation, oldest, SignalKind.QBR_OVERDUE, subject="qbr")]
    return [_lapsed(situation, due) for due in _broken_rhythms(situation) if due.kind is _QBR]


def no_executive_meeting(situation: Situation) -> list[Signal]:
    """Find executive pairs who have not met within their rhythm, or before a renewal.

    A meeting planned ahead, and executives of ours whose contact is not recorded, raise none.
    """
    pairs = executive_pairs(situation.facts, situation.as_of)
    found = (_unmet(situation, state) for state in pairs)
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


def _broken_rhythms(situation: Situation) -> Iterable[MomentDue]:
    """Return kept rhythms that broke off; where none was ever kept, none is missed."""
    wanted = moments_due(situation.facts, situation.as_of, settings=situation.settings)
    slack = situation.settings.signals.rhythm_slack_days
    return [one for one in wanted if one.last_held_on and one.overdue and one.days_late > slack]


def _lapsed(situation: Situation, due: MomentDue) -> Signal:
    say, limits = voice_of(situation), situation.settings.signals
    words = say(
        "{moment}: the last was on {day}, and none is planned",
        moment=moment_name(due.kind, say),
        day=due.last_held_on,
    )
    if due.kind is _QBR:
        words = say(
            "The last quarterly review was on {day}, and none is planned", day=due.last_held_on
        )
    near = near_renewal(situation, limits.renewal_close_days)
    return finding(
        situation,
        SignalKind.QBR_OVERDUE if due.kind is _QBR else SignalKind.MEETING_OVERDUE,
        Severity.WARNING if near else Severity.INFO,
        words,
        anchor=due.last_held_on,
        subject=due.kind.value,
        evidence={"last_held": due.last_held_on.isoformat() if due.last_held_on else None},
    )


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


def _behind(situation: Situation, ritual: RitualDue) -> Signal:
    return finding(
        situation,
        SignalKind.MEETING_OVERDUE,
        Severity.INFO,
        situation.settings.say(
            '"{title}" was due on {day}', title=ritual.ritual.name, day=ritual.next_on
        ),
        anchor=ritual.next_on,
        subject=ritual.ritual.id,
        evidence={"ritual": ritual.ritual.id},
    )


def _unmet(situation: Situation, state: PairState) -> Signal | None:
    person_id, limits = state.pair.contact_id, situation.settings.signals
    if person_id not in situation.people or person_id in situation.departures:
        return None
    if state.planned or not state.recorded:
        return None
    close = near_renewal(situation, limits.executive_renewal_days)
    allowed = limits.executive_slack * state.pair.cadence_days
    if close:
        allowed = min(allowed, limits.executive_renewal_days)
    last = state.last_met
    if last is not None and (situation.as_of - last).days <= allowed:
        return None
    return _gap_of_executives(situation, state, close=close)


def _gap_of_executives(situation: Situation, state: PairState, *, close: bool) -> Signal:
    say, person_id, last = voice_of(situation), state.pair.contact_id, state.last_met
    user = situation.facts.users.get(state.pair.user_id)
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
            "pair": state.pair.id,
            "last_met": last.isoformat() if last else None,
            "cadence_days": state.pair.cadence_days,
        },
    )
