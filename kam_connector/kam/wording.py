"""What an action is called, in the account manager's words."""

from __future__ import annotations

from kam_connector.kam.findings import role_words
from kam_connector.kam.situation import Situation
from kam_connector.model.signal import Signal, SignalKind

__all__ = ["action_title"]

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


def action_title(situation: Situation, signal: Signal) -> str:
    """Return what to do about a *signal*, at most 255 characters."""
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
