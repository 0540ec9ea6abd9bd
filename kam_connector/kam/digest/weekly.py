"""One digest a week for each account manager: the five weightiest questions, as one task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kam_connector.kam.digest.decisions import Decision
from kam_connector.kam.settings.digest import DigestSettings
from kam_connector.language import Voice
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Action, ActionState

__all__ = ["Digest", "digest_actions", "digest_lines", "iso_week", "weekly_digests"]

_UNFINISHED = {ActionState.OPEN, ActionState.WAITING}
_FRIDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one account manager should decide this week."""

    owner_id: str
    week: str
    """ISO week: ``2026-W47``."""
    decisions: tuple[Decision, ...]
    """The weightiest first; never empty."""
    more: int
    """Questions that wait for another week."""


def iso_week(day: date) -> str:
    """Return the ISO week of a day: ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def weekly_digests(
    found: Iterable[Decision], *, as_of: date, settings: DigestSettings
) -> tuple[Digest, ...]:
    """Return a digest for everybody who has something to decide.

    One account has at most two places (setting): a crisis in one must not hide the others.
    Where that leaves places free, they are filled all the same. What is asked about a person
    is asked once, though two accounts know them.
    """
    by_owner: dict[str, list[Decision]] = {}
    asked: set[tuple[str, str]] = set()
    for one in sorted(found, key=lambda each: (each.weight, -each.points, each.key)):
        if one.person is not None and (one.owner_id, one.person) in asked:
            continue
        asked.add((one.owner_id, one.person or one.key))
        by_owner.setdefault(one.owner_id, []).append(one)
    return tuple(
        Digest(
            owner_id=owner_id,
            week=iso_week(as_of),
            decisions=(chosen := _chosen(listed, settings)),
            more=len(listed) - len(chosen),
        )
        for owner_id, listed in sorted(by_owner.items())
    )


def digest_lines(digest: Digest, say: Voice) -> list[str]:
    """Return a digest as lines, each question followed by its reason."""
    lines = [
        line
        for number, one in enumerate(digest.decisions, start=1)
        for line in (
            f"{number}. {say('{name}: {text}', name=one.account, text=one.question)}",
            f"   {one.because}",
        )
    ]
    if digest.more:
        lines.append(
            say.count(
                "{n} more question waits for another week",
                "{n} more questions wait for another week",
                digest.more,
            )
        )
    return lines


def digest_actions(
    digests: Iterable[Digest],
    known: Sequence[Action],
    *,
    as_of: date,
    say: Voice,
) -> list[Action]:
    """Return the digests' actions: this week's, and those of earlier weeks brought to an end.

    Made once a week for each owner; what the week's task says stays as it was first said. It
    takes one of the owner's places, and is open at once: the other tasks wait behind it.
    """
    week = iso_week(as_of)
    earlier = [_followed(one, week, as_of) for one in known if one.digest_week is not None]
    made = {one.id for one in earlier}
    new = [_action(digest, as_of, say) for digest in digests]
    return [*earlier, *(one for one in new if one.id not in made)]


def _followed(action: Action, week: str, as_of: date) -> Action:
    if action.state not in _UNFINISHED:
        return action
    if action.digest_week != week:
        return replace(action, state=ActionState.EXPIRED, closed_on=as_of)
    return replace(action, state=ActionState.OPEN)


def _chosen(listed: Sequence[Decision], settings: DigestSettings) -> tuple[Decision, ...]:
    taken: Counter[str] = Counter()
    first: list[Decision] = []
    rest: list[Decision] = []
    for one in listed:
        fits = taken[one.account_id] < settings.most_per_account
        taken[one.account_id] += fits
        (first if fits else rest).append(one)
    chosen = {id(one) for one in [*first, *rest][: settings.most]}
    return tuple(one for one in listed if id(one) in chosen)


def _action(digest: Digest, as_of: date, say: Voice) -> Action:
    lead = digest.decisions[0]
    title = say.count(
        "Week {week}: {n} decision for your key accounts, two minutes",
        "Week {week}: {n} decisions for your key accounts, ten minutes",
        len(digest.decisions),
        week=digest.week.partition("-W")[2],
    )
    return Action(
        id=kam_id(Kind.TASK, "kam", f"digest:{digest.owner_id}:{digest.week}"),
        account_id=lead.account_id,
        title=title,
        reason="\n".join(digest_lines(digest, say)),
        due=as_of + timedelta(days=max(_FRIDAY - as_of.isoweekday(), 0)),
        owner_id=digest.owner_id,
        severity="warning",
        state=ActionState.OPEN,
        created_on=as_of,
        digest_week=digest.week,
    )
