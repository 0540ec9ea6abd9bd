"""Whether the occasion of a run still holds, is over, or turned out to be none."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from kam_connector.kam.journey.incidents import incidents
from kam_connector.kam.situation import Situation
from kam_connector.model.account import RenewalState
from kam_connector.model.account_team import Handover
from kam_connector.model.contact import Profile
from kam_connector.model.journey import (
    KeyMoment,
    MomentKind,
    PlaybookKind,
    PlaybookRun,
    Tender,
    TenderState,
)

__all__ = ["Standing", "standing"]

_LASTS = timedelta(days=90)
"""A strategic change or a feast that nobody mentions any more is over after a quarter; sooner,
it was none. Our choice."""

_NEAR = timedelta(days=60)
"""A celebration this near an occasion is that occasion's. Our choice: a month to find a day,
and one for calendars."""


class Standing(StrEnum):
    """What became of an occasion."""

    HOLDS = "holds"
    OVER = "over"
    """It took its course: what stays worth doing is still done."""
    FALSE = "false"
    """It never was, or was called off."""


def standing(situation: Situation, run: PlaybookRun, *, told: bool) -> Standing:
    """Return what became of a run's occasion.

    That somebody acts may end a finding (the new decision-maker was met): it does not end the
    run. Only what shows the occasion itself to be over or false does.

    Args:
        situation: The account, read.
        run: One that is not closed.
        told: Whether tonight's occasions name it still.
    """
    if told or run.started_by is not None:
        return Standing.HOLDS
    match run.playbook:
        case PlaybookKind.NEW_DECISION_MAKER:
            return _true(_decides(situation, run.contact_id))
        case PlaybookKind.CHAMPION_LEFT:
            return _true(run.contact_id in situation.departures)
        case PlaybookKind.RENEWAL:
            return _renewal(situation, run)
        case PlaybookKind.TENDER:
            return _tender(situation, run)
        case PlaybookKind.CRISIS:
            return _crisis(situation, run)
        case PlaybookKind.KAM_HANDOVER:
            known = any(one.id == run.subject for one in situation.facts.kept.of(Handover))
            return Standing.OVER if known else Standing.FALSE
        case PlaybookKind.CELEBRATION:
            return _celebration(situation, run)
        case PlaybookKind.STRATEGIC_CHANGE:
            return _aged(situation, run)
    assert_never(run.playbook)


def _true(holds: bool) -> Standing:
    return Standing.HOLDS if holds else Standing.FALSE


def _decides(situation: Situation, contact_id: str | None) -> bool:
    profiles = situation.profiles.get(contact_id or "", frozenset())
    return contact_id in situation.present() and Profile.ECONOMIC_DECIDER in profiles


def _renewal(situation: Situation, run: PlaybookRun) -> Standing:
    record = run.subject.partition("@")[0]
    cycle = next((one for one in situation.renewals if one.id == record), None)
    if cycle is None:
        return Standing.FALSE
    if cycle.state is not RenewalState.OPEN or cycle.decision < situation.as_of:
        return Standing.OVER
    return _true(cycle.opens <= situation.as_of)


def _tender(situation: Situation, run: PlaybookRun) -> Standing:
    tender = next((t for t in situation.facts.kept.of(Tender) if t.id == run.subject), None)
    if tender is None:
        return _aged(situation, run)
    if tender.state is TenderState.CANCELLED:
        return Standing.FALSE
    decided = tender.state in (TenderState.WON, TenderState.LOST)
    return Standing.OVER if decided else Standing.HOLDS


def _crisis(situation: Situation, run: PlaybookRun) -> Standing:
    facts = situation.facts
    case = next((one for one in facts.cases if one.id == run.subject), None)
    if case is not None:
        return Standing.OVER if case.closed else Standing.FALSE
    moment = next((one for one in facts.kept.of(KeyMoment) if one.id == run.subject), None)
    if moment is not None:
        return Standing.FALSE if moment.cancelled else Standing.OVER
    still = any(one.about == run.subject for one in incidents(facts, situation.as_of))
    return Standing.HOLDS if still else Standing.FALSE


def _celebration(situation: Situation, run: PlaybookRun) -> Standing:
    """A feast that somebody plans is told no more: it holds until it took place."""
    around = run.target_on or run.started_on
    near = [
        one
        for one in situation.facts.kept.of(KeyMoment)
        if one.kind is MomentKind.CELEBRATION and abs(one.planned_on - around) <= _NEAR
    ]
    if any(one.held_on is None and not one.cancelled for one in near):
        return Standing.HOLDS
    if any(one.held_on is not None for one in near):
        return Standing.OVER
    return Standing.FALSE if near else _aged(situation, run)


def _aged(situation: Situation, run: PlaybookRun) -> Standing:
    old = situation.as_of - run.started_on > _LASTS
    return Standing.OVER if old else Standing.FALSE
