"""Facts of business: competition, opportunities inside and outside the plan, the dashboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kam_connector.kam.hidden_words import DEAL_AMOUNT, amount_text
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.scope import in_plan, planned_business
from kam_connector.kam.plan.view import FactLine
from kam_connector.kam.plan.words import person_of_theirs
from kam_connector.language import Voice
from kam_connector.model.access import HIDDEN
from kam_connector.model.figures import KpiValue, OfferPosition, OfferState
from kam_connector.model.journey import Tender, TenderState
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan_content import Competitor
from kam_connector.model.score import Band, Score

__all__ = ["competition_facts", "dashboard_facts", "opportunity_facts"]

_LATEST = 8
"""Our choice: what a reader takes in of a list."""
_OVER = (TenderState.WON, TenderState.LOST, TenderState.CANCELLED)


def competition_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield who else serves the customer, where, until when, and what we lost."""
    facts = basis.facts
    rivals = sorted(
        facts.kept.of(Competitor), key=lambda one: (-(one.strength or 0), one.name, one.id)
    )
    for rival in rivals:
        ends = rival.contract_ends_on
        knows = person_of_theirs(facts, rival.contact_id)
        notes = [
            say("strength {strength} of 5", strength=rival.strength) if rival.strength else "",
            say("contract ends {day}", day=ends) if ends else "",
            say("knows {person} best", person=knows) if knows else "",
            rival.note or "",
        ]
        yield FactLine(
            group=say("Competitors"),
            label=rival.name,
            value=rival.product_line or "",
            note="; ".join(filter(None, notes)),
            on=ends,
            record_id=rival.id,
        )
    for spot in facts.kept.of(OfferPosition):
        if spot.state is OfferState.COMPETITOR:
            ends = spot.contract_ends_on
            yield FactLine(
                group=say("Served by others"),
                label=spot.product_line,
                value=spot.competitor or "",
                note=say("contract ends {day}", day=ends) if ends else "",
                on=ends,
                record_id=spot.id,
            )
    lost = [one for one in facts.opportunities if one.closed and not one.won]
    lost.sort(key=lambda one: (str(one.closes_on or ""), one.id), reverse=True)
    yield from (_deal(one, say("Lost business"), "", basis) for one in lost[:_LATEST])


def opportunity_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield open business in the plan and outside it, why, and tenders to come."""
    inside, outside = planned_business(basis.facts, say)
    yield from (_deal(one, say("In the plan"), "", basis) for one in inside)
    for deal in outside:
        yield _deal(deal, say("Outside the plan"), in_plan(basis.facts, deal, say)[1], basis)
    for tender in basis.facts.kept.of(Tender):
        if tender.state not in _OVER:
            yield FactLine(
                group=say("Tenders"),
                label=tender.title,
                value=_amount(tender.value, tender.currency, say),
                note=say(
                    "{state}, due {day}",
                    state=tender.state,
                    day=tender.due_on or tender.expected_on,
                ),
                on=tender.due_on or tender.expected_on,
                record_id=tender.id,
            )


def _deal(one: Opportunity, group: str, why: str, basis: PlanBasis) -> FactLine:
    say, hidden = basis.say, basis.facts.hidden
    return FactLine(
        group=group,
        label=one.name,
        value=amount_text(one.amount, DEAL_AMOUNT in hidden, say),
        note="; ".join(filter(None, [one.stage, say.word(one.closes_on), why])),
        on=one.closes_on,
        record_id=one.id,
    )


def _amount(value: Decimal | None, currency: str | None, say: Voice) -> str:
    if value is None:
        return ""
    return say.money(Money(amount=value, currency=currency)) if currency else say.number(value)


def dashboard_facts(basis: PlanBasis, say: Voice) -> Iterator[FactLine]:
    """Yield the scores with their bands, and the latest key figures."""
    named = {"health": say("Health"), "relationship": say("Relationship")}
    for name, score in sorted(basis.facts.previous.items()):
        yield FactLine(
            group=say("Scores"),
            label=named.get(name, name),
            value=_points(score, say),
            note=say.name(score.band),
            on=score.as_of,
        )
    latest: dict[str, KpiValue] = {}
    for one in sorted(basis.facts.kept.of(KpiValue), key=lambda one: (one.as_of, one.id)):
        latest[one.key] = one
    for one in sorted(latest.values(), key=lambda one: (one.family.value, one.key)):
        yield FactLine(
            group=say.name(one.family),
            label=_called(one.key, say),
            value=_figure(one, say),
            note=one.reason,
            on=one.as_of,
            record_id=one.id,
        )
    for cycle in basis.renewals:
        yield FactLine(
            group=say("Renewals"),
            label=say("decision on {day}", day=cycle.decision),
            value=say.name(cycle.state),
            note=say("window open since {day}", day=cycle.opens)
            if cycle.opens <= basis.as_of
            else say("window opens on {day}", day=cycle.opens),
            on=cycle.decision,
            record_id=cycle.id,
        )


def _called(key: str, say: Voice) -> str:
    """Return a figure's name from its key; what came in by a file may hold anything."""
    return say(re.sub(r"[^\w ]", " ", key.rpartition(".")[2]).replace("_", " "))


def _points(score: Score, say: Voice) -> str:
    if score.band is Band.HIDDEN:
        return say.hidden
    if score.value is None:
        return say("not known")
    return say("{points} of 100", points=score.value.quantize(Decimal(1)))


def _figure(one: KpiValue, say: Voice) -> str:
    if one.unit == HIDDEN:
        return say.hidden
    if one.value is None:
        return say("not known")
    match one.unit:
        case "percent":
            return say("{value} %", value=one.value)
        case "days":
            return say.count("{n} day", "{n} days", int(one.value))
        case "count" | "score":
            return say.number(one.value)
    return say.money(Money(amount=one.value, currency=one.unit))
