"""Key moments: prepared, held, followed up; what is missing, late, or due by the usual rhythm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kam_connector.kam.settings import KamSettings
from kam_connector.language import Voice, phrase
from kam_connector.model.account import Stage
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import KeyMoment, MomentKind

__all__ = [
    "MomentDue",
    "MomentPart",
    "MomentProgress",
    "moment_name",
    "moment_progress",
    "moments_due",
]

_CALM = {MomentKind.QBR, MomentKind.STEERING_COMMITTEE}
_TRUTH = {MomentKind.ESCALATION, MomentKind.INCIDENT}


class MomentPart(StrEnum):
    """The three parts of a moment (S2.11)."""

    PREPARED = "prepared"
    HELD = "held"
    FOLLOWED_UP = "followed_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentProgress:
    """How far one moment has got, by three checklists."""

    moment: KeyMoment
    done: tuple[MomentPart, ...]
    missing: tuple[tuple[MomentPart, str], ...]
    """What each part still wants, in words; of later parts too."""
    overdue: MomentPart | None
    """The first part that is late."""
    overdue_since: date | None

    @property
    def next_part(self) -> MomentPart | None:
        """The part that comes next; None: all three are done."""
        return next((part for part in MomentPart if part not in self.done), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentDue:
    """A kind of moment that the usual rhythm asks for."""

    kind: MomentKind
    cadence_days: int
    last_held_on: date | None
    due_on: date
    planned: KeyMoment | None
    """The next one that is planned, if any."""
    days_late: int
    """0 while it lies ahead."""
    reason: str

    @property
    def overdue(self) -> bool:
        """Whether its day passed and none is planned."""
        return self.days_late > 0 and self.planned is None


def moment_progress(
    moment: KeyMoment, as_of: date, *, settings: KamSettings | None = None
) -> MomentProgress:
    """Return what a moment has and what it still wants, as of a day."""
    settings = settings or KamSettings()
    wants = tuple((part, settings.say(text)) for part, text in _wanting(moment))
    done = tuple(part for part, on in _dates(moment) if on is not None and on <= as_of)
    late = _late(moment, as_of, settings, done) if not moment.cancelled else None
    return MomentProgress(
        moment=moment,
        done=done,
        missing=() if moment.cancelled else wants,
        overdue=late[0] if late else None,
        overdue_since=late[1] if late else None,
    )


def moments_due(
    facts: AccountFacts, as_of: date, *, settings: KamSettings | None = None
) -> tuple[MomentDue, ...]:
    """Return the moments that tier and stage ask for, the latest first.

    A moment counts from the last one held, or from the day the account was chosen. A customer
    to be won is asked for none; in consolidation reviews are rarer (S2.09).
    """
    settings = settings or KamSettings()
    if facts.key.stage is Stage.IDENTIFICATION:
        return ()
    moments = [one for one in facts.kept.of(KeyMoment) if not one.cancelled]
    wanted = settings.journey.moment_days.get(facts.key.tier, {})
    due = [
        _due(
            facts,
            kind,
            _days(kind, days, facts.key.stage, settings),
            moments,
            as_of=as_of,
            settings=settings,
        )
        for kind, days in wanted.items()
    ]
    return tuple(sorted(due, key=lambda one: (one.due_on, one.kind.value)))


def moment_name(kind: MomentKind, say: Voice) -> str:
    """Return what a kind of moment is called, fit to begin a sentence."""
    name = say(phrase("quarterly business review")) if kind is MomentKind.QBR else say.name(kind)
    return name[:1].upper() + name[1:]


def _days(kind: MomentKind, days: int, stage: Stage, settings: KamSettings) -> int:
    calm = stage is Stage.CONSOLIDATION and kind in _CALM
    return int(days * settings.journey.calm_factor) if calm else days


def _due(
    facts: AccountFacts,
    kind: MomentKind,
    days: int,
    moments: Iterable[KeyMoment],
    *,
    as_of: date,
    settings: KamSettings,
) -> MomentDue:
    own = [one for one in moments if one.kind is kind]
    held = [one.held_on for one in own if one.held_on and one.held_on <= as_of]
    last = max(held, default=None)
    due_on = (last or facts.key.since) + timedelta(days=days)
    ahead = [one for one in own if one.held_on is None and one.planned_on >= as_of]
    return MomentDue(
        kind=kind,
        cadence_days=days,
        last_held_on=last,
        due_on=due_on,
        planned=min(ahead, key=lambda one: (one.planned_on, one.id), default=None),
        days_late=max(0, (as_of - due_on).days),
        reason=_reason(settings.say, kind, days, last, facts.key.since),
    )


def _reason(say: Voice, kind: MomentKind, days: int, last: date | None, since: date) -> str:
    if last:
        text = phrase("{moment}: every {n} days, the last on {day}")
        return say(text, moment=moment_name(kind, say), n=days, day=last)
    text = phrase("{moment}: every {n} days, none held since the account was chosen on {day}")
    return say(text, moment=moment_name(kind, say), n=days, day=since)


def _dates(moment: KeyMoment) -> tuple[tuple[MomentPart, date | None], ...]:
    return (
        (MomentPart.PREPARED, moment.prepared_on),
        (MomentPart.HELD, moment.held_on),
        (MomentPart.FOLLOWED_UP, moment.followed_up_on),
    )


def _wanting(moment: KeyMoment) -> Iterator[tuple[MomentPart, str]]:
    """Yield what is missing, part by part."""
    prepared, held, followed = MomentPart
    rows = (
        (prepared, moment.owner_id, phrase("Name who owns it")),
        (prepared, moment.agenda, phrase("Write the agenda")),
        (prepared, moment.user_ids, phrase("Say who of ours comes")),
        (prepared, moment.contact_ids, phrase("Say who of theirs comes")),
        (prepared, moment.prepared_on, phrase("Send the agenda and confirm the preparation")),
        (held, moment.held_on, phrase("Say when it took place")),
        (held, moment.decisions, phrase("Write down what was decided")),
        (followed, moment.follow_up, phrase("Write down who does what by when")),
        (followed, moment.followed_up_on, phrase("Confirm the follow-up")),
        (
            followed,
            moment.kind not in _TRUTH or moment.lessons,
            phrase("Write down what we learned"),
        ),
    )
    yield from ((part, text) for part, there, text in rows if not there)


def _late(
    moment: KeyMoment, as_of: date, settings: KamSettings, done: tuple[MomentPart, ...]
) -> tuple[MomentPart, date] | None:
    """Return the first part whose day passed; a held moment needs no preparing any more."""
    limits, held = settings.journey, moment.held_on
    if MomentPart.HELD not in done:
        unprepared = MomentPart.PREPARED not in done and moment.kind not in _TRUTH
        ready_by = moment.planned_on - timedelta(days=limits.prepare_days)
        if as_of > moment.planned_on:
            return MomentPart.HELD, moment.planned_on
        return (MomentPart.PREPARED, ready_by) if unprepared and as_of > ready_by else None
    follow_by = (held or as_of) + timedelta(days=limits.follow_up_days)
    late = MomentPart.FOLLOWED_UP not in done and as_of > follow_by
    return (MomentPart.FOLLOWED_UP, follow_by) if late else None
