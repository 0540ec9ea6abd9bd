"""Signals about gaps: nobody sponsors us, and what we say of a tie is not what it shows."""

from __future__ import annotations

from kam_connector.kam.network.declared import DeclaredGap, declared_gaps
from kam_connector.kam.signals.findings import finding, graver, near_renewal, role_words
from kam_connector.kam.situation import Situation
from kam_connector.model.account_team import ContactCoverage
from kam_connector.model.contact import Profile
from kam_connector.model.signal import Severity, Signal, SignalKind
from kam_connector.model.stakeholder import Stakeholder

__all__ = ["declared_observed_gap", "sponsor_gap"]


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

    `declared_gaps` decides. Strong ties are suggested only where people map others at all.
    """
    kept = situation.facts.kept
    mapped = bool(kept.of(ContactCoverage) or kept.of(Stakeholder))
    return [
        _suggested(situation, gap) if gap.declared is None else _overstated(situation, gap)
        for gap in declared_gaps(situation)
        if gap.declared is not None or (mapped and situation.recorded.silence_means)
    ]


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


def _overstated(situation: Situation, gap: DeclaredGap) -> Signal:
    said_on = gap.declared_on
    return finding(
        situation,
        SignalKind.DECLARED_OBSERVED_GAP,
        Severity.INFO,
        situation.settings.say(
            "The tie with {person} ({role}) is declared as {level}; "
            "recorded contact shows a strength of {strength} of 100",
            person=situation.people[gap.contact_id].name,
            role=role_words(situation, gap.contact_id),
            level=gap.declared,
            strength=round(gap.observed),
        ),
        anchor=said_on if said_on and said_on <= situation.as_of else None,
        contact_id=gap.contact_id,
        evidence={
            "declared": gap.declared.value if gap.declared else None,
            "strength": str(gap.observed),
            "user": gap.declared_by,
        },
    )


def _suggested(situation: Situation, gap: DeclaredGap) -> Signal:
    return finding(
        situation,
        SignalKind.DECLARED_OBSERVED_GAP,
        Severity.INFO,
        situation.settings.say(
            "{person} is strongly connected with us (strength {strength} of 100) "
            "and stands on no map",
            person=situation.people[gap.contact_id].name,
            strength=round(gap.observed),
        ),
        contact_id=gap.contact_id,
        evidence={"strength": str(gap.observed)},
    )
