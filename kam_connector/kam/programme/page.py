"""The programme on one page: why, who, when, and at what cost (S1.01, S1.04, S1.10, S1.12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import (
    Programme,
    ProgrammeCost,
    ProgrammeMember,
    RoadmapItem,
)

__all__ = ["ProgrammePage", "RoadmapState", "RoadmapStep", "programme_of", "programme_page"]

_SOON_DAYS = 30
"""A step this near is due. Our choice: the coming month is what a programme meeting looks at."""


class RoadmapState(StrEnum):
    """Where a dated step stands."""

    PLANNED = "planned"
    DUE = "due"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapStep:
    """One step with where it stands."""

    item: RoadmapItem
    state: RoadmapState
    days_late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePage:
    """What there is to know of the programme itself, as of a day."""

    programme: Programme | None
    members: tuple[ProgrammeMember, ...]
    """Those who serve on the day."""
    former: tuple[ProgrammeMember, ...]
    """Those who do no more, or not yet."""
    fte: Decimal
    roadmap: tuple[RoadmapStep, ...]
    """By day."""
    costs: tuple[tuple[int, str, Decimal], ...]
    """(year, currency, amount): currencies are never added up here."""
    baseline: tuple[int, Decimal, str] | None
    """(year, margin, currency) from which the return counts; None: no return can be computed."""


def programme_of(kept: KeptRecords) -> Programme | None:
    """Return the programme people described; of several the first by id, None without any."""
    return min(kept.of(Programme), key=lambda one: one.id, default=None)


def programme_page(kept: KeptRecords, *, as_of: date) -> ProgrammePage:
    """Return the programme's page as of a day."""
    programme = programme_of(kept)
    members = sorted(kept.of(ProgrammeMember), key=lambda one: (-one.fte, one.user_id, one.id))
    serving = tuple(one for one in members if _serves(one, as_of))
    return ProgrammePage(
        programme=programme,
        members=serving,
        former=tuple(one for one in members if not _serves(one, as_of)),
        fte=sum((one.fte for one in serving), Decimal(0)),
        roadmap=_roadmap(kept.of(RoadmapItem), as_of),
        costs=_costs(kept.of(ProgrammeCost)),
        baseline=_baseline(programme),
    )


def _serves(one: ProgrammeMember, day: date) -> bool:
    begun = one.from_on is None or one.from_on <= day
    return begun and (one.to_on is None or day <= one.to_on)


def _roadmap(items: Iterable[RoadmapItem], as_of: date) -> tuple[RoadmapStep, ...]:
    ordered = sorted(items, key=lambda one: (one.due, one.title, one.id))
    return tuple(_step(item, as_of) for item in ordered)


def _step(item: RoadmapItem, as_of: date) -> RoadmapStep:
    done = item.done_on if item.done_on is not None and item.done_on <= as_of else None
    late = max(0, ((done or as_of) - item.due).days)
    if done is not None:
        state = RoadmapState.DONE_LATE if late else RoadmapState.DONE
    elif late:
        state = RoadmapState.LATE
    else:
        near = (item.due - as_of).days <= _SOON_DAYS
        state = RoadmapState.DUE if near else RoadmapState.PLANNED
    return RoadmapStep(item=item, state=state, days_late=late)


def _costs(costs: Iterable[ProgrammeCost]) -> tuple[tuple[int, str, Decimal], ...]:
    found: dict[tuple[int, str], Decimal] = {}
    for one in costs:
        place = (one.year, one.currency)
        found[place] = found.get(place, Decimal(0)) + one.amount
    return tuple((year, currency, found[year, currency]) for year, currency in sorted(found))


def _baseline(programme: Programme | None) -> tuple[int, Decimal, str] | None:
    if programme is None or programme.baseline_margin is None or programme.baseline_year is None:
        return None
    return programme.baseline_year, programme.baseline_margin, programme.currency or ""
