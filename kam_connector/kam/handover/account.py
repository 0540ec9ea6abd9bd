"""One account in a handover: what moves, what only the one who goes knows, who could follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_connector.kam.actions import working_day_after
from kam_connector.kam.handover.moves import (
    Moved,
    moved_actions,
    moved_objectives,
    moved_records,
)
from kam_connector.kam.network.what_if import Fall, OnlyTie, what_falls
from kam_connector.kam.situation import Situation
from kam_connector.kam.ties import one_decimal, score_pairs
from kam_connector.language import Voice
from kam_connector.model.account_team import Handover, HandoverKind, HandoverStep, Side
from kam_connector.model.kept import kept_id
from kam_connector.model.plan import Action, Objective

__all__ = ["AccountHandover", "Successor", "account_handover", "concerns"]

_TIE = Decimal(40)
"""A tie worth handing over (docs/scores.md bands: developing)."""
_TARGET = 50.0
"""Below half of the role goals an account is not covered; the same as the bus factor's."""
_INTRODUCTION_DAYS = 10
"""Two working weeks for an introduction: our choice, half of a usual notice month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """A colleague who could take an account."""

    user_id: str
    strength: Decimal
    """Sum of their ties with its people; what they would not have to begin anew."""
    contacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHandover:
    """What a handover means for one account."""

    account_id: str
    to_user_id: str | None
    owner: bool
    """The one who goes owns it in the CRM; the owner field is changed there, by a person."""
    moved: tuple[Moved, ...]
    actions: tuple[tuple[Action, Action], ...]
    objectives: tuple[Objective, ...]
    only_ties: tuple[OnlyTie, ...]
    fall: Fall
    successors: tuple[Successor, ...]
    """Colleagues who know its people, the best first."""
    record: Handover | None
    steps: tuple[HandoverStep, ...]
    """The checklist of both sides."""

    @property
    def falls_below(self) -> bool:
        """Whether coverage falls below half of the role goals with the one who goes."""
        before, after = self.fall.coverage
        return before is not None and before >= _TARGET and (after or 0.0) < _TARGET


def concerns(situation: Situation, user_id: str) -> bool:
    """Whether an account has to do with one of ours: as owner, by work to come, or by a tie."""
    account = situation.facts.account
    if account.owner_id == user_id:
        return True
    if moved_actions(situation.facts.actions, user_id, ""):
        return True
    if moved_records(situation.facts.kept, user_id, "", on=situation.as_of):
        return True
    pairs = score_pairs(situation.facts, now=situation.now, settings=situation.settings)
    return any(user == user_id and tie.value >= _TIE for (_, user), tie in pairs.items())


def account_handover(
    situation: Situation, from_id: str, to_id: str | None, *, say: Voice | None = None
) -> AccountHandover:
    """Return what moves from one of ours to another on one account.

    Args:
        situation: The account, read.
        from_id: Who gives.
        to_id: Who takes; None: only what would be lost, and who could take it.
        say: The language of the checklist; the settings' when None.
    """
    facts, day = situation.facts, situation.as_of
    fall = what_falls(situation, users={from_id})
    record = _record(situation, from_id, to_id) if to_id else None
    return AccountHandover(
        account_id=facts.account.id,
        to_user_id=to_id,
        owner=facts.account.owner_id == from_id,
        moved=_named(situation, moved_records(facts.kept, from_id, to_id or "", on=day)),
        actions=moved_actions(facts.actions, from_id, to_id or ""),
        objectives=moved_objectives(facts.objectives, from_id, to_id or ""),
        only_ties=fall.only_ties,
        fall=fall,
        successors=_successors(situation, from_id),
        record=record,
        steps=_steps(situation, record, fall, say or situation.settings.say) if record else (),
    )


def _named(situation: Situation, moved: tuple[Moved, ...]) -> tuple[Moved, ...]:
    """Return what moves with people's names in place of their ids."""
    names: Mapping[str, str] = {id_: one.name for id_, one in situation.people.items()}
    names = {**names, situation.facts.account.id: situation.facts.account.name}
    return tuple(replace(one, title=names.get(one.title, one.title)) for one in moved)


def _record(situation: Situation, from_id: str, to_id: str) -> Handover:
    account_id = situation.facts.account.id
    begun = next(
        (
            one
            for one in situation.facts.kept.of(Handover)
            if one.kind is HandoverKind.KAM_CHANGE
            and (one.from_user_id, one.to_user_id, one.closed_on) == (from_id, to_id, None)
        ),
        None,
    )
    return begun or Handover(
        id=kept_id(Handover, account_id, from_id, to_id, situation.as_of),
        account_id=account_id,
        kind=HandoverKind.KAM_CHANGE,
        opened_on=situation.as_of,
        from_user_id=from_id,
        to_user_id=to_id,
    )


def _steps(
    situation: Situation, record: Handover, fall: Fall, say: Voice
) -> tuple[HandoverStep, ...]:
    """Return the checklist: whom to introduce on our side, whom to tell on theirs."""
    due = working_day_after(record.opened_on, _INTRODUCTION_DAYS)
    users = situation.facts.users
    taker = users[record.to_user_id or ""].name if record.to_user_id in users else None
    steps = [
        _step(
            record,
            Side.OURS,
            say(
                "Introduce {taker} to {person}, whom nobody else of ours knows well",
                taker=taker,
                person=situation.people[tie.contact_id].name,
            ),
            due,
            owner_id=tie.user_id,
            contact_id=tie.contact_id,
        )
        for tie in fall.only_ties
    ]
    if situation.facts.account.owner_id == record.from_user_id:
        text = say("Change the account's owner in the CRM to {taker}", taker=taker)
        steps.append(_step(record, Side.OURS, text, due))
    told = [goal.profile for goal in fall.goals]
    steps += [
        _step(
            record,
            Side.THEIRS,
            say("Tell the {profile} who follows, and ask how they want to work", profile=profile),
            due,
        )
        for profile in told
    ]
    closing = say("Ask the customer whether the handover went well")
    steps.append(_step(record, Side.THEIRS, closing, working_day_after(due, _INTRODUCTION_DAYS)))
    return tuple(steps)


def _step(
    record: Handover,
    side: Side,
    text: str,
    due: date,
    *,
    owner_id: str | None = None,
    contact_id: str | None = None,
) -> HandoverStep:
    return HandoverStep(
        id=kept_id(HandoverStep, record.id, side.value, contact_id or text),
        handover_id=record.id,
        account_id=record.account_id,
        side=side,
        text=text,
        due=due,
        owner_id=owner_id or record.to_user_id,
        contact_id=contact_id,
    )


def _successors(situation: Situation, from_id: str) -> tuple[Successor, ...]:
    """Return who of ours already knows the account's people."""
    pairs = score_pairs(situation.facts, now=situation.now, settings=situation.settings)
    there = set(situation.present())
    sums: dict[str, list[Decimal]] = {}
    for (contact_id, user_id), tie in pairs.items():
        user = situation.facts.users.get(user_id)
        if contact_id in there and user_id != from_id and user and user.active and tie.value > 0:
            sums.setdefault(user_id, []).append(tie.value)
    found = [
        Successor(user_id=user_id, strength=one_decimal(sum(ties, Decimal(0))), contacts=len(ties))
        for user_id, ties in sums.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.strength, one.user_id)))
