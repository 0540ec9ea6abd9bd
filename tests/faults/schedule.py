"""One seed, one schedule: what goes wrong, who does what meanwhile, and when (pure).

A schedule is a few nights. In each, one process of ours does one thing; requests are struck by
letters of the alphabet, people and other programs act between requests, the process may die at
a step, its disk may fail. Afterwards everything is left in peace, and the judge looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import NamedTuple

from tests.faults.alphabet import DRIFTS, ON_LINE

__all__ = ["Act", "Night", "Schedule", "make_schedule"]

CRMS = ("salesforce", "hubspot")
_REQUESTS = 34
"""About as many requests as a night makes: a later one is never reached."""
_STEPS = 200
"""About as many steps (requests, answers, writing statements, commits) as a night takes."""
PEOPLE = (
    "review_moved", "review_moved", "review_emptied", "ours_edited", "task_begun", "task_done",
    "task_done", "task_deleted", "task_owner", "account_owner", "account_renamed",
    "account_deleted", "account_back", "accounts_merged", "contact_deleted", "contacts_merged",
    "contact_title", "deal_closed", "deal_deleted", "customer_won", "other_task", "all_touched",
)  # fmt: skip
"""What people do; some weigh double: these meet what we write ourselves."""
LOCAL = ("busy", "full", "readonly", "day_back", "day_on", "rival", "stop", "paused")
"""What goes wrong on our side, from one request on."""


class Act(StrEnum):
    """What a process is started for."""

    RUN = "run"
    LOOK = "look"
    APPROVE = "approve"
    """A fresh look, enabled and applied."""
    UNDO = "undo"
    FULL = "full"


class Strike(NamedTuple):
    """Something that happens just before one request."""

    at: int
    """The number of the request, from 1."""
    what: str
    pick: int
    """Which record, which value: a number to be taken modulo what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One process, and what happens to it."""

    act: Act
    faults: tuple[Strike, ...] = ()
    people: tuple[Strike, ...] = ()
    local: Strike | None = None
    standing: tuple[str, ...] = ()
    """States of the CRM all night: ``late``, ``drift:CHANGE:PICK`` or ``burnt``."""
    dies_at: int | None = None
    """The step that kills the process."""
    gap_minutes: int
    """How long until the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Everything that one seed decides."""

    seed: int
    crm: str
    fresh: bool
    """Nothing is known of the CRM yet; otherwise a first night is written already."""
    skew_minutes: int
    """How far our clock is off, all the time."""
    nights: tuple[Night, ...]

    @property
    def is_still(self) -> bool:
        """Whether nobody but us changes anything: only requests and processes fail."""
        calm = all(not night.people and not night.standing for night in self.nights)
        return calm and all(night.act is not Act.UNDO for night in self.nights)


def make_schedule(seed: int, crm: str | None = None) -> Schedule:
    """Return the schedule of a seed; even seeds meet Salesforce, odd ones HubSpot.

    Args:
        seed: Any whole number.
        crm: The CRM, where the seed shall not choose it.
    """
    dice = Random(seed)
    fresh = dice.random() < 0.12
    count = dice.choices((1, 2, 3), (60, 30, 10))[0]
    nights = [_night(dice, fresh=fresh and number == 0) for number in range(count)]
    return Schedule(
        seed=seed,
        crm=crm or CRMS[seed % 2],
        fresh=fresh,
        skew_minutes=dice.choice((0, 0, 0, -10, 10, 3, -1)),
        nights=tuple(nights),
    )


def _night(dice: Random, *, fresh: bool) -> Night:
    acts = (Act.RUN, Act.APPROVE, Act.UNDO, Act.FULL, Act.LOOK)
    act = Act.APPROVE if fresh else dice.choices(acts, (74, 8, 10, 5, 3))[0]
    return Night(
        act=act,
        faults=_strikes(dice, sorted(ON_LINE), most=5, likely=0.8),
        people=_strikes(dice, PEOPLE, most=4, likely=0.7),
        local=Strike(dice.randint(1, _REQUESTS), dice.choice(LOCAL), dice.randrange(1000))
        if dice.random() < 0.12
        else None,
        standing=_standing(dice),
        dies_at=dice.randint(1, _STEPS) if dice.random() < 0.35 else None,
        gap_minutes=dice.choice((2, 12, 75, 130, 400, 1440)),
    )


def _strikes(
    dice: Random, kinds: tuple[str, ...] | list[str], *, most: int, likely: float
) -> tuple[Strike, ...]:
    if dice.random() > likely:
        return ()
    count = dice.randint(1, most)
    found = (
        Strike(dice.randint(1, _REQUESTS), dice.choice(kinds), dice.randrange(1000))
        for _ in range(count)
    )
    return tuple(sorted(found))


def _standing(dice: Random) -> tuple[str, ...]:
    drawn = dice.random()
    if drawn < 0.06:
        return ("late",)
    if drawn < 0.14:
        return (f"drift:{dice.choice(DRIFTS)}:{dice.randrange(1000)}",)
    return ("burnt",) if drawn < 0.17 else ()
