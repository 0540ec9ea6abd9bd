"""Signals about ties: single-threaded, champion silent, strength below its rhythm.

They speak only where silence means silence (docs/scores.md): with too little of the team's
mail recorded, no contact is no finding.
"""

from __future__ import annotations

from datetime import timedelta

from kam_connector.kam.cadence import expected_strength, last_two_way, usual_gap_days
from kam_connector.kam.coverage import account_coverage
from kam_connector.kam.signals.findings import finding, graver, role_words
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.kam.ties import one_decimal
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["champion_silent", "single_threaded", "strength_drop"]

_TIE = 20.0
"""Below this a tie is dormant (docs/scores.md): nothing hangs on it."""


def single_threaded(situation: Situation) -> list[Signal]:
    """Find an account that hangs on one tie."""
    if not situation.recorded.silence_means:
        return []
    coverage = account_coverage(situation, with_departed=True)
    limits = situation.settings.signals
    there = [*situation.present(), *situation.emptied_seats()]
    strongest = max(there, key=lambda p: (situation.strength(p), p), default=None)
    if strongest is None or situation.strength(strongest) < _TIE:
        return []
    if coverage.threads >= limits.threads_below:
        return []
    severity, because = graver(situation, Severity.WARNING)
    return [
        finding(
            situation,
            SignalKind.SINGLE_THREADED,
            severity,
            situation.settings.say.count(
                "The relationship hangs on one person, {person}: {n} effective thread",
                "The relationship hangs on one person, {person}: {n} effective threads",
                one_decimal(coverage.threads),
                person=situation.people[strongest].name,
            ),
            because=because,
            evidence={
                "threads": f"{coverage.threads:.1f}",
                "connected": coverage.connected,
                "strongest": strongest,
            },
        )
    ]


def champion_silent(situation: Situation) -> list[Signal]:
    """Find sponsors and deciders silent for longer than their own rhythm allows."""
    if not situation.recorded.silence_means:
        return []
    return [
        found
        for person_id in situation.present()
        if KEY_PROFILES & situation.profiles.get(person_id, frozenset())
        and (found := _silence(situation, person_id))
    ]


def strength_drop(situation: Situation) -> list[Signal]:
    """Find ties weaker than their own rhythm predicts; a punctual quarter is no drop."""
    if not situation.recorded.silence_means:
        return []
    found = (_drop(situation, person_id) for person_id in situation.present())
    return [signal for signal in found if signal]


def _silence(situation: Situation, person_id: str) -> Signal | None:
    limits, contacts = situation.settings.signals, situation.contacts[person_id]
    gap = usual_gap_days(contacts, now=situation.now, least=limits.least_contacts)
    last = last_two_way(contacts, now=situation.now)
    if gap is None or last is None:
        return None
    cadence = situation.settings.strength.cadence_days[situation.profile(person_id)]
    allowed = max(limits.silence_slack * max(gap, cadence), limits.least_silence_days)
    silent = (situation.as_of - last.date()).days
    if silent <= allowed:
        return None
    severity, because = graver(situation, Severity.WARNING)
    return finding(
        situation,
        SignalKind.CHAMPION_SILENT,
        severity,
        situation.settings.say(
            "{person} ({role}) has been silent since {day}; "
            "before, there was contact about every {days} days",
            person=situation.people[person_id].name,
            role=role_words(situation, person_id),
            day=last.date(),
            days=round(max(gap, 1)),
        ),
        because=because,
        anchor=last.date(),
        contact_id=person_id,
        evidence={"last_two_way": last.date().isoformat(), "usual_gap_days": f"{gap:.1f}"},
    )


def _drop(situation: Situation, person_id: str) -> Signal | None:
    limits, contacts = situation.settings.signals, situation.contacts[person_id]
    since = situation.now - timedelta(days=limits.drop_window_days)
    past = [contact for contact in contacts if contact.at <= since]
    gap = usual_gap_days(past, now=since, least=limits.least_contacts)
    last = last_two_way(contacts, now=situation.now)
    if gap is None or last is None:
        return None
    if (situation.as_of - last.date()).days < limits.least_silence_days:
        return None
    expected = expected_strength(
        past,
        since=since,
        now=situation.now,
        gap_days=max(gap, 1.0),
        slack=limits.silence_slack,
        half_lives_days=situation.half_lives(person_id),
    )
    actual = situation.strength(person_id)
    if expected - actual < max(limits.drop_points, limits.drop_share * expected):
        return None
    return finding(
        situation,
        SignalKind.STRENGTH_DROP,
        Severity.WARNING,
        situation.settings.say(
            "The tie with {person} is weaker than its rhythm predicts: "
            "last two-way contact on {day}, before about every {days} days",
            person=situation.people[person_id].name,
            day=last.date(),
            days=round(max(gap, 1)),
        ),
        anchor=last.date(),
        contact_id=person_id,
        evidence={
            "expected": str(one_decimal(expected)),
            "actual": str(one_decimal(actual)),
            "last_two_way": last.date().isoformat(),
        },
    )
