"""Facts of who the customer is and what was before: profile and history."""

from __future__ import annotations

from collections.abc import Iterator

from kam_connector.kam.hidden_words import DEAL_AMOUNT, TURNOVER, amount_text
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.scope import plan_frame
from kam_connector.kam.plan.view import FactLine
from kam_connector.kam.plan.words import person_of_ours, person_of_theirs
from kam_connector.language import Voice
from kam_connector.model.contract import Contract
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import KeyMoment
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan_content import Exclusivity, PlanFrame

__all__ = ["history_facts", "profile_facts"]

_LATEST = 8
"""Our choice: what a reader takes in of a list; the CRM holds the rest."""


def profile_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield who the customer is, what belongs to it, and what binds us."""
    facts, account = basis.facts, basis.facts.account
    group = say("Account")
    yield FactLine(group=group, label=say("Name"), value=account.name, record_id=account.id)
    told = (
        (say("Sector"), account.industry),
        (say("Grading"), account.segment),
        (say("Their turnover"), amount_text(account.turnover, TURNOVER in facts.hidden, say)),
        (say("City"), account.city),
        (say("Website"), account.domain),
    )
    yield from (FactLine(group=group, label=name, value=value) for name, value in told if value)
    owner = person_of_ours(facts, account.owner_id, say)
    yield FactLine(group=group, label=say("Account manager"), value=owner)
    yield FactLine(
        group=group,
        label=say("Key account"),
        value=say("{tier}, {stage}", tier=facts.key.tier, stage=facts.key.stage),
        note=say("since {day}", day=facts.key.since),
        on=facts.key.since,
    )
    for below in sorted(facts.tree, key=lambda one: (one.name, one.id)):
        yield FactLine(
            group=say("Belongs to it"), label=below.name, value=below.city or "",
            record_id=below.id,
        )  # fmt: skip
    yield from (_contract(one, say) for one in _living(facts))
    yield from _partnership(plan_frame(facts), say)


def _living(facts: AccountFacts) -> list[Contract]:
    found = [one for one in facts.contracts if one.active is not False]
    return sorted(found, key=lambda one: (str(one.ends_on or ""), one.id))


def _contract(one: Contract, say: Voice) -> FactLine:
    return FactLine(
        group=say("Contracts"),
        label=one.number or one.status or say("Contract"),
        value=say.money(one.value) if one.value else "",
        note=say("ends {end}, decide by {day}", end=one.ends_on, day=one.decision_on),
        on=one.ends_on,
        record_id=one.id,
    )


def _partnership(frame: PlanFrame | None, say: Voice) -> Iterator[FactLine]:
    if frame is None:
        return
    group = say("Partnership")
    for goal in frame.customer_goals:
        yield FactLine(group=say("The customer's own goals"), label=goal, value="")
    if frame.partnership or frame.partnership_wanted:
        wanted = frame.partnership_wanted
        note = say("wanted: {level}", level=wanted) if wanted else ""
        yield FactLine(
            group=group,
            label=say("Level"),
            value=say.word(frame.partnership),
            note=note,
            record_id=frame.id,
        )
    if frame.exclusivity is not Exclusivity.NONE:
        yield FactLine(group=group, label=say("Exclusivity"), value=say.name(frame.exclusivity))
    if frame.horizon_from or frame.horizon_to:
        span = say("{start} to {end}", start=frame.horizon_from, end=frame.horizon_to)
        yield FactLine(group=group, label=say("Horizon"), value=span)
    if frame.vision:
        yield FactLine(group=group, label=say("Vision"), value=frame.vision)


def history_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield decided business, changes of people and key moments, the latest first."""
    facts = basis.facts
    decided = [one for one in facts.opportunities if one.closed]
    decided.sort(key=lambda one: (str(one.closes_on or ""), one.id), reverse=True)
    yield from (_decided(one, basis.facts.hidden, say) for one in decided[:_LATEST])
    yield from _changes(basis, say)
    held = [one for one in facts.kept.of(KeyMoment) if one.held_on]
    held.sort(key=lambda one: (str(one.held_on), one.id), reverse=True)
    for moment in held[:_LATEST]:
        yield FactLine(
            group=say("Key moments"),
            label=moment.title,
            value=say.name(moment.kind),
            note=moment.decisions or "",
            on=moment.held_on,
            record_id=moment.id,
        )


def _decided(one: Opportunity, hidden: frozenset[str], say: Voice) -> FactLine:
    return FactLine(
        group=say("Business won") if one.won else say("Business lost"),
        label=one.name,
        value=amount_text(one.amount, DEAL_AMOUNT in hidden, say),
        note=say.word(one.closes_on),
        on=one.closes_on,
        record_id=one.id,
    )


def _changes(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield who came and who left, as dated jobs tell."""
    moves = [
        (day, position, came)
        for position in basis.facts.positions
        for day, came in ((position.from_on, True), (position.to_on, False))
        if day is not None and day <= basis.as_of
    ]
    moves.sort(key=lambda move: (move[0], move[1].contact_id, move[2]), reverse=True)
    for day, position, came in moves[:_LATEST]:
        yield FactLine(
            group=say("Changes of people"),
            label=person_of_theirs(basis.facts, position.contact_id) or say("a contact"),
            value=position.title or "",
            note=say("since {day}", day=day) if came else say("until {day}", day=day),
            on=day,
            record_id=position.contact_id,
        )
