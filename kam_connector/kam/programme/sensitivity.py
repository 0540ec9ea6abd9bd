"""How much a place in the matrix hangs on the weights, and where it would flip (S1.07)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import islice, product

from kam_connector.kam.programme.matrix import AxisScore, Placement, Quadrant
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.model.programme import Axis, Criterion

__all__ = ["CURRENT_SPEND", "Flip", "Sensitivity", "chosen_on_spend_alone", "sensitivity"]

CURRENT_SPEND = frozenset({"won.amount", "open.amount"})
"""Metrics that only say what a customer spends with us today."""
_MOST_CORNERS = 4096
"""Twelve criteria on one axis are shaken in every combination; of more, evenly many. Our
choice: a matrix with more criteria is no longer discussed by people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """The weight at which one criterion alone turns the quadrant."""

    criterion: Criterion
    at_weight: Decimal
    """All other weights as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """How firm a place is."""

    kept_share: Decimal
    """Share of the shaken weights that keep the quadrant, 0 to 1."""
    shaken: int
    """How many combinations were looked at."""
    flips: tuple[Flip, ...]
    """Nearest first, relative to today's weight."""


def sensitivity(
    placement: Placement, *, settings: ProgrammeSettings | None = None
) -> Sensitivity | None:
    """Return how firm an account's quadrant is; None where it has none.

    Every weight is a fifth lower or a fifth higher, in every combination: the corners of the
    box in which the weights may lie. The axes are independent, so that shares multiply.
    """
    if placement.quadrant is Quadrant.UNKNOWN:
        return None
    limits = settings or ProgrammeSettings()
    kept, shaken = Decimal(1), 1
    flips: list[Flip] = []
    for axis in (placement.attractiveness, placement.strength):
        same, corners = _corners(axis, limits)
        kept, shaken = kept * same / corners, shaken * corners
        flips += _flips(axis, limits.quadrant_from)
    flips.sort(key=lambda one: (abs(one.at_weight - one.criterion.weight), one.criterion.id))
    return Sensitivity(
        kept_share=kept.quantize(Decimal("0.001"), rounding=ROUND_HALF_EVEN),
        shaken=shaken,
        flips=tuple(flips),
    )


def chosen_on_spend_alone(criteria: Iterable[Criterion]) -> bool:
    """Whether attractiveness, or what stands for it, is current spend and nothing else.

    Choosing so goes with less growth: 51 % less likely (docs/programme.md, sources). Without
    any criteria the tiers follow current business: that is spend alone as well.
    """
    axis = [one for one in criteria if one.axis is Axis.ATTRACTIVENESS and one.weight > 0]
    return all(one.metric in CURRENT_SPEND for one in axis)


def _known(axis: AxisScore) -> list[tuple[Criterion, Decimal]]:
    return [(r.criterion, r.points) for r in axis.readings if r.points is not None]


def _corners(axis: AxisScore, limits: ProgrammeSettings) -> tuple[int, int]:
    """Return how many corners keep the side of the axis, and of how many."""
    known = _known(axis)
    today = axis.value is not None and axis.value >= limits.quadrant_from
    low, high = 1 - limits.weight_swing, 1 + limits.weight_swing
    same = corners = 0
    for factors in _combinations([low, high], len(known)):
        weights = [one.weight * by for (one, _), by in zip(known, factors, strict=True)]
        total = sum(weights, Decimal(0))
        if total <= 0:
            continue
        earned = sum(
            (weight * points for weight, (_, points) in zip(weights, known, strict=True)),
            Decimal(0),
        )
        same += ((earned / total).quantize(Decimal("0.1")) >= limits.quadrant_from) == today
        corners += 1
    return (same, corners) if corners else (1, 1)


def _combinations(factors: Sequence[Decimal], length: int) -> Iterator[tuple[Decimal, ...]]:
    every = product(factors, repeat=length)
    step = max(1, len(factors) ** length // _MOST_CORNERS)
    return islice(every, 0, None, step | 1 if step > 1 else 1)


def _flips(axis: AxisScore, border: Decimal) -> Iterator[Flip]:
    """Yield the weights at which the axis meets its border, one criterion moving at a time."""
    known = _known(axis)
    for criterion, points in known:
        others = [(one.weight, read) for one, read in known if one is not criterion]
        weight = sum((one for one, _ in others), Decimal(0))
        earned = sum((one * read for one, read in others), Decimal(0))
        if points == border or weight == 0:
            continue
        at = (border * weight - earned) / (points - border)
        if at >= 0:
            yield Flip(criterion=criterion, at_weight=at.quantize(Decimal("0.1")))
