"""Texts of findings and of what to do about them, by kind; `kam.wording` fills them in."""

from __future__ import annotations

from collections.abc import Mapping

from kam_connector.language import phrase
from kam_connector.model.contact import Profile
from kam_connector.model.signal import SignalKind

__all__ = ["LEFT", "PERSON_TITLES", "PUBLIC_FINDINGS", "PUBLIC_TITLES", "ROLES", "TITLES"]

_K = SignalKind

TITLES: Mapping[SignalKind, str] = {
    _K.NEW_DECISION_MAKER: phrase("Meet the new {role}, {person}"),
    _K.CONTACT_LEFT: phrase("Find out who follows {person} ({role})"),
    _K.CHAMPION_SILENT: phrase("Get back in touch with {person}"),
    _K.STRENGTH_DROP: phrase("Get back in touch with {person}"),
    _K.SINGLE_THREADED: phrase("Build a second tie at {account}"),
    _K.REORGANISATION: phrase("Redraw the map of people at {account}"),
    _K.RENEWAL_WINDOW: phrase("Prepare the renewal of {account} due on {decision}"),
    _K.STALLED_OPPORTUNITY: phrase("Decide how {opportunity} goes on"),
    _K.PLAN_STALE: phrase("Review the account plan of {account}"),
    _K.TITLE_CHANGED: phrase("Ask {person} what the new title changes"),
    _K.SPONSOR_GAP: phrase("Win a sponsor at {account} before the renewal"),
    _K.DECLARED_OBSERVED_GAP: phrase("Check what is declared of the tie with {person}"),
    _K.TENDER_ANNOUNCED: phrase("Decide on the tender of {account} and who answers"),
    _K.TENDER_WINDOW: phrase("Prepare the tender of {account}: value and sponsors"),
    _K.INCIDENT_MAJOR: phrase("Lead the incident at {account}: one voice, one date"),
    _K.ESCALATION: phrase("Answer the escalation of {account}"),
    _K.STRATEGIC_CHANGE: phrase("Review the plan of {account} after the strategic change"),
    _K.MEETING_OVERDUE: phrase("Hold or cancel the overdue meeting with {account}"),
    _K.QBR_OVERDUE: phrase("Set the day of the next quarterly review with {account}"),
    _K.ACTION_OVERDUE: phrase("Close or postpone what is overdue at {account}"),
    _K.OBJECTIVE_OFF_TRACK: phrase("Bring an objective of {account} back on track, or change it"),
    _K.SOW_DROP: phrase("Find out who wins what we lose at {account}"),
    _K.MARGIN_DROP: phrase("Find out what costs margin at {account}"),
    _K.NPS_DROP: phrase("Find out why satisfaction falls at {account}"),
    _K.COMPETITOR_CONTRACT_END: phrase("Ask {account} for a chance before the contract ends"),
    _K.INTENT_SIGNAL: phrase("Ask {account} what the interest is about"),
    _K.STAFF_MOVEMENT: phrase("Find out what the move at {account} changes"),
    _K.ANNOUNCEMENT: phrase("Speak with {account} about its announcement"),
    _K.CELEBRATION_DUE: phrase("Mark the occasion together with {account}"),
    _K.NO_EXECUTIVE_MEETING: phrase("Bring our executive and {person} together"),
    _K.WEAK_SIGNAL: phrase("Look into why contact with {account} thins out"),
}
"""For the owner of the task; people are named."""

PERSON_TITLES: Mapping[SignalKind, str] = {
    _K.NPS_DROP: phrase("Ask {person} what is missing"),
    _K.STAFF_MOVEMENT: phrase("Ask {person} what the move changes"),
}
"""Instead, where the finding is about one person."""

PUBLIC_TITLES: Mapping[SignalKind, str] = {
    _K.NEW_DECISION_MAKER: phrase("Meet the new decision-maker"),
    _K.CONTACT_LEFT: phrase("Find out who follows {role}"),
    _K.CHAMPION_SILENT: phrase("Get back in touch with {role}"),
    _K.STRENGTH_DROP: phrase("Get back in touch with {role}"),
    _K.SINGLE_THREADED: phrase("Build a second tie"),
    _K.REORGANISATION: phrase("Redraw the map of people"),
    _K.RENEWAL_WINDOW: phrase("Prepare the renewal"),
    _K.STALLED_OPPORTUNITY: phrase("Decide how a stalled opportunity goes on"),
    _K.PLAN_STALE: phrase("Review the account plan"),
    _K.TITLE_CHANGED: phrase("Ask what a new title changes"),
    _K.SPONSOR_GAP: phrase("Win a sponsor before the renewal"),
    _K.DECLARED_OBSERVED_GAP: phrase("Check what is declared of a tie"),
    _K.TENDER_ANNOUNCED: phrase("Decide on the tender and who answers"),
    _K.TENDER_WINDOW: phrase("Prepare the tender: value and sponsors"),
    _K.INCIDENT_MAJOR: phrase("Lead the incident: one voice, one date"),
    _K.ESCALATION: phrase("Answer the escalation"),
    _K.STRATEGIC_CHANGE: phrase("Review the plan after the strategic change"),
    _K.MEETING_OVERDUE: phrase("Hold or cancel an overdue meeting"),
    _K.QBR_OVERDUE: phrase("Set the day of the next quarterly review"),
    _K.ACTION_OVERDUE: phrase("Close or postpone what is overdue"),
    _K.OBJECTIVE_OFF_TRACK: phrase("Bring an objective back on track, or change it"),
    _K.SOW_DROP: phrase("Find out who wins what we lose"),
    _K.MARGIN_DROP: phrase("Find out what costs margin"),
    _K.NPS_DROP: phrase("Find out why satisfaction falls"),
    _K.COMPETITOR_CONTRACT_END: phrase("Ask for a chance before a competitor's contract ends"),
    _K.INTENT_SIGNAL: phrase("Ask what the interest is about"),
    _K.STAFF_MOVEMENT: phrase("Find out what a move changes"),
    _K.ANNOUNCEMENT: phrase("Speak about the announcement"),
    _K.CELEBRATION_DUE: phrase("Mark the occasion together"),
    _K.NO_EXECUTIVE_MEETING: phrase("Bring the executives together"),
    _K.WEAK_SIGNAL: phrase("Look into why contact thins out"),
}
"""For everybody who sees the account; nobody and nothing is named."""

PUBLIC_FINDINGS: Mapping[SignalKind, str] = {
    _K.NEW_DECISION_MAKER: phrase("A new decision-maker since {anchor}; no contact is recorded"),
    _K.CHAMPION_SILENT: phrase("No exchange with {role} since {anchor}"),
    _K.STRENGTH_DROP: phrase("Less exchange with {role} than before; the last on {anchor}"),
    _K.STALLED_OPPORTUNITY: phrase("An open opportunity has not moved since {anchor}"),
    _K.TITLE_CHANGED: phrase("A new title for {role} since {anchor}"),
    _K.DECLARED_OBSERVED_GAP: phrase(
        "What is declared of the tie with {role} is not what contact shows"
    ),
    _K.TENDER_ANNOUNCED: phrase("A tender is out since {anchor}"),
    _K.TENDER_WINDOW: phrase("A tender falls due on {due}"),
    _K.INCIDENT_MAJOR: phrase("A major incident is open since {anchor}"),
    _K.ESCALATION: phrase("An escalation is open since {anchor}"),
    _K.STRATEGIC_CHANGE: phrase("A strategic change was announced on {anchor}"),
    _K.MEETING_OVERDUE: phrase("A meeting due on {anchor} is not recorded as held"),
    _K.QBR_OVERDUE: phrase("The quarterly review is overdue since {anchor}"),
    _K.OBJECTIVE_OFF_TRACK: phrase("An objective of the plan is off its track"),
    _K.NPS_DROP: phrase("Satisfaction fell"),
    _K.SOW_DROP: phrase("Our share of their spend fell from one year to the next"),
    _K.MARGIN_DROP: phrase("Margin fell against the year before"),
    _K.COMPETITOR_CONTRACT_END: phrase("A competitor's contract ends on {due}"),
    _K.INTENT_SIGNAL: phrase("Signs of interest since {anchor}"),
    _K.STAFF_MOVEMENT: phrase("News of a move on {anchor}"),
    _K.ANNOUNCEMENT: phrase("An announcement on {anchor}"),
    _K.CELEBRATION_DUE: phrase("An occasion to celebrate together on {anchor}"),
    _K.NO_EXECUTIVE_MEETING: phrase("Our executives and {role} have not met as agreed"),
}
"""The findings that name somebody or something; all others are fit for everybody as they are.
What figures say of money and satisfaction stays with the owner."""

LEFT: Mapping[bool, str] = {
    True: phrase("{role} left on {anchor}"),
    False: phrase("{role} seems to have left on {anchor}"),
}
"""Surely, or probably."""

ROLES: Mapping[Profile, str] = {
    Profile.INTERNAL_SPONSOR: phrase("the champion"),
    Profile.ECONOMIC_DECIDER: phrase("the decision-maker"),
    Profile.OPERATIONAL_USER: phrase("an operational user"),
    Profile.TECHNICAL_INFLUENCER: phrase("a technical adviser"),
    Profile.LEGAL: phrase("a legal adviser"),
    Profile.OTHER: phrase("a contact"),
}
