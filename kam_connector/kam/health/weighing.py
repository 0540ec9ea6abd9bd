"""Readings made one score: weighted, renormalised over what is known, summing exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kam_connector.kam.health.reading import Reading
from kam_connector.kam.ledger import exact_tenths
from kam_connector.kam.ties import one_decimal
from kam_connector.model.score import Contribution

__all__ = ["Weighed", "weigh"]

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A ledger of readings."""

    lines: tuple[Contribution, ...]
    share: Decimal
    """Share of the weight that is known, 0 to 1."""
    enough: bool
    """Without enough known weight the lines carry no points."""


def weigh(
    readings: Sequence[Reading], weights: Mapping[str, int], *, least_share: Decimal
) -> Weighed:
    """Return the ledger of *readings*; what is unknown is left out and the rest renormalised.

    Args:
        readings: Each 0 to 100, or None when not known.
        weights: By key; need not sum to 100. A key without weight weighs nothing.
        least_share: Below this known share of the weight there are no points.
    """
    total = sum(weights.get(one.key, 0) for one in readings)
    known = {
        one.key: weights[one.key]
        for one in readings
        if one.value is not None and weights.get(one.key, 0) > 0
    }
    weight = sum(known.values())
    share = Decimal(weight) / Decimal(max(total, 1))
    enough = weight > 0 and share >= least_share
    parts = {
        one.key: Decimal(known[one.key]) / Decimal(weight) * _exact(one.value)
        for one in readings
        if enough and one.key in known
    }
    points = exact_tenths(parts)
    lines = tuple(
        Contribution(
            key=one.key,
            points=points.get(one.key, _ZERO),
            weight=(Decimal(known.get(one.key, 0)) / Decimal(max(weight, 1))).quantize(
                Decimal("0.001")
            ),
            reading=None if one.value is None else one_decimal(one.value),
            reason=one.reason,
        )
        for one in readings
    )
    return Weighed(lines=lines, share=share.quantize(Decimal("0.01")), enough=enough)


def _exact(value: float | None) -> Decimal:
    return Decimal(repr(round(value or 0.0, 6)))
