"""What was delivered over a contract's time: the pack a renewal is opened with (S2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.renewals import main_cycle, renewal_cycles
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.worth import common_currency, in_currency
from kam_connector.language import Voice
from kam_connector.model.account import RenewalCycle
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import SurveyAnswer, SurveyKind
from kam_connector.model.journey import KeyMoment
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan import Objective, ObjectiveStatus
from kam_connector.model.plan_content import Initiative, SharedValue, WorkState

__all__ = ["ValueRecap", "value_recap"]

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRecap:
    """What the customer got from us, to reaffirm value before a decision."""

    account_id: str
    since: date
    until: date
    cycle: RenewalCycle | None
    """The renewal it is for; None: none is open."""
    objectives: tuple[Objective, ...]
    """Reached."""
    shared_value: tuple[SharedValue, ...]
    """Done, with the benefit of each side."""
    initiatives: tuple[Initiative, ...]
    won: tuple[Opportunity, ...]
    won_total: Money | None
    """At the day's rates; None: nothing won, or no common currency."""
    moments: tuple[KeyMoment, ...]
    """Held."""
    satisfaction: tuple[tuple[SurveyKind, Decimal, int], ...]
    """(kind, mean score, answers) of what was asked."""
    lines: tuple[str, ...]
    """All of it in sentences, fit for the customer's eyes."""
    missing: tuple[str, ...]
    """What would make it stronger."""


def value_recap(
    facts: AccountFacts,
    as_of: date,
    *,
    since: date | None = None,
    settings: KamSettings | None = None,
) -> ValueRecap:
    """Return what was delivered up to a day.

    Args:
        facts: All that is known about the account.
        as_of: The day.
        since: From when; None: the main contract's start, else one year.
        settings: For the language.
    """
    settings = settings or KamSettings()
    cycles = renewal_cycles(facts, as_of=as_of)
    cycle = main_cycle(facts, cycles, as_of)
    begun = since or _begun(facts, cycle, as_of)
    won = [
        deal for deal in facts.opportunities if deal.won and _within(deal.closes_on, begun, as_of)
    ]
    kept = facts.kept
    shared = [one for one in kept.of(SharedValue) if one.state is WorkState.DONE]
    launched = [one for one in kept.of(Initiative) if one.state is WorkState.DONE]
    moments = [one for one in kept.of(KeyMoment) if _within(one.held_on, begun, as_of)]
    bare = ValueRecap(
        account_id=facts.account.id,
        since=begun,
        until=as_of,
        cycle=cycle,
        objectives=tuple(one for one in facts.objectives if one.status is ObjectiveStatus.REACHED),
        shared_value=tuple(
            one for one in shared if one.on is None or _within(one.on, begun, as_of)
        ),
        initiatives=tuple(o for o in launched if o.due is None or _within(o.due, begun, as_of)),
        won=tuple(sorted(won, key=lambda deal: (deal.closes_on or begun, deal.id))),
        won_total=_total(facts, won, as_of),
        moments=tuple(sorted(moments, key=lambda one: (one.held_on or begun, one.id))),
        satisfaction=tuple(_satisfaction(facts, begun, as_of)),
        lines=(),
        missing=(),
    )
    return _told(bare, settings.say)


def _begun(facts: AccountFacts, cycle: RenewalCycle | None, as_of: date) -> date:
    starts = {one.id: one.starts_on for one in facts.contracts}
    start = starts.get(cycle.contract_id or "") if cycle else None
    return start or as_of - _YEAR


def _within(day: date | None, since: date, until: date) -> bool:
    return day is not None and since <= day <= until


def _total(facts: AccountFacts, won: list[Opportunity], as_of: date) -> Money | None:
    amounts = [deal.amount for deal in won if deal.amount]
    currency = common_currency(amounts)
    if currency is None:
        return None
    worth = [in_currency(one, currency, facts.rates, on=as_of) for one in amounts]
    if any(one is None for one in worth):
        return None
    return Money(
        amount=sum((one for one in worth if one is not None), Decimal(0)), currency=currency
    )


def _satisfaction(
    facts: AccountFacts, since: date, until: date
) -> Iterator[tuple[SurveyKind, Decimal, int]]:
    for kind in (SurveyKind.NPS, SurveyKind.CSAT):
        scores = [
            one.score
            for one in facts.kept.of(SurveyAnswer)
            if one.kind is kind and one.score is not None and _within(one.on, since, until)
        ]
        if scores:
            mean = sum(scores, Decimal(0)) / len(scores)
            yield kind, mean.quantize(Decimal("0.1")), len(scores)


def _told(recap: ValueRecap, say: Voice) -> ValueRecap:
    return replace(recap, lines=tuple(_lines(recap, say)), missing=tuple(_missing(recap, say)))


def _lines(recap: ValueRecap, say: Voice) -> Iterator[str]:
    for goal in recap.objectives:
        yield say("Goal reached: {title}", title=goal.title)
    for work in recap.shared_value:
        benefit = work.benefit_them
        text = say("Done together: {what}", what=work.text)
        yield say("{text}; benefit: {benefit}", text=text, benefit=benefit) if benefit else text
    for launched in recap.initiatives:
        yield say("Launched: {what}", what=launched.title)
    if recap.won:
        total = recap.won_total
        text = say.count(
            "{n} decision in our favour", "{n} decisions in our favour", len(recap.won)
        )
        yield say("{text}, {total} in all", text=text, total=total) if total else text
    for kind, mean, answers in recap.satisfaction:
        yield say.count(
            "{kind}: {mean} on average, {n} answer",
            "{kind}: {mean} on average, {n} answers",
            answers,
            kind=kind.value.upper(),
            mean=mean,
        )
    if recap.moments:
        yield say.count("{n} key moment held", "{n} key moments held", len(recap.moments))


def _missing(recap: ValueRecap, say: Voice) -> Iterator[str]:
    if not recap.objectives:
        yield say("No goal is reached: say what was delivered in the customer's numbers")
    if not recap.shared_value:
        yield say("Nothing done together is written down with the benefit of each side")
    if not recap.satisfaction:
        yield say("Nobody was asked how satisfied they are")
