"""The rhythm of strategic contact: how often, with which executives, what was held after all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.journey.ground import Ground, read_ground
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.team.executives import PairState, executive_pairs
from kam_connector.language import phrase
from kam_connector.model.account_team import ExecutivePair, Teammate, TeamRole
from kam_connector.model.activity import ActivityKind
from kam_connector.model.contact import Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import KeyMoment, MomentKind

__all__ = [
    "ExecutiveGap",
    "HeldSuggestion",
    "StrategicRhythm",
    "executive_gaps",
    "held_suggestions",
    "strategic_rhythm",
]

_MET = {ActivityKind.MEETING, ActivityKind.WORKSHOP}
_STRATEGIC = {
    MomentKind.QBR,
    MomentKind.STEERING_COMMITTEE,
    MomentKind.ANNUAL_PLANNING,
    MomentKind.EXECUTIVE_MEETING,
    MomentKind.WORKSHOP,
}
_SEATS = {Profile.ECONOMIC_DECIDER, Profile.INTERNAL_SPONSOR}
_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSuggestion:
    """A recorded meeting that may be a planned moment: a person says whether it was."""

    moment_id: str
    activity_id: str
    on: date
    contact_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutiveGap:
    """A pair of executives, or an account's executives, who have not met for too long."""

    user_id: str | None
    contact_id: str | None
    """None: no pair is named; the account as a whole."""
    cadence_days: int
    last_met_on: date | None
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategicRhythm:
    """How often we meet about what counts, over one year back (S2.33)."""

    moments: int
    """Key moments held, whatever their kind."""
    joint: int
    """Of these, run together with the customer: shared governance (S2.44)."""
    strategic: int
    """Strategic moments, and days on which a decider or sponsor was met."""
    per_quarter: Decimal
    """*strategic* by quarter."""


def held_suggestions(
    facts: AccountFacts, as_of: date, *, settings: KamSettings | None = None
) -> tuple[HeldSuggestion, ...]:
    """Return meetings of the CRM that look like moments nobody marked as held.

    Three of their people and an executive of ours, on the planned day or near it.
    """
    settings = settings or KamSettings()
    executives = _executives(facts, as_of)
    found = (
        _suggested(facts, one, executives, as_of, settings) for one in facts.kept.of(KeyMoment)
    )
    return tuple(one for one in found if one)


def executive_gaps(
    facts: AccountFacts, as_of: date, *, settings: KamSettings | None = None
) -> tuple[ExecutiveGap, ...]:
    """Return the executive pairs that have not met within their cadence (S2.39).

    Without any pair, the account as a whole is asked for the tier's executive meeting. Where
    meetings of our executive are not recorded, nothing is said: no record is no silence.
    """
    ground = read_ground(facts, as_of, settings=settings)
    pairs = executive_pairs(facts, as_of)
    if pairs:
        return tuple(gap for one in pairs if (gap := _pair_gap(ground, one)))
    return tuple(_account_gap(ground))


def strategic_rhythm(facts: AccountFacts, as_of: date) -> StrategicRhythm:
    """Return how often strategic contact took place in the year up to a day."""
    ground = read_ground(facts, as_of)
    held = [
        m for m in facts.kept.of(KeyMoment) if not m.cancelled and ground.recent(m.held_on, _YEAR)
    ]
    days = {one.held_on for one in held if one.kind in _STRATEGIC}
    days |= {
        one.at.date()
        for one in facts.activities
        if one.held and one.kind in _MET and ground.recent(one.at.date(), _YEAR)
        if any(_SEATS & ground.profiles.get(who, frozenset()) for who in one.contact_ids)
    }
    quarter = Decimal(len(days)) / 4
    return StrategicRhythm(
        moments=len(held),
        joint=sum(one.joint for one in held),
        strategic=len(days),
        per_quarter=quarter.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN),
    )


def _executives(facts: AccountFacts, as_of: date) -> set[str]:
    mates = facts.kept.of(Teammate)
    named = {
        m.user_id for m in mates if m.role is TeamRole.EXECUTIVE_SPONSOR and m.serves_on(as_of)
    }
    paired = {pair.user_id for pair in facts.kept.of(ExecutivePair)}
    in_crm = {m.user_id for m in facts.team if m.user_id and "exec" in m.role.casefold()}
    return named | paired | in_crm


def _suggested(
    facts: AccountFacts,
    moment: KeyMoment,
    executives: set[str],
    as_of: date,
    settings: KamSettings,
) -> HeldSuggestion | None:
    limits = settings.journey
    if moment.held_on or moment.cancelled or moment.planned_on > as_of:
        return None
    theirs = {contact.id for contact in facts.contacts}
    for apart, day, one in sorted(_near(facts, moment, limits.held_slack_days, as_of)):
        met = [who for who in facts.activities[one].contact_ids if who in theirs]
        ours = executives & set(facts.activities[one].user_ids)
        if len(met) >= limits.held_people and ours:
            text = settings.say(
                "{n} of their people met our executive on {day}", n=len(met), day=day
            )
            return HeldSuggestion(
                moment_id=moment.id,
                activity_id=facts.activities[one].id,
                on=day,
                contact_ids=tuple(met),
                reason=text
                if not apart
                else settings.say(
                    "{text}; {planned} was planned", text=text, planned=moment.planned_on
                ),
            )
    return None


def _near(
    facts: AccountFacts, moment: KeyMoment, slack: int, as_of: date
) -> Iterator[tuple[int, date, int]]:
    """Yield (days apart, day, index) of meetings near a moment's planned day."""
    for index, one in enumerate(facts.activities):
        day = one.at.date()
        apart = abs((day - moment.planned_on).days)
        if one.held and one.kind in _MET and apart <= slack and day <= as_of:
            yield apart, day, index


def _pair_gap(ground: Ground, state: PairState) -> ExecutiveGap | None:
    pair, last = state.pair, state.last_met
    if pair.contact_id in ground.gone or not state.recorded or not state.overdue:
        return None
    user = ground.facts.users.get(pair.user_id)
    text = phrase("{ours} and {theirs} have never met")
    if last:
        text = phrase("{ours} and {theirs} last met on {day}")
    ours, theirs = user.name if user else pair.user_id, ground.name(pair.contact_id)
    return ExecutiveGap(
        user_id=pair.user_id,
        contact_id=pair.contact_id,
        cadence_days=pair.cadence_days,
        last_met_on=last,
        due_on=state.due,
        reason=ground.say(text, ours=ours, theirs=theirs, day=last),
    )


def _account_gap(ground: Ground) -> Iterator[ExecutiveGap]:
    wanted = ground.settings.journey.moment_days.get(ground.facts.key.tier, {})
    days = wanted.get(MomentKind.EXECUTIVE_MEETING)
    kinds = {MomentKind.EXECUTIVE_MEETING, MomentKind.STEERING_COMMITTEE}
    moments = [m for m in ground.facts.kept.of(KeyMoment) if m.kind in kinds and not m.cancelled]
    if days is None or any(m.held_on is None and m.planned_on >= ground.as_of for m in moments):
        return
    held = [m.held_on for m in moments if m.held_on and m.held_on <= ground.as_of]
    last = max(held, default=None)
    due = (last or ground.facts.key.since) + timedelta(days=days)
    if due < ground.as_of:
        words = ground.say("Executives last met on {day}", day=last)
        yield ExecutiveGap(
            user_id=None,
            contact_id=None,
            cadence_days=days,
            last_met_on=last,
            due_on=due,
            reason=words if last else ground.say("No executive meeting is recorded"),
        )
