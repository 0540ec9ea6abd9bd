"""What was known of an account on an earlier day: the facts a back-test may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from kam_connector.kam.situation import facts_at
from kam_connector.model.account_team import ContactCoverage, Handover, TeamPulse
from kam_connector.model.contract import Contract
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import (
    CostLine,
    KpiValue,
    OfferPosition,
    OutsideNews,
    RevenueLine,
    SurveyAnswer,
    Wallet,
)
from kam_connector.model.journey import KeyMoment, PlaybookRun, StageMove, Tender, TenderState
from kam_connector.model.kept import Kept, KeptRecords
from kam_connector.model.plan import Action, ActionState, Objective, ObjectiveStatus
from kam_connector.model.plan_content import Insight, SharedValue
from kam_connector.model.service import Case
from kam_connector.model.signal import SignalAct, SignalTrial
from kam_connector.model.stakeholder import PeopleEdge, Stakeholder

__all__ = ["known_at", "undated"]

T = TypeVar("T")
_DATED: Mapping[type[Any], Callable[[Any], date | None]] = {
    OutsideNews: lambda one: one.on,
    SurveyAnswer: lambda one: one.on,
    Insight: lambda one: one.on,
    SharedValue: lambda one: one.on,
    TeamPulse: lambda one: one.on,
    StageMove: lambda one: one.on,
    Stakeholder: lambda one: one.asserted_on,
    PeopleEdge: lambda one: one.asserted_on,
    ContactCoverage: lambda one: one.declared_on,
    OfferPosition: lambda one: one.written_on,
    RevenueLine: lambda one: one.month,
    CostLine: lambda one: one.month,
    KpiValue: lambda one: one.as_of,
    Handover: lambda one: one.opened_on,
    PlaybookRun: lambda one: one.started_on,
    Wallet: lambda one: date(one.year, 12, 31),
}
"""When a record began to be known."""


def known_at(facts: AccountFacts, instant: datetime) -> AccountFacts:
    """Return what was known at an earlier *instant*, as far as facts carry dates.

    Names, roles, owners, priorities and who has mail recorded count as they are today. What
    the layer itself concluded since (signals, scores, renewals) is left out.
    """
    day, earlier = instant.date(), facts_at(facts, instant)
    plan = earlier.plan
    if plan and plan.updated_at and plan.updated_at > instant:
        plan = replace(plan, updated_at=None)
    return replace(
        earlier,
        cases=tuple(_case(one, instant) for one in facts.cases if _opened(one, instant)),
        contracts=tuple(_contract(one, day) for one in facts.contracts if _begun(one, day)),
        positions=tuple(
            replace(one, to_on=one.to_on if one.to_on and one.to_on <= day else None)
            for one in facts.positions
            if one.from_on is None or one.from_on <= day
        ),
        objectives=tuple(_objective(one, instant) for one in facts.objectives),
        actions=tuple(_action(one, day) for one in facts.actions if one.created_on <= day),
        plan=plan,
        renewals=(),
        signals=(),
        kept=_kept(facts.kept, day),
    )


def undated(facts: AccountFacts) -> dict[str, int]:
    """Return how many facts carry no date and so count as if they had always been there."""
    return {
        "contacts": sum(one.created_at is None for one in facts.contacts),
        "opportunities": sum(one.created_at is None for one in facts.opportunities),
        "cases": sum(one.opened_at is None for one in facts.cases),
        "contracts": sum(one.starts_on is None for one in facts.contracts),
        "positions": sum(one.from_on is None for one in facts.positions),
        "judgements": sum(one.declared_on is None for one in facts.kept.of(ContactCoverage)),
    }


def _kept(kept: KeptRecords, day: date) -> KeptRecords:
    found: dict[type[Any], tuple[Kept, ...]] = {}
    for made, records in kept.by_type.items():
        if made in (SignalAct, SignalTrial):
            continue
        dated = _DATED.get(made)
        listed = [one for one in records if dated is None or _by(dated(one), day)]
        found[made] = tuple(_as_then(one, day) for one in listed)
    return KeptRecords(by_type=found)


def _as_then(record: T, day: date) -> T:
    """Return a moment or a tender as it stood, before what came later."""
    if isinstance(record, KeyMoment):
        return replace(
            record,
            prepared_on=_only(record.prepared_on, day),
            held_on=_only(record.held_on, day),
            followed_up_on=_only(record.followed_up_on, day),
            lessons=record.lessons if _by(record.followed_up_on, day) else None,
        )
    if isinstance(record, Tender) and record.published_on and record.published_on > day:
        return replace(record, published_on=None, due_on=None, state=TenderState.EXPECTED)
    if isinstance(record, Tender) and record.due_on and record.due_on >= day:
        state = TenderState.PUBLISHED if record.published_on else record.state
        return replace(record, state=state)
    return record


def _opened(case: Case, instant: datetime) -> bool:
    return case.opened_at is None or case.opened_at <= instant


def _case(case: Case, instant: datetime) -> Case:
    if case.closed_at is None or case.closed_at <= instant:
        return case
    return replace(case, closed=False, closed_at=None)


def _begun(contract: Contract, day: date) -> bool:
    return contract.starts_on is None or contract.starts_on <= day


def _contract(contract: Contract, day: date) -> Contract:
    """Return a contract as it stood: one that is over today was in force before its end."""
    if contract.active is False and contract.ends_on and contract.ends_on >= day:
        return replace(contract, active=True)
    return contract


def _objective(objective: Objective, instant: datetime) -> Objective:
    if objective.settled_at and objective.settled_at > instant:
        return replace(objective, status=ObjectiveStatus.OPEN, settled_at=None)
    return objective


def _action(action: Action, day: date) -> Action:
    if action.closed_on and action.closed_on > day:
        return replace(action, state=ActionState.OPEN, closed_on=None)
    return action


def _by(on: date | None, day: date) -> bool:
    return on is None or on <= day


def _only(on: date | None, day: date) -> date | None:
    return on if on and on <= day else None
