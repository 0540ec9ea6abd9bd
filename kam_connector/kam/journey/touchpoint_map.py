"""The customer-journey map: who of ours meets which profile, how, in each stage; gaps visible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from kam_connector.kam.journey.default_map import DEFAULT_MAP
from kam_connector.kam.journey.ground import Ground, read_ground
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Voice, phrase
from kam_connector.model.account import Stage
from kam_connector.model.account_team import Teammate, TeamRole
from kam_connector.model.activity import Activity, ActivityKind
from kam_connector.model.contact import Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import Channel, Touchpoint
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Function

__all__ = ["ChannelMix", "GapKind", "JourneyMap", "MapCell", "MapGap", "journey_map", "touchpoints"]

_KINDS = {
    Channel.EMAIL: {ActivityKind.EMAIL},
    Channel.CALL: {ActivityKind.CALL},
    Channel.MEETING: {ActivityKind.MEETING, ActivityKind.WORKSHOP},
    Channel.VIDEO: {ActivityKind.MEETING, ActivityKind.CALL},
    Channel.EVENT: {ActivityKind.WORKSHOP},
}
"""Which recorded activities show that a touchpoint is kept; portal and social leave none."""
_MET = {ActivityKind.MEETING, ActivityKind.WORKSHOP}
_IN_PERSON = {Channel.MEETING, Channel.EVENT}
_ROLES = {
    TeamRole.KAM: Function.SALES,
    TeamRole.LOCAL_KAM: Function.SALES,
    TeamRole.SALES: Function.SALES,
    TeamRole.PRESALES: Function.SALES,
    TeamRole.EXECUTIVE_SPONSOR: Function.MANAGEMENT,
    TeamRole.SUPPORT: Function.CUSTOMER_SERVICE,
    TeamRole.DELIVERY: Function.DELIVERY,
    TeamRole.FINANCE: Function.FINANCE,
    TeamRole.LEGAL: Function.LEGAL,
    TeamRole.PRODUCT: Function.PRODUCT,
    TeamRole.R_AND_D: Function.R_AND_D,
    TeamRole.MARKETING: Function.MARKETING,
    TeamRole.HR: Function.HR,
}
"""The function of a team role, where the teammate's own is not told."""


class GapKind(StrEnum):
    """What a map can lack."""

    NO_TOUCHPOINT = "no_touchpoint"
    """A profile that is present at the account meets nobody in its stage."""
    NO_OWNER = "no_owner"
    """Nobody of ours has the touchpoint."""
    NOT_KEPT = "not_kept"
    """Its cadence is not kept, as activities show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """One touchpoint as it stands at one account."""

    touchpoint: Touchpoint
    owner_id: str | None
    """Its own owner, else the teammate of that function; None: nobody."""
    owner: str | None
    last_on: date | None
    kept: bool | None
    """None: not known: the channel leaves no trace, or nothing is recorded."""
    own: bool
    """Asked for at this account, not by the programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapGap:
    """One thing the map lacks in the account's stage."""

    kind: GapKind
    profile: Profile
    channel: Channel | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMix:
    """How much of our contact over a year was in person (S2.42)."""

    in_person: int
    digital: int
    in_person_percent: Decimal | None
    """None: no contact is recorded."""
    planned_in_person_percent: Decimal | None
    """Of the touchpoints of the stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMap:
    """Every touchpoint of one account over the four stages, with gaps and channel mix."""

    account_id: str
    stage: Stage
    cells: tuple[MapCell, ...]
    """By stage, profile, channel and function."""
    gaps: tuple[MapGap, ...]
    """Of the stage in which the account is."""
    mix: ChannelMix


def touchpoints(kept: KeptRecords, account_id: str | None = None) -> tuple[Touchpoint, ...]:
    """Return the touchpoints that hold: the account's own, and the programme's.

    The programme's own replace the method's whole map; an account's own replaces the
    programme's of the same stage, profile, channel and function.
    """
    told = kept.of(Touchpoint)
    shared = [one for one in told if one.account_id is None] or list(DEFAULT_MAP)
    own = [one for one in told if one.account_id is not None and one.account_id == account_id]
    held = {_place(one): one for one in (*shared, *own)}
    return tuple(held[place] for place in sorted(held))


def journey_map(
    facts: AccountFacts, as_of: date, *, settings: KamSettings | None = None
) -> JourneyMap:
    """Return an account's map of touchpoints as of a day."""
    ground = read_ground(facts, as_of, settings=settings)
    stage = facts.key.stage
    cells = tuple(_cell(ground, one) for one in touchpoints(facts.kept, facts.account.id))
    here = [cell for cell in cells if cell.touchpoint.stage is stage]
    return JourneyMap(
        account_id=facts.account.id,
        stage=stage,
        cells=cells,
        gaps=tuple(_gaps(ground, here)),
        mix=_mix(ground, here),
    )


def _place(one: Touchpoint) -> tuple[int, int, int, str]:
    stages, profiles, channels = list(Stage), list(Profile), list(Channel)
    return (
        stages.index(one.stage),
        profiles.index(one.profile),
        channels.index(one.channel),
        one.function.value,
    )


def _cell(ground: Ground, one: Touchpoint) -> MapCell:
    owner_id = one.owner_id or _mate(ground, one.function)
    user = ground.facts.users.get(owner_id or "")
    owner_id = None if user is not None and not user.active else owner_id
    last = _last(ground, one, owner_id)
    return MapCell(
        touchpoint=one,
        owner_id=owner_id,
        owner=(user.name if user else owner_id) if owner_id else None,
        last_on=last,
        kept=_is_kept(ground, one, owner_id, last),
        own=one.account_id is not None,
    )


def _mate(ground: Ground, function: Function) -> str | None:
    """Return the teammate of a function; selling is the account owner's, if nobody's else."""
    mates = [one for one in ground.facts.kept.of(Teammate) if one.serves_on(ground.as_of)]
    found = sorted(
        (one.circle.value, one.id, one.user_id)
        for one in mates
        if (one.function or _ROLES.get(one.role)) is function
    )
    if found:
        return found[0][2]
    return ground.facts.account.owner_id if function is Function.SALES else None


def _last(ground: Ground, one: Touchpoint, owner_id: str | None) -> date | None:
    people = set(ground.holders(one.profile))
    days = [
        activity.at.date()
        for activity in _observed(ground, one.channel)
        if people & set(activity.contact_ids)
        and (owner_id is None or owner_id in activity.user_ids)
    ]
    return max(days, default=None)


def _observed(ground: Ground, channel: Channel) -> Iterator[Activity]:
    kinds = _KINDS.get(channel, set())
    for one in ground.facts.activities:
        if one.held and one.kind in kinds and one.at.date() <= ground.as_of:
            yield one


def _is_kept(
    ground: Ground, one: Touchpoint, owner_id: str | None, last: date | None
) -> bool | None:
    """Tell whether a cadence is kept; half a cadence of grace, as for silence (settings)."""
    if one.cadence_days is None or one.channel not in _KINDS or not ground.holders(one.profile):
        return None
    slack = int(one.cadence_days * ground.settings.signals.silence_slack)
    if ground.recent(last, slack):
        return True
    recorded = owner_id is not None and (
        owner_id in ground.facts.captured_user_ids or last is not None
    )
    return False if recorded else None


def _gaps(ground: Ground, here: Sequence[MapCell]) -> Iterator[MapGap]:
    say = ground.say
    met = {cell.touchpoint.profile for cell in here}
    for profile in Profile:
        if profile is not Profile.OTHER and profile not in met and ground.holders(profile):
            text = say("{profile}: nobody of ours meets them in this stage", profile=profile)
            yield MapGap(kind=GapKind.NO_TOUCHPOINT, profile=profile, channel=None, text=text)
    for cell in here:
        one = cell.touchpoint
        if not ground.holders(one.profile):
            continue
        if cell.owner_id is None:
            text = phrase("{profile}, {channel}: nobody of {function} has it")
            yield _gap(GapKind.NO_OWNER, cell, text, say)
        elif cell.kept is False:
            text = phrase("{profile}, {channel}: last on {day}")
            never = phrase("{profile}, {channel}: never yet")
            yield _gap(GapKind.NOT_KEPT, cell, text if cell.last_on else never, say)


def _gap(kind: GapKind, cell: MapCell, text: str, say: Voice) -> MapGap:
    one = cell.touchpoint
    said = say(
        text, profile=one.profile, channel=one.channel, function=one.function, day=cell.last_on
    )
    said = said[:1].upper() + said[1:]
    return MapGap(kind=kind, profile=one.profile, channel=one.channel, text=said)


def _mix(ground: Ground, here: Sequence[MapCell]) -> ChannelMix:
    year = [one for one in ground.facts.activities if one.held and ground.recent(one.at.date())]
    met = sum(one.kind in _MET for one in year)
    return ChannelMix(
        in_person=met,
        digital=len(year) - met,
        in_person_percent=_percent(one.kind in _MET for one in year),
        planned_in_person_percent=_percent(c.touchpoint.channel in _IN_PERSON for c in here),
    )


def _percent(hits: Iterable[bool]) -> Decimal | None:
    every = list(hits)
    if not every:
        return None
    share = Decimal(100) * sum(every) / len(every)
    return share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
