"""What the layer can answer of a gate by itself, each with its evidence in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from kam_connector.kam.journey.ground import Ground
from kam_connector.model.account_team import Teammate, TeamRole
from kam_connector.model.contact import Profile
from kam_connector.model.figures import SurveyAnswer
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.plan import PlanStatus
from kam_connector.model.plan_content import (
    CommunicationCharter,
    Initiative,
    InitiativeKind,
    PlanVersion,
    Risk,
    RiskState,
    SharedValue,
    VersionState,
    WorkState,
)
from kam_connector.model.programme import SelectionScore

__all__ = ["CHECKS", "GROWTH", "Check", "Seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the layer sees of one item."""

    met: bool | None
    """None: it cannot tell; a person must."""
    words: str


Check: TypeAlias = "Callable[[Ground], Seen]"
GROWTH = frozenset(
    {
        InitiativeKind.CROSS_SELL,
        InitiativeKind.UPSELL,
        InitiativeKind.CO_INNOVATION,
        InitiativeKind.NEW_COUNTRY,
        InitiativeKind.PROCESS_OPTIMISATION,
        InitiativeKind.KNOWLEDGE_SHARING,
    }
)
"""Initiatives that make the account larger or the tie deeper (S2.08); retention keeps it."""
_LIVE = {WorkState.RUNNING, WorkState.DONE}
_WANTED = (Profile.ECONOMIC_DECIDER, Profile.INTERNAL_SPONSOR, Profile.OPERATIONAL_USER)


def _selection_reasoned(ground: Ground) -> Seen:
    scored = ground.facts.kept.of(SelectionScore)
    if scored:
        words = ground.say.count(
            "{n} criterion scored", "{n} criteria scored", len({s.criterion_id for s in scored})
        )
        return Seen(met=True, words=words)
    return Seen(met=None, words=ground.say("No score of the selection model is kept"))


def _kam_assigned(ground: Ground) -> Seen:
    mates = ground.facts.kept.of(Teammate)
    named = [m.user_id for m in mates if m.role is TeamRole.KAM and m.serves_on(ground.as_of)]
    for user_id in (*sorted(named), ground.facts.account.owner_id):
        user = ground.facts.users.get(user_id or "")
        if user is not None and user.active:
            return Seen(met=True, words=ground.say("{person} looks after it", person=user.name))
    return Seen(met=False, words=ground.say("Nobody active is named"))


def _decider_known(ground: Ground) -> Seen:
    return _people(ground, ground.holders(Profile.ECONOMIC_DECIDER))


def _stakeholders_identified(ground: Ground) -> Seen:
    missing = [profile for profile in _WANTED if not ground.holders(profile)]
    if not missing:
        return Seen(met=True, words=ground.say("Decider, sponsor and users are known"))
    names = ", ".join(ground.say.name(profile) for profile in missing)
    return Seen(met=False, words=ground.say("Not known yet: {profiles}", profiles=names))


def _decider_reached(ground: Ground) -> Seen:
    last = ground.last_answer(ground.holders(Profile.ECONOMIC_DECIDER))
    if ground.recent(last):
        return Seen(met=True, words=ground.say("A decider last answered on {day}", day=last))
    if not ground.facts.captured_user_ids:
        return Seen(met=None, words=ground.say("Our exchanges are not recorded"))
    return Seen(met=False, words=ground.say("No decider has answered within a year"))


def _plan_exists(ground: Ground) -> Seen:
    versions = ground.facts.kept.of(PlanVersion)
    approved = [one for one in versions if one.state is VersionState.APPROVED]
    if approved:
        number = max(one.number for one in approved)
        return Seen(met=True, words=ground.say("Version {n} is approved", n=number))
    plan = ground.facts.plan
    if plan is not None and plan.status is PlanStatus.ACTIVE:
        return Seen(met=True, words=ground.say("The plan is in use"))
    return Seen(met=False, words=ground.say("The plan is a draft that nobody has approved"))


def _channels_agreed(ground: Ground) -> Seen:
    return _charter(ground, lambda charter: bool(charter.channels))


def _expectations_agreed(ground: Ground) -> Seen:
    return _charter(ground, lambda charter: bool(charter.we_expect and charter.they_expect))


def _goals_agreed(ground: Ground) -> Seen:
    return _charter(ground, lambda charter: bool(charter.joint_goals))


def _charter_signed(ground: Ground) -> Seen:
    days = [one.signed_on for one in ground.facts.kept.of(CommunicationCharter) if one.signed_on]
    signed = max((day for day in days if day <= ground.as_of), default=None)
    if signed:
        return Seen(met=True, words=ground.say("Signed on {day}", day=signed))
    return Seen(met=False, words=ground.say("No charter is signed"))


def _first_win(ground: Ground) -> Seen:
    won = [
        deal
        for deal in ground.facts.opportunities
        if deal.won and deal.closes_on and deal.closes_on <= ground.as_of
    ]
    if not won:
        return Seen(met=False, words=ground.say("Nothing is won yet"))
    first = min(won, key=lambda deal: (deal.closes_on or ground.as_of, deal.id))
    words = ground.say("{deal}, won on {day}", deal=first.name, day=first.closes_on)
    return Seen(met=True, words=words)


def _covered(ground: Ground) -> Seen:
    wanted = ground.settings.journey.coverage_from
    if ground.coverage is None:
        return Seen(met=None, words=ground.say("Coverage is not known"))
    words = ground.say("Coverage is {n} of 100, {wanted} wanted", n=ground.coverage, wanted=wanted)
    return Seen(met=ground.coverage >= wanted, words=words)


def _satisfaction_known(ground: Ground) -> Seen:
    days = [one.on for one in ground.facts.kept.of(SurveyAnswer) if one.on <= ground.as_of]
    last = max(days, default=None)
    if ground.recent(last):
        return Seen(met=True, words=ground.say("Last asked on {day}", day=last))
    return Seen(met=False, words=ground.say("Nobody was asked within a year"))


def _growth_initiative(ground: Ground) -> Seen:
    begun = [one for one in ground.facts.kept.of(Initiative) if one.kind in GROWTH]
    live = sorted((one for one in begun if one.state in _LIVE), key=lambda one: one.id)
    if live:
        words = ground.say(
            "{what}: {title}", what=ground.say.name(live[0].kind), title=live[0].title
        )
        return Seen(met=True, words=words)
    return Seen(met=False, words=ground.say("No growth initiative is running"))


def _shared_value(ground: Ground) -> Seen:
    live = [one for one in ground.facts.kept.of(SharedValue) if one.state in _LIVE]
    if live:
        words = ground.say.count("{n} piece of shared work", "{n} pieces of shared work", len(live))
        return Seen(met=True, words=words)
    return Seen(met=False, words=ground.say("Nothing is done together yet"))


def _executives_met(ground: Ground) -> Seen:
    return _held(ground, {MomentKind.EXECUTIVE_MEETING, MomentKind.STEERING_COMMITTEE})


def _reviewed(ground: Ground) -> Seen:
    return _held(ground, {MomentKind.QBR, MomentKind.STEERING_COMMITTEE})


def _risks_watched(ground: Ground) -> Seen:
    risks = [one for one in ground.facts.kept.of(Risk) if one.state is RiskState.OPEN]
    if not risks:
        return Seen(met=None, words=ground.say("No risk is written down"))
    loose = sum(one.owner_id is None or not one.mitigation for one in risks)
    if loose:
        words = ground.say.count(
            "{n} risk without owner or answer", "{n} risks without owner or answer", loose
        )
        return Seen(met=False, words=words)
    return Seen(met=True, words=ground.say("Every risk has an owner and an answer"))


CHECKS: dict[str, Check] = {
    "selection_reasoned": _selection_reasoned,
    "kam_assigned": _kam_assigned,
    "decider_known": _decider_known,
    "stakeholders_identified": _stakeholders_identified,
    "decider_reached": _decider_reached,
    "plan_exists": _plan_exists,
    "channels_agreed": _channels_agreed,
    "expectations_agreed": _expectations_agreed,
    "goals_agreed": _goals_agreed,
    "charter_signed": _charter_signed,
    "first_win": _first_win,
    "covered": _covered,
    "satisfaction_known": _satisfaction_known,
    "growth_initiative": _growth_initiative,
    "shared_value": _shared_value,
    "executives_met": _executives_met,
    "reviewed": _reviewed,
    "risks_watched": _risks_watched,
}
"""By a gate item's key; an item without one is answered by a person."""


def _people(ground: Ground, people: Iterable[str]) -> Seen:
    names = ", ".join(ground.name(who) for who in people)
    return Seen(met=bool(names), words=names or ground.say("Nobody is known in this part"))


def _charter(ground: Ground, says: Callable[[CommunicationCharter], bool]) -> Seen:
    if any(says(one) for one in ground.facts.kept.of(CommunicationCharter)):
        return Seen(met=True, words=ground.say("The charter says so"))
    return Seen(met=False, words=ground.say("The charter does not say"))


def _held(ground: Ground, kinds: set[MomentKind]) -> Seen:
    days = [
        one.held_on
        for one in ground.facts.kept.of(KeyMoment)
        if one.kind in kinds and one.held_on and not one.cancelled
    ]
    last: date | None = max((day for day in days if day <= ground.as_of), default=None)
    if ground.recent(last):
        return Seen(met=True, words=ground.say("Last held on {day}", day=last))
    return Seen(met=False, words=ground.say("None was held within a year"))
