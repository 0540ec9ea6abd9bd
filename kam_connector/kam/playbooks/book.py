"""The eight playbooks: who does what, how soon, and what shows that it worked.

Our choice throughout: the articles name the occasions and what a protocol is for (S2.12-S2.14,
S2.35-S2.39); days and order are ours. The first step is always what cannot wait; executives
come in once there is something to say; each ends with map and plan brought up to date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kam_connector.kam.playbooks.steps import DatedStep, PlaybookStep, StepRole, dated
from kam_connector.language import phrase
from kam_connector.model.journey import PlaybookKind

__all__ = ["PLAYBOOKS", "playbook_steps"]

_KAM, _EXECUTIVE, _BEFORE = StepRole.KAM, StepRole.EXECUTIVE_SPONSOR, StepRole.PREVIOUS_KAM

_NEW_DECISION_MAKER = (
    PlaybookStep(
        key="meet",
        role=_KAM,
        title=phrase("Meet the new decision-maker of {account}"),
        indicator=phrase("A first meeting took place"),
        after=5,
    ),
    PlaybookStep(
        key="learn",
        role=_KAM,
        title=phrase("Learn what the new decision-maker of {account} wants to achieve"),
        indicator=phrase("Their goals stand in the plan"),
        after=10,
    ),
    PlaybookStep(
        key="show",
        role=_KAM,
        title=phrase("Show the new decision-maker of {account} what was delivered"),
        indicator=phrase("The value recap was presented"),
        after=12,
    ),
    PlaybookStep(
        key="welcome",
        role=_EXECUTIVE,
        title=phrase("Welcome the new decision-maker of {account} as an executive"),
        indicator=phrase("The two have met"),
        after=20,
    ),
    PlaybookStep(
        key="map",
        role=_KAM,
        title=phrase("Bring people map and plan of {account} up to date"),
        indicator=phrase("Map and plan show who decides now"),
        after=25,
    ),
)
_KAM_HANDOVER = (
    PlaybookStep(
        key="write",
        role=_BEFORE,
        title=phrase("Write down what only you know of {account}"),
        indicator=phrase("Promises, open points and history are in the plan"),
        after=3,
    ),
    PlaybookStep(
        key="introduce",
        role=_BEFORE,
        title=phrase("Introduce your successor to the contacts of {account}"),
        indicator=phrase("Everybody who counts has met the successor"),
        after=5,
    ),
    PlaybookStep(
        key="read",
        role=_KAM,
        title=phrase("Read plan and history of {account}, ask what is missing"),
        indicator=phrase("No question to the predecessor is open"),
        after=5,
    ),
    PlaybookStep(
        key="meet",
        role=_KAM,
        title=phrase("Meet sponsor and decision-maker of {account}"),
        indicator=phrase("Both have been met"),
        after=10,
    ),
    PlaybookStep(
        key="vouch",
        role=_EXECUTIVE,
        title=phrase("Give {account} your word for the new account manager"),
        indicator=phrase("Their executive knows whom to call"),
        after=10,
    ),
    PlaybookStep(
        key="check",
        role=_KAM,
        title=phrase("Check that no tie with {account} was lost"),
        indicator=phrase("Coverage is where it was before the handover"),
        after=30,
        stays=True,
    ),
)
_CRISIS = (
    PlaybookStep(
        key="call",
        role=_KAM,
        title=phrase("Call {account}: say what we know and who leads"),
        indicator=phrase("The customer knows whom to call, and when they hear more"),
        after=1,
    ),
    PlaybookStep(
        key="lead",
        role=StepRole.SUPPORT,
        title=phrase("Lead the incident at {account} and report each day"),
        indicator=phrase("A report went out each day until it was solved"),
        after=1,
    ),
    PlaybookStep(
        key="executive",
        role=_EXECUTIVE,
        title=phrase("Speak with the management of {account} about the incident"),
        indicator=phrase("The two executives have spoken"),
        after=2,
    ),
    PlaybookStep(
        key="cause",
        role=_KAM,
        title=phrase("Give {account} the cause and the remedy in writing"),
        indicator=phrase("The customer has confirmed the remedy"),
        after=5,
    ),
    PlaybookStep(
        key="lessons",
        role=_KAM,
        title=phrase("Hold the post-mortem with {account}"),
        indicator=phrase("What we learned is written down with the moment"),
        after=15,
        stays=True,
    ),
    PlaybookStep(
        key="trust",
        role=_KAM,
        title=phrase("Ask {account} whether trust is back"),
        indicator=phrase("The customer has answered, and the answer is kept"),
        after=30,
        stays=True,
    ),
)
_TENDER = (
    PlaybookStep(
        key="criteria",
        role=_KAM,
        title=phrase("Learn the criteria of the tender of {account}, mobilise the sponsor"),
        indicator=phrase("Criteria and their weights are written down, the sponsor is named"),
        after=5,
        before=120,
    ),
    PlaybookStep(
        key="value",
        role=_KAM,
        title=phrase("Show {account} the value delivered before the tender opens"),
        indicator=phrase("The value recap was presented"),
        after=10,
        before=80,
    ),
    PlaybookStep(
        key="win_plan",
        role=StepRole.PRESALES,
        title=phrase("Write the win plan for the tender of {account}"),
        indicator=phrase("The win plan names team, price, risks and rivals"),
        after=12,
        before=40,
    ),
    PlaybookStep(
        key="decide",
        role=_EXECUTIVE,
        title=phrase("Decide whether we bid for the tender of {account}"),
        indicator=phrase("The decision is written down with its reasons"),
        after=14,
        before=15,
    ),
    PlaybookStep(
        key="review",
        role=StepRole.PRESALES,
        title=phrase("Have the offer to {account} read by somebody who did not write it"),
        indicator=phrase("Every criterion has its answer"),
        after=18,
        before=4,
    ),
    PlaybookStep(
        key="debrief",
        role=_KAM,
        title=phrase("Ask {account} for the reasons of its decision"),
        indicator=phrase("The reasons are written down, won or lost"),
        after=40,
        before=-20,
        stays=True,
    ),
)
_STRATEGIC_CHANGE = (
    PlaybookStep(
        key="map",
        role=_KAM,
        title=phrase("Redraw the map of people at {account}"),
        indicator=phrase("Every role that counts has a name again"),
        after=5,
    ),
    PlaybookStep(
        key="meaning",
        role=_KAM,
        title=phrase("Ask the sponsor at {account} what the change means for us"),
        indicator=phrase("Gains and dangers are written down"),
        after=10,
    ),
    PlaybookStep(
        key="plan",
        role=_KAM,
        title=phrase("Review the plan of {account}: objectives, risks, opportunities"),
        indicator=phrase("A new version of the plan is approved"),
        after=15,
    ),
    PlaybookStep(
        key="direction",
        role=_EXECUTIVE,
        title=phrase("Meet the new management of {account}"),
        indicator=phrase("The two executives have met"),
        after=20,
    ),
)
_RENEWAL = (
    PlaybookStep(
        key="recap",
        role=_KAM,
        title=phrase("Prepare the renewal of {account}: put together what was delivered"),
        indicator=phrase("The value recap is ready"),
        after=5,
        before=120,
    ),
    PlaybookStep(
        key="needs",
        role=_KAM,
        title=phrase("Ask sponsor and decision-maker of {account} what comes next"),
        indicator=phrase("Both have said what they want of the next contract"),
        after=10,
        before=85,
    ),
    PlaybookStep(
        key="terms",
        role=StepRole.FINANCE,
        title=phrase("Review margin and terms of the contract with {account}"),
        indicator=phrase("Our limits for price and terms are agreed"),
        after=12,
        before=60,
    ),
    PlaybookStep(
        key="commit",
        role=_EXECUTIVE,
        title=phrase("Assure {account} of our commitment, executive to executive"),
        indicator=phrase("The two executives have met"),
        after=15,
        before=45,
    ),
    PlaybookStep(
        key="offer",
        role=_KAM,
        title=phrase("Put the renewal offer to {account}"),
        indicator=phrase("The offer is with the decision-maker"),
        after=20,
        before=30,
    ),
    PlaybookStep(
        key="sign",
        role=StepRole.LEGAL,
        title=phrase("Have the contract with {account} ready to sign"),
        indicator=phrase("No clause is open"),
        after=25,
        before=12,
    ),
)
_CHAMPION_LEFT = (
    PlaybookStep(
        key="follow",
        role=_KAM,
        title=phrase("Find out who follows our sponsor at {account}"),
        indicator=phrase("The follower is known by name"),
        after=3,
    ),
    PlaybookStep(
        key="thank",
        role=_KAM,
        title=phrase("Stay in touch with the sponsor who left {account}"),
        indicator=phrase("We know where they are now"),
        after=5,
    ),
    PlaybookStep(
        key="second",
        role=_KAM,
        title=phrase("Win a second supporter at {account}"),
        indicator=phrase("Somebody else speaks for us there"),
        after=10,
    ),
    PlaybookStep(
        key="commit",
        role=_EXECUTIVE,
        title=phrase("Assure the decision-maker of {account} of our commitment"),
        indicator=phrase("The two have spoken"),
        after=15,
    ),
    PlaybookStep(
        key="map",
        role=_KAM,
        title=phrase("Bring people map and plan of {account} up to date"),
        indicator=phrase("Map and plan show who speaks for us now"),
        after=20,
    ),
)
_CELEBRATION = (
    PlaybookStep(
        key="plan",
        role=_KAM,
        title=phrase("Plan how we celebrate with {account}"),
        indicator=phrase("Day, place and guests are agreed"),
        after=2,
        before=10,
    ),
    PlaybookStep(
        key="story",
        role=StepRole.MARKETING,
        title=phrase("Ask {account} whether the success may be told"),
        indicator=phrase("They have said yes or no in writing"),
        after=5,
        before=5,
    ),
    PlaybookStep(
        key="celebrate",
        role=_KAM,
        title=phrase("Celebrate with {account} and thank those who did it"),
        indicator=phrase("The moment is marked as held"),
        after=10,
        before=0,
    ),
)

PLAYBOOKS: Mapping[PlaybookKind, tuple[PlaybookStep, ...]] = {
    PlaybookKind.NEW_DECISION_MAKER: _NEW_DECISION_MAKER,
    PlaybookKind.KAM_HANDOVER: _KAM_HANDOVER,
    PlaybookKind.CRISIS: _CRISIS,
    PlaybookKind.TENDER: _TENDER,
    PlaybookKind.STRATEGIC_CHANGE: _STRATEGIC_CHANGE,
    PlaybookKind.RENEWAL: _RENEWAL,
    PlaybookKind.CHAMPION_LEFT: _CHAMPION_LEFT,
    PlaybookKind.CELEBRATION: _CELEBRATION,
}
"""Every playbook's steps, in order."""


def playbook_steps(
    kind: PlaybookKind, *, start: date, target: date | None = None
) -> tuple[DatedStep, ...]:
    """Return a playbook's steps with their days.

    Args:
        kind: Which playbook.
        start: The first day of the run.
        target: The day it leads up to, where there is one.
    """
    return dated(PLAYBOOKS[kind], start=start, target=target)
