"""What is said of findings and actions: to their owner by name, to an account's readers by role.

A task speaks to the colleague who has it. An account's fields are read by many, some of whom
may not see the person or the opportunity behind a finding: they say the role and the dates,
and the card names the records under its viewer's own rights.
"""

from __future__ import annotations

from kam_connector.kam.people import Cue
from kam_connector.kam.signals.findings import role_words
from kam_connector.kam.situation import Situation
from kam_connector.model.contact import Profile
from kam_connector.model.plan import Action
from kam_connector.model.signal import Signal, SignalKind

__all__ = ["action_title", "public_finding", "public_title"]

_TITLES = {
    SignalKind.NEW_DECISION_MAKER: "Meet the new {role}, {person}",
    SignalKind.CONTACT_LEFT: "Find out who follows {person} ({role})",
    SignalKind.CHAMPION_SILENT: "Get back in touch with {person}",
    SignalKind.STRENGTH_DROP: "Get back in touch with {person}",
    SignalKind.SINGLE_THREADED: "Build a second tie at {account}",
    SignalKind.REORGANISATION: "Redraw the map of people at {account}",
    SignalKind.RENEWAL_WINDOW: "Prepare the renewal of {account} due on {decision}",
    SignalKind.STALLED_OPPORTUNITY: "Decide how {opportunity} goes on",
    SignalKind.PLAN_STALE: "Review the account plan of {account}",
}
_PUBLIC_TITLES = {
    SignalKind.NEW_DECISION_MAKER: "Meet the new decision-maker",
    SignalKind.CONTACT_LEFT: "Find out who follows {role}",
    SignalKind.CHAMPION_SILENT: "Get back in touch with {role}",
    SignalKind.STRENGTH_DROP: "Get back in touch with {role}",
    SignalKind.SINGLE_THREADED: "Build a second tie",
    SignalKind.REORGANISATION: "Redraw the map of people",
    SignalKind.RENEWAL_WINDOW: "Prepare the renewal",
    SignalKind.STALLED_OPPORTUNITY: "Decide how a stalled opportunity goes on",
    SignalKind.PLAN_STALE: "Review the account plan",
}
_PUBLIC_FINDINGS = {
    SignalKind.NEW_DECISION_MAKER: "A new decision-maker since {anchor}; no contact is recorded",
    SignalKind.CONTACT_LEFT: "{role} {left}{on}{renewal}",
    SignalKind.CHAMPION_SILENT: "No exchange with {role} since {anchor}",
    SignalKind.STRENGTH_DROP: "Less exchange with {role} than before; the last on {anchor}",
    SignalKind.SINGLE_THREADED: "The relationship hangs on one person: {threads} effective threads",
    SignalKind.STALLED_OPPORTUNITY: "An open opportunity has not moved since {anchor}",
}
"""The findings that name somebody or something; all others are fit for everybody as they are."""
_ROLES = {
    Profile.INTERNAL_SPONSOR: "the champion",
    Profile.ECONOMIC_DECIDER: "the decision-maker",
    Profile.OPERATIONAL_USER: "an operational user",
    Profile.TECHNICAL_INFLUENCER: "a technical adviser",
    Profile.LEGAL: "a legal adviser",
    Profile.OTHER: "a contact",
}


def action_title(situation: Situation, signal: Signal) -> str:
    """Return what to do about a *signal*, for its owner: at most 255 characters."""
    deals = {deal.id: deal.name for deal in situation.facts.opportunities}
    person = situation.people.get(signal.contact_id or "")
    words = {
        "account": situation.facts.account.name,
        "person": person.name if person else "",
        "role": role_words(situation, person.id) if person else "",
        "opportunity": deals.get(signal.opportunity_id or "", "the opportunity"),
        "decision": str(signal.evidence.get("decision", "")),
    }
    return _TITLES[signal.kind].format(**words)[:255]


def public_title(situation: Situation, action: Action) -> str:
    """Return what to do, for everybody who sees the account; a person's own words stand."""
    kind = (action.signal_key or "").partition(":")[0]
    if kind not in _PUBLIC_TITLES:
        return action.title
    return _PUBLIC_TITLES[SignalKind(kind)].format(role=_role(situation, action.contact_id))


def public_finding(situation: Situation, signal: Signal) -> str:
    """Return a finding in one sentence, for everybody who sees the account."""
    said = _PUBLIC_FINDINGS.get(signal.kind)
    if said is None:
        return signal.summary
    anchor = signal.evidence.get("anchor")
    text = said.format(
        role=_role(situation, signal.contact_id),
        anchor=anchor or signal.first_seen,
        left="left" if signal.evidence.get("cue") == Cue.LEFT else "seems to have left",
        on=f" on {anchor}" if anchor else "",
        renewal=_renewal(situation),
        threads=signal.evidence.get("threads", ""),
    )
    return text[:1].upper() + text[1:]


def _role(situation: Situation, contact_id: str | None) -> str:
    return _ROLES[situation.profile(contact_id or "")]


def _renewal(situation: Situation) -> str:
    if situation.renewal is None or situation.renewal.opens > situation.as_of:
        return ""
    return f", renewal due on {situation.renewal.decision}"
