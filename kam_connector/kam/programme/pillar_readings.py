"""What each pillar's score is made of, each part read on 0 to 100 (S1.02)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeAlias

from kam_connector.kam.programme.adoption import adoption
from kam_connector.kam.programme.page import RoadmapState, programme_of, programme_page
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.programme.promises import PromiseState, promise_state
from kam_connector.kam.programme.rituals import RitualState, missing_rituals, rituals_due
from kam_connector.kam.programme.skills import skills_of
from kam_connector.language import phrase
from kam_connector.model.account_team import Circle, Raci, Responsibility, TeamPulse
from kam_connector.model.plan import ObjectiveStatus
from kam_connector.model.plan_content import PlanSection, PlanVersion, VersionState
from kam_connector.model.programme import (
    Competency,
    Criterion,
    InternalSla,
    Pillar,
    Ritual,
)

__all__ = ["PILLAR_PARTS", "PillarPart", "PillarReading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarReading:
    """One part of a pillar, read."""

    value: Decimal | None
    """0 to 100; None: not measured, so that it is left out."""
    reason: str


_Read: TypeAlias = "Callable[[Portfolio], PillarReading]"


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarPart:
    """One part of a pillar, with its weight."""

    key: str
    title: str
    weight: int
    read: _Read
    check: str | None = None
    """Counts only where the method asks for this check; None: always."""


def _strategy(portfolio: Portfolio) -> PillarReading:
    one = programme_of(portfolio.kept)
    there = [one.strategy, one.goals, one.lead_id, one.sponsor_id] if one else []
    return _share(portfolio, sum(map(bool, there)), 4, phrase("strategy, goals, lead, sponsor"))


def _resources(portfolio: Portfolio) -> PillarReading:
    page = programme_page(portfolio.kept, as_of=portfolio.as_of)
    there = [page.fte > 0, bool(page.costs), page.baseline is not None]
    return _share(portfolio, sum(there), 3, phrase("people with time, costs, a baseline"))


def _selection(portfolio: Portfolio) -> PillarReading:
    one = programme_of(portfolio.kept)
    within = bool(one and one.account_cap and len(portfolio.ids) <= one.account_cap)
    there = [bool(portfolio.kept.of(Criterion)), within]
    return _share(portfolio, sum(there), 2, phrase("criteria agreed, number within a cap"))


def _roadmap(portfolio: Portfolio) -> PillarReading:
    steps = programme_page(portfolio.kept, as_of=portfolio.as_of).roadmap
    begun = [one for one in steps if one.state is not RoadmapState.PLANNED]
    good = sum(one.state is not RoadmapState.LATE for one in begun)
    return _share(portfolio, good, len(begun), phrase("steps of the roadmap not late"))


def _rhythm(portfolio: Portfolio) -> PillarReading:
    every = portfolio.kept.of(Ritual)
    due = rituals_due(every, as_of=portfolio.as_of, settings=portfolio.settings)
    late = (RitualState.OVERDUE, RitualState.NEVER_HELD)
    missing = len(missing_rituals(every, portfolio.method))
    good = sum(one.state not in late for one in due)
    return _share(portfolio, good, len(due) + missing, phrase("recurring meetings held in time"))


def _teams(portfolio: Portfolio) -> PillarReading:
    least = portfolio.settings.team_size[0]
    good = sum(
        sum(one.circle is Circle.CORE for one in portfolio.team(account_id)) >= least
        for account_id in portfolio.ids
    )
    return _share(portfolio, good, len(portfolio.ids), phrase("accounts with a core team"))


def _time(portfolio: Portfolio) -> PillarReading:
    team = [one for account_id in portfolio.ids for one in portfolio.team(account_id)]
    good = sum(one.time_share_agreed is not None and bool(one.agreed_by) for one in team)
    whole = len(team) or len(portfolio.ids)  # without any team nobody's time is agreed
    return _share(portfolio, good, whole, phrase("members whose time is agreed"))


def _raci(portfolio: Portfolio) -> PillarReading:
    accountable = {
        one.account_id for one in portfolio.kept.of(Responsibility) if one.raci is Raci.ACCOUNTABLE
    }
    good = sum(account_id in accountable for account_id in portfolio.ids)
    return _share(portfolio, good, len(portfolio.ids), phrase("accounts with clear responsibility"))


def _skills(portfolio: Portfolio) -> PillarReading:
    found = skills_of(
        portfolio.kept.of(Competency), people=portfolio.core_people(), as_of=portfolio.as_of
    )
    return _percent(portfolio, found.met_share, phrase("skills as wanted"))


def _pulse(portfolio: Portfolio) -> PillarReading:
    """Of all teams together, never below the least number of answers: nobody is shown."""
    limit = portfolio.settings.pulse_months * 31
    recent = [
        one for one in portfolio.kept.of(TeamPulse) if 0 <= (portfolio.as_of - one.on).days <= limit
    ]
    if len(recent) < portfolio.settings.least_answers:
        return _percent(portfolio, None, phrase("how teams find the work"))
    marks = [
        mark
        for one in recent
        for mark in (one.clarity, one.workload, one.priorities, one.collaboration)
    ]
    mean = (Decimal(sum(marks)) / len(marks) - 1) / 4
    return _percent(portfolio, mean, phrase("how teams find the work"))


def _promises(portfolio: Portfolio) -> PillarReading:
    states = [promise_state(one) for one in portfolio.kept.of(InternalSla)]
    measured = [one for one in states if one is not PromiseState.NOT_MEASURED]
    good = sum(one is PromiseState.KEPT for one in measured)
    return _share(portfolio, good, len(measured), phrase("internal promises kept"))


def _looked_after(portfolio: Portfolio) -> PillarReading:
    found = adoption(portfolio).touched
    share = None if found is None else found / 100
    return _percent(portfolio, share, phrase("plans that somebody touched this quarter"))


def _sections(portfolio: Portfolio) -> PillarReading:
    asked = set(portfolio.method.sections)
    written = {
        (one.account_id, one.kind)
        for one in portfolio.kept.of(PlanSection)
        if one.kind in asked and one.body.strip() and one.account_id in portfolio.ids
    }
    wanted = len(asked) * len(portfolio.ids)
    return _share(portfolio, len(written), wanted, phrase("asked sections with people's words"))


def _reviews(portfolio: Portfolio) -> PillarReading:
    plans = [one for one in portfolio.plans if one.account_id in portfolio.ids]
    good = sum(one.next_review is not None and one.next_review >= portfolio.as_of for one in plans)
    return _share(portfolio, good, len(portfolio.ids), phrase("plans whose review is not overdue"))


def _approved(portfolio: Portfolio) -> PillarReading:
    approved = {
        one.account_id
        for one in portfolio.kept.of(PlanVersion)
        if one.state is VersionState.APPROVED
    }
    good = sum(account_id in approved for account_id in portfolio.ids)
    return _share(portfolio, good, len(portfolio.ids), phrase("plans that were approved"))


def _results(portfolio: Portfolio) -> PillarReading:
    over = [one for one in portfolio.objectives if one.due < portfolio.as_of]
    reached = [one for one in portfolio.objectives if one.status is ObjectiveStatus.REACHED]
    missed = [one for one in over if one.status is ObjectiveStatus.OPEN]
    whole = len(reached) + len(missed)
    return _share(portfolio, len(reached), whole, phrase("objectives reached, of those decided"))


def _tasks(portfolio: Portfolio) -> PillarReading:
    found = adoption(portfolio).in_time
    share = None if found is None else found / 100
    return _percent(portfolio, share, phrase("tasks done by their day"))


def _share(portfolio: Portfolio, good: int, whole: int, of_what: str) -> PillarReading:
    say = portfolio.say
    if not whole:
        return PillarReading(value=None, reason=say("{what}: not known", what=say(of_what)))
    value = (Decimal(100 * good) / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    reason = say("{what}: {good} of {all}", what=say(of_what), good=good, all=whole)
    return PillarReading(value=value, reason=reason)


def _percent(portfolio: Portfolio, share: Decimal | None, of_what: str) -> PillarReading:
    say = portfolio.say
    if share is None:
        return PillarReading(value=None, reason=say("{what}: not known", what=say(of_what)))
    value = (100 * share).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    reason = say("{what}: {percent} %", what=say(of_what), percent=value)
    return PillarReading(value=value, reason=reason)


def _part(key: str, title: str, weight: int, read: _Read, check: str | None = None) -> PillarPart:
    return PillarPart(key=key, title=title, weight=weight, read=read, check=check)


PILLAR_PARTS: Mapping[Pillar, tuple[PillarPart, ...]] = {
    Pillar.INFRASTRUCTURE: (
        _part("strategy", phrase("strategy, goals, lead, sponsor"), 30, _strategy),
        _part("resources", phrase("people with time, costs, a baseline"), 20, _resources),
        _part("selection", phrase("criteria agreed, number within a cap"), 20, _selection),
        _part("roadmap", phrase("steps of the roadmap not late"), 10, _roadmap),
        _part("rituals", phrase("recurring meetings held in time"), 20, _rhythm),
    ),
    Pillar.TEAM: (
        _part("teams", phrase("accounts with a core team"), 30, _teams),
        _part("time", phrase("members whose time is agreed"), 20, _time, "time_agreed"),
        _part("raci", phrase("accounts with clear responsibility"), 15, _raci, "raci"),
        _part("skills", phrase("skills as wanted"), 10, _skills, "training_spread"),
        _part("pulse", phrase("how teams find the work"), 15, _pulse, "team_pulse"),
        _part("promises", phrase("internal promises kept"), 10, _promises, "internal_promises"),
    ),
    Pillar.PLAN: (
        _part("touched", phrase("plans that somebody touched this quarter"), 25, _looked_after),
        _part("sections", phrase("asked sections with people's words"), 20, _sections),
        _part("reviews", phrase("plans whose review is not overdue"), 15, _reviews),
        _part("approved", phrase("plans that were approved"), 10, _approved, "empty_sections"),
        _part("results", phrase("objectives reached, of those decided"), 15, _results),
        _part("tasks", phrase("tasks done by their day"), 15, _tasks),
    ),
}
"""Weights are our choice: what the articles name first weighs most (strategy and lead, the
team itself, plans that live); what needs measuring first weighs least."""
