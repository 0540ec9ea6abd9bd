"""What people told of one of ours, as it stands once somebody else has taken over.

Work to come moves; what happened stays with who did it: judgements, moments held, work done.
A place on the team ends and another begins, so that the team of any day can still be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from kam_connector.model.account_team import (
    ContactCoverage,
    ExecutivePair,
    Handover,
    HandoverStep,
    Responsibility,
    Teammate,
)
from kam_connector.model.journey import KeyMoment, Touchpoint
from kam_connector.model.kept import Kept, KeptRecords, kept_id
from kam_connector.model.plan import Action, ActionState, Objective, ObjectiveStatus
from kam_connector.model.plan_content import (
    Initiative,
    PlanFrame,
    Risk,
    RiskState,
    Tactic,
    WorkState,
)
from kam_connector.model.programme import Ritual

__all__ = ["Moved", "moved_actions", "moved_objectives", "moved_records"]

_OVER = {WorkState.DONE, WorkState.DROPPED}
_UNFINISHED = {ActionState.OPEN, ActionState.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One record that changes hands."""

    what: str
    """Its type in words: "tactic", "key moment"."""
    title: str
    kept: tuple[Kept, ...] = ()
    """What is now true."""
    dropped: tuple[Kept, ...] = ()
    """What is true no longer."""


def moved_records(kept: KeptRecords, from_id: str, to_id: str, *, on: date) -> tuple[Moved, ...]:
    """Return what moves of one account's records, team places first.

    Args:
        kept: The account's records; those of the whole programme stay.
        from_id: Who gives.
        to_id: Who takes.
        on: The day of the change.
    """
    return (
        *_places(kept.of(Teammate), from_id, to_id, on),
        *_covers(kept.of(ContactCoverage), from_id, to_id),
        *(moved for one in _owned(kept, from_id) if (moved := _owner_moved(one, from_id, to_id))),
    )


def moved_actions(
    actions: Iterable[Action], from_id: str, to_id: str
) -> tuple[tuple[Action, Action], ...]:
    """Return unfinished actions, before and after; what somebody did stays theirs."""
    return tuple(
        (one, replace(one, owner_id=to_id))
        for one in actions
        if one.owner_id == from_id and one.state in _UNFINISHED
    )


def moved_objectives(
    objectives: Iterable[Objective], from_id: str, to_id: str
) -> tuple[Objective, ...]:
    """Return open objectives as the other one's."""
    return tuple(
        replace(one, owner_id=to_id)
        for one in objectives
        if one.owner_id == from_id and one.status is ObjectiveStatus.OPEN
    )


def _places(mates: Iterable[Teammate], from_id: str, to_id: str, on: date) -> Iterator[Moved]:
    mates = list(mates)
    held = {(one.role, one.country) for one in mates if one.user_id == to_id and one.serves_on(on)}
    for one in mates:
        if one.user_id != from_id or not one.serves_on(on):
            continue
        ended = replace(one, to_on=on - timedelta(days=1))
        begun = replace(
            one,
            id=kept_id(Teammate, one.account_id, to_id, one.role.value, on),
            user_id=to_id,
            line_manager_id=None,
            time_share_actual=None,
            agreed_by=None,
            agreed_on=None,
            from_on=on,
            to_on=None,
        )
        new = () if (one.role, one.country) in held else (begun,)
        gone = one.from_on is not None and one.from_on >= on
        yield Moved(
            what="team place",
            title=one.role.value.replace("_", " "),
            kept=new if gone else (ended, *new),
            dropped=(one,) if gone else (),
        )


def _covers(covers: Iterable[ContactCoverage], from_id: str, to_id: str) -> Iterator[Moved]:
    """A level is what one person is to another: the next one starts without."""
    covers = list(covers)
    known = {one.contact_id: one for one in covers if one.user_id == to_id}
    for one in covers:
        if one.user_id == from_id:
            fresh = replace(
                one,
                id=kept_id(ContactCoverage, one.account_id, one.contact_id, to_id),
                user_id=to_id,
                declared=None,
                declared_by=None,
                declared_on=None,
            )
            held = known.get(one.contact_id, fresh)
            yield Moved(
                what="contact coverage",
                title=one.contact_id,
                kept=(replace(held, primary=held.primary or one.primary),),
                dropped=(one,),
            )


def _owned(kept: KeptRecords, from_id: str) -> Iterator[Any]:
    """Yield records of work to come, and of standing duties.

    Who leaves introduces who follows: the steps of their own handover stay theirs.
    """
    leaving = {one.id for one in kept.of(Handover) if one.from_user_id == from_id}
    for made, waits in _WAITING.items():
        listed = (one for one in kept.of(made) if one.account_id is not None and waits(one))
        yield from (one for one in listed if getattr(one, "handover_id", None) not in leaving)


def _owner_moved(one: Any, from_id: str, to_id: str) -> Moved | None:
    changed = {
        each.name: to_id
        for each in fields(one)
        if each.name.endswith(("user_id", "owner_id")) and getattr(one, each.name) == from_id
    }
    if not changed:
        return None
    title = next(
        (str(text) for name in _TITLED if (text := getattr(one, name, None))),
        type(one).__name__,
    )
    return Moved(what=_words(type(one)), title=title, kept=(replace(one, **changed),))


_TITLED = ("title", "name", "text", "work", "purpose", "contact_id", "account_id")
_WAITING: Mapping[type[Any], Callable[[Any], bool]] = {
    PlanFrame: lambda _one: True,
    ExecutivePair: lambda _one: True,
    Responsibility: lambda _one: True,
    Tactic: lambda one: one.state not in _OVER,
    Initiative: lambda one: one.state not in _OVER,
    Risk: lambda one: one.state is RiskState.OPEN,
    KeyMoment: lambda one: one.held_on is None and not one.cancelled,
    Ritual: lambda _one: True,
    Touchpoint: lambda _one: True,
    HandoverStep: lambda one: one.done_on is None,
}
"""Types that move, and which of their records: those whose work is not done."""


def _words(made: type[Any]) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in made.__name__).strip()
