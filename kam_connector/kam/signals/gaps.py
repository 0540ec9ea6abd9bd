"""Signals about gaps: nobody sponsors us, and what we say of a tie is not what it shows."""

from __future__ import annotations

from datetime import date

from kam_connector.kam.cadence import last_two_way
from kam_connector.kam.signals.findings import finding, graver, near_renewal, role_words
from kam_connector.kam.situation import Situation
from kam_connector.kam.ties import one_decimal
from kam_connector.model.account_team import ContactCoverage, RelationshipLevel
from kam_connector.model.contact import Profile
from kam_connector.model.signal import Severity, Signal, SignalKind
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["declared_observed_gap", "sponsor_gap"]

_LEAST = {
    RelationshipLevel.VENDOR: 0.0,
    RelationshipLevel.CREDIBLE_SOURCE: 20.0,
    RelationshipLevel.PROBLEM_SOLVER: 40.0,
    RelationshipLevel.TRUSTED_ADVISOR: 60.0,
}
"""The strength from which a declared level is believable: the bands weak, developing and
strong (docs/scores.md). Our choice."""
_STRONG = 60.0
"""A strong tie (docs/scores.md)."""


def sponsor_gap(situation: Situation) -> list[Signal]:
    """Find an account with a renewal ahead where nobody is known to sponsor us.

    It speaks only where roles are recorded at all: an empty chart is no finding.
    """
    roles = {profile for found in situation.profiles.values() for profile in found}
    days = situation.settings.signals.renewal_steps_days[0]
    if not roles - {Profile.OTHER} or not near_renewal(situation, days):
        return []
    if situation.renewal is None or _has_sponsor(situation):
        return []
    severity, because = graver(situation, Severity.WARNING)
    return [
        finding(
            situation,
            SignalKind.SPONSOR_GAP,
            severity,
            situation.settings.say(
                "Nobody is known to sponsor us, and the renewal is due on {day}",
                day=situation.renewal.decision,
            ),
            because=because,
            anchor=situation.renewal.opens,
            due=situation.renewal.decision,
            evidence={"decision": situation.renewal.decision.isoformat()},
        )
    ]


def declared_observed_gap(situation: Situation) -> list[Signal]:
    """Find ties declared closer than they look, and strong ones that nobody mapped.

    A tie kept at its person's rhythm is never called overstated; silence counts only where
    silence means something.
    """
    if not situation.recorded.silence_means:
        return []
    declared = [
        signal
        for cover in situation.facts.kept.of(ContactCoverage)
        if (signal := _overstated(situation, cover))
    ]
    return [*declared, *_unmapped(situation)]


def _has_sponsor(situation: Situation) -> bool:
    if any(
        Profile.INTERNAL_SPONSOR in situation.profiles.get(person_id, frozenset())
        for person_id in situation.present()
    ):
        return True
    return any(
        one.profile is Profile.INTERNAL_SPONSOR
        and one.holds_on(situation.as_of)
        and one.contact_id not in situation.departures
        for one in situation.facts.kept.of(Stakeholder)
    )


def _overstated(situation: Situation, cover: ContactCoverage) -> Signal | None:
    person_id, limits = cover.contact_id, situation.settings.signals
    if cover.declared is None or person_id not in situation.people:
        return None
    if person_id in situation.departures or _in_rhythm(situation, person_id):
        return None
    strength = situation.strength(person_id)
    if _LEAST[cover.declared] - strength < limits.gap_points:
        return None
    on = cover.declared_on if cover.declared_on and cover.declared_on <= situation.as_of else None
    return finding(
        situation,
        SignalKind.DECLARED_OBSERVED_GAP,
        Severity.INFO,
        situation.settings.say(
            "The tie with {person} ({role}) is declared as {level}; "
            "recorded contact shows a strength of {strength} of 100",
            person=situation.people[person_id].name,
            role=role_words(situation, person_id),
            level=cover.declared,
            strength=round(strength),
        ),
        anchor=on,
        contact_id=person_id,
        evidence={
            "declared": cover.declared.value,
            "strength": str(one_decimal(strength)),
            "user": cover.user_id,
        },
    )


def _unmapped(situation: Situation) -> list[Signal]:
    """Return strong ties without any role, where people do map others."""
    kept = situation.facts.kept
    mapped = {one.contact_id for one in kept.of(ContactCoverage)}
    mapped |= {one.contact_id for one in kept.of(Stakeholder)}
    if not mapped:
        return []
    strong = [
        person_id
        for person_id in situation.present()
        if person_id not in mapped
        and not situation.profiles.get(person_id)
        and situation.strength(person_id) >= _STRONG
    ]
    return [
        finding(
            situation,
            SignalKind.DECLARED_OBSERVED_GAP,
            Severity.INFO,
            situation.settings.say(
                "{person} is strongly connected with us (strength {strength} of 100) "
                "and stands on no map",
                person=situation.people[person_id].name,
                strength=round(situation.strength(person_id)),
            ),
            contact_id=person_id,
            evidence={"strength": str(one_decimal(situation.strength(person_id)))},
        )
        for person_id in strong
    ]


def _in_rhythm(situation: Situation, person_id: str) -> bool:
    last = last_two_way(situation.contacts[person_id], now=situation.now)
    return last is not None and _days(situation.as_of, last.date()) <= _allowed(
        situation, person_id
    )


def _allowed(situation: Situation, person_id: str) -> float:
    """Return how long this person's profile may go without contact."""
    cadence = situation.settings.strength.cadence_days[situation.profile(person_id)]
    return situation.settings.signals.silence_slack * cadence


def _days(later: date, earlier: date) -> int:
    return (later - earlier).days
