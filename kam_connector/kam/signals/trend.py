"""Weak signals: several readings that fall together, none of which alarms alone (S2.43).

In consolidation, where the work is to keep satisfaction and see change early, fewer readings
suffice (S2.09).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from kam_connector.kam.kpis.satisfaction import answers_of, mean_score
from kam_connector.kam.signals.findings import finding, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.language import phrase
from kam_connector.model.account import Stage
from kam_connector.model.activity import ActivityKind, Direction
from kam_connector.model.figures import RevenueLine, SurveyKind
from kam_connector.model.kind import JsonValue
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["READINGS", "falling", "weak_signal"]


def weak_signal(situation: Situation) -> list[Signal]:
    """Find readings that fell in three periods running, where enough of them do."""
    limits = situation.settings.signals
    needed = limits.trend_readings
    if situation.facts.key.stage is Stage.CONSOLIDATION:
        needed = limits.trend_readings_consolidation
    fallen = {
        name: values
        for name, values in _values(situation).items()
        if falling(values, falls=limits.trend_falls, share=limits.trend_share)
    }
    if len(fallen) < needed:
        return []
    say, since = (
        voice_of(situation),
        situation.as_of - timedelta(days=limits.trend_period_days * limits.trend_falls),
    )
    return [
        finding(
            situation,
            SignalKind.WEAK_SIGNAL,
            Severity.INFO,
            say(
                "Falling together since {day}, though no single one alarms: {readings}",
                day=since,
                readings=", ".join(say(NAMES[name]) for name in fallen),
            ),
            anchor=None,
            evidence={
                name: list[JsonValue]([f"{value:g}" for value in values])
                for name, values in fallen.items()
            },
        )
    ]


def falling(values: Sequence[float | None], *, falls: int, share: float) -> bool:
    """Whether the last values fell *falls* times running and by *share* in all.

    A period without a value ends every run: what is not known has not fallen.
    """
    last = list(values)[-(falls + 1) :]
    known = [value for value in last if value is not None]
    if len(known) < falls + 1 or known[0] <= 0:
        return False
    steadily = all(later < earlier for earlier, later in pairwise(known))
    return steadily and (known[0] - known[-1]) / known[0] >= share


def _values(situation: Situation) -> Mapping[str, list[float]]:
    """Return each reading's values by period, oldest first; ones not known are left out."""
    limits = situation.settings.signals
    found = {}
    for name, reading in READINGS.items():
        values = [reading(situation, back) for back in range(limits.trend_falls, -1, -1)]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            found[name] = known
    return found


def _two_way(situation: Situation, back: int) -> float | None:
    if not situation.recorded.silence_means:
        return None
    start, end = _span(situation, back)
    return float(
        sum(
            contact.received and contact.counts and start < contact.at.date() <= end
            for contacts in situation.contacts.values()
            for contact in contacts
        )
    )


def _people(situation: Situation, back: int) -> float | None:
    if not situation.recorded.silence_means:
        return None
    start, end = _span(situation, back)
    return float(
        sum(
            any(
                contact.received and contact.counts and start < contact.at.date() <= end
                for contact in contacts
            )
            for contacts in situation.contacts.values()
        )
    )


def _meetings(situation: Situation, back: int) -> float | None:
    if not situation.recorded.silence_means:
        return None
    start, end = _span(situation, back)
    return float(
        sum(
            activity.held
            and activity.kind in (ActivityKind.MEETING, ActivityKind.WORKSHOP)
            and start < activity.at.date() <= end
            for activity in situation.facts.activities
        )
    )


def _answered(situation: Situation, back: int) -> float | None:
    """Return their mails for each of ours."""
    if not situation.recorded.silence_means:
        return None
    start, end = _span(situation, back)
    mails = [
        activity
        for activity in situation.facts.activities
        if activity.kind is ActivityKind.EMAIL and start < activity.at.date() <= end
    ]
    ours = sum(mail.direction is Direction.OUTBOUND for mail in mails)
    theirs = sum(mail.direction is Direction.INBOUND for mail in mails)
    return theirs / ours if ours else None


def _revenue(situation: Situation, back: int) -> float | None:
    """Return what we billed in two months, ending with the last whole one."""
    last = situation.as_of.year * 12 + situation.as_of.month - 2 - 2 * back
    lines = [
        one
        for one in situation.facts.kept.of(RevenueLine)
        if last - 1 <= one.month.year * 12 + one.month.month - 1 <= last
    ]
    if not lines or len({one.currency for one in lines}) != 1:
        return None
    return float(sum(one.revenue for one in lines))


def _satisfaction(situation: Situation, back: int) -> float | None:
    start, end = _span(situation, back)
    mean = mean_score(answers_of(situation.facts, SurveyKind.NPS, day=end, span=end - start))
    return None if mean is None else float(mean)


def _span(situation: Situation, back: int) -> tuple[date, date]:
    days = situation.settings.signals.trend_period_days
    end = situation.as_of - timedelta(days=days * back)
    return end - timedelta(days=days), end


READINGS: Mapping[str, Callable[[Situation, int], float | None]] = {
    "two_way_contacts": _two_way,
    "people_in_contact": _people,
    "meetings": _meetings,
    "answered_mail": _answered,
    "revenue": _revenue,
    "satisfaction": _satisfaction,
}
"""What is watched, each by period: 0 is the latest."""
NAMES = {
    "two_way_contacts": phrase("two-way contacts"),
    "people_in_contact": phrase("people in contact"),
    "meetings": phrase("meetings"),
    "answered_mail": phrase("answers to our mail"),
    "revenue": phrase("revenue"),
    "satisfaction": phrase("satisfaction"),
}
