"""What is said of findings and actions: to their owner by name, to an account's readers by role.

A task speaks to the colleague who has it. An account's fields are read by many, some of whom
may not see the person or the opportunity behind a finding: they say the role and the dates,
and the card names the records under its viewer's own rights.
"""

from __future__ import annotations

from datetime import date

from kam_connector.kam.people import Cue
from kam_connector.kam.signals.findings import role_words
from kam_connector.kam.signals.words import (
    LEFT,
    PERSON_TITLES,
    PUBLIC_FINDINGS,
    PUBLIC_TITLES,
    ROLES,
    TITLES,
)
from kam_connector.kam.situation import Situation
from kam_connector.model.kind import JsonValue
from kam_connector.model.plan import Action
from kam_connector.model.signal import Signal, SignalKind

__all__ = ["action_title", "public_finding", "public_title"]


def action_title(situation: Situation, signal: Signal) -> str:
    """Return what to do about a *signal*, for its owner: at most 255 characters."""
    say, person = situation.settings.say, situation.people.get(signal.contact_id or "")
    deals = {deal.id: deal.name for deal in situation.facts.opportunities}
    text = TITLES[signal.kind]
    if person:
        text = PERSON_TITLES.get(signal.kind, text)
    return say(
        text,
        account=situation.facts.account.name,
        person=person.name if person else say("a contact"),
        role=role_words(situation, person.id) if person else say("a contact"),
        opportunity=deals.get(signal.opportunity_id or "", say("the opportunity")),
        decision=_day(signal.evidence.get("decision")),
    )[:255]


def public_title(situation: Situation, action: Action) -> str:
    """Return what to do, for everybody who sees the account; a person's own words stand."""
    kind = (action.signal_key or "").partition(":")[0]
    if kind not in PUBLIC_TITLES:
        return action.title
    said = situation.settings.say(
        PUBLIC_TITLES[SignalKind(kind)], role=_role(situation, action.contact_id)
    )
    return said[:1].upper() + said[1:]


def public_finding(situation: Situation, signal: Signal) -> str:
    """Return a finding in one sentence, for everybody who sees the account."""
    say, said = situation.settings.say, PUBLIC_FINDINGS.get(signal.kind)
    if signal.kind is SignalKind.CONTACT_LEFT:
        text = _departure(situation, signal)
    elif signal.kind is SignalKind.SINGLE_THREADED:
        text = say.count(
            "The relationship hangs on one person: {n} effective thread",
            "The relationship hangs on one person: {n} effective threads",
            _number(signal.evidence.get("threads")) or 0,
        )
    elif said is None:
        return signal.summary
    else:
        text = say(
            said,
            role=_role(situation, signal.contact_id),
            anchor=_day(signal.evidence.get("anchor")) or signal.first_seen,
            due=signal.due,
        )
    return text[:1].upper() + text[1:]


def _departure(situation: Situation, signal: Signal) -> str:
    say, role = situation.settings.say, _role(situation, signal.contact_id)
    on = _day(signal.evidence.get("anchor"))
    if on:
        said = say(LEFT[signal.evidence.get("cue") == Cue.LEFT], role=role, anchor=on)
    else:
        said = say("{role} seems to have left", role=role)
    if situation.renewal is None or situation.renewal.opens > situation.as_of:
        return said
    return say("{said}, renewal due on {day}", said=said, day=situation.renewal.decision)


def _role(situation: Situation, contact_id: str | None) -> str:
    return situation.settings.say(ROLES[situation.profile(contact_id or "")])


def _day(value: JsonValue) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _number(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, str) else None
