"""Relationship (S2.33): active contacts, functions engaged, strategic exchanges, threads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.coverage import account_coverage, known_percent
from kam_connector.kam.kpis.sheet import YEAR, Sheet
from kam_connector.model.activity import ActivityKind
from kam_connector.model.contact import Profile
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.journey import KeyMoment, MomentKind

__all__ = ["STRATEGIC", "relationship"]

_FAMILY = KpiFamily.RELATIONSHIP
STRATEGIC = frozenset(
    {
        MomentKind.QBR,
        MomentKind.STEERING_COMMITTEE,
        MomentKind.ANNUAL_PLANNING,
        MomentKind.EXECUTIVE_MEETING,
    }
)
"""Moments that steer the relationship (S2.11, S2.39)."""


def relationship(sheet: Sheet) -> list[KpiValue]:
    """Return the figures of the family; where too little contact is recorded, none."""
    return [
        _active(sheet),
        _functions(sheet),
        _strategic(sheet),
        _threads(sheet),
        _coverage(sheet),
    ]


def _unread(sheet: Sheet) -> str | None:
    """Return why contact says nothing here, or None when it does."""
    recorded = sheet.situation.recorded
    if recorded.readable:
        return None
    percent = int(recorded.share * 100)
    return sheet.say(
        "mail of {percent} % of the team is recorded: no contact is not silence", percent=percent
    )


def _active(sheet: Sheet) -> KpiValue:
    unread = _unread(sheet)
    if unread:
        return sheet.value(_FAMILY, "active_contacts", None, "count", unread)
    now, then = (_active_on(sheet, day) for day in (sheet.as_of, sheet.as_of - YEAR))
    reason = sheet.say(
        "of {known} people with a two-way exchange in {days} days",
        known=len(sheet.situation.present()),
        days=sheet.limits.active_days,
    )
    return sheet.value(
        _FAMILY, "active_contacts", Decimal(now), "count", reason, before=Decimal(then)
    )


def _active_on(sheet: Sheet, day: date) -> int:
    """Return with how many people we were in touch; each once, wherever in the tree."""
    since = day - timedelta(days=sheet.limits.active_days)
    gone = sheet.situation.departures if day == sheet.as_of else {}
    return sum(
        any(one.received and one.counts and since < one.at.date() <= day for one in contacts)
        for person, contacts in sheet.situation.contacts.items()
        if person not in gone
    )


def _functions(sheet: Sheet) -> KpiValue:
    situation, key = sheet.situation, "functions_engaged"
    known = {
        person: name.strip().casefold()
        for person in situation.present()
        if (name := situation.people[person].department)
    }
    why = _unread(sheet) or (None if known else sheet.say("no function of a contact is recorded"))
    if why:
        return sheet.value(_FAMILY, key, None, "count", why)
    floor = sheet.limits.engaged_from
    engaged = {name for person, name in known.items() if situation.strength(person) >= floor}
    reason = sheet.say(
        "of {all} functions known, with a tie of {floor} or more: {names}",
        all=len(set(known.values())),
        floor=floor,
        names=", ".join(sorted(engaged)) or sheet.say("none"),
    )
    return sheet.value(_FAMILY, key, Decimal(len(engaged)), "count", reason)


def _strategic(sheet: Sheet) -> KpiValue:
    key = "strategic_interactions"
    now, then = (set(_strategic_days(sheet, day)) for day in (sheet.as_of, sheet.as_of - YEAR))
    if not now and not then and _unread(sheet):
        return sheet.value(_FAMILY, key, None, "count", str(_unread(sheet)))
    reason = sheet.say("days in 365 with a strategic meeting or a decision-maker met")
    if now:
        reason += "; " + sheet.say("the last on {day}", day=max(now))
    return sheet.value(_FAMILY, key, Decimal(len(now)), "count", reason, before=Decimal(len(then)))


def _strategic_days(sheet: Sheet, day: date) -> Iterator[date]:
    """Yield the days of a year with a strategic moment held or a decider met in person.

    A day counts once: the meeting in the calendar and the moment in the plan are one.
    """
    situation = sheet.situation
    for moment in situation.facts.kept.of(KeyMoment):
        held = moment.held_on
        if moment.kind in STRATEGIC and held and day - YEAR < held <= day:
            yield held
    deciders = {
        person for person, held in situation.profiles.items() if Profile.ECONOMIC_DECIDER in held
    }
    for person in deciders & situation.contacts.keys():
        for one in situation.contacts[person]:
            met = one.kind in {ActivityKind.MEETING, ActivityKind.WORKSHOP}
            if met and one.counts and day - YEAR < one.at.date() <= day:
                yield one.at.date()


def _threads(sheet: Sheet) -> KpiValue:
    unread = _unread(sheet)
    if unread:
        return sheet.value(_FAMILY, "effective_threads", None, "count", unread)
    coverage = account_coverage(sheet.situation)
    threads = Decimal(repr(round(coverage.threads, 6)))
    reason = sheet.say.count(
        "{n} contact, counted by how evenly the ties are spread (1/HHI)",
        "{n} contacts, counted by how evenly the ties are spread (1/HHI)",
        coverage.connected,
    )
    return sheet.value(_FAMILY, "effective_threads", threads, "count", reason)


def _coverage(sheet: Sheet) -> KpiValue:
    coverage = account_coverage(sheet.situation)
    percent = known_percent(sheet.situation, coverage)
    if percent is None:
        reason = _unread(sheet) or sheet.say("no stakeholder roles are recorded")
    else:
        reached = sum(goal.contact_id is not None for goal in coverage.goals)
        reason = sheet.say(
            "{reached} of {wanted} wanted roles are held by somebody we know",
            reached=reached,
            wanted=len(coverage.goals),
        )
    return sheet.value(_FAMILY, "coverage", percent, "percent", reason)
