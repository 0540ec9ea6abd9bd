"""Ledgers that sum exactly: shares in tenths of a point, and differences between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from kam_connector.language import Voice
from kam_connector.model.score import Contribution

__all__ = ["differences", "exact_tenths", "ledger_sum"]

_TENTH = Decimal("0.1")
_ZERO = Decimal(0)


def exact_tenths(parts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Round each part to a tenth so that the parts sum to their rounded total.

    Largest remainder: the tenths lost by rounding down go to the parts that lost most,
    so that no line is off by a tenth or more.
    """
    floors = {key: part.quantize(_TENTH, rounding=ROUND_FLOOR) for key, part in parts.items()}
    total = sum(parts.values(), _ZERO).quantize(_TENTH, rounding=ROUND_HALF_EVEN)
    missing = int((total - sum(floors.values(), _ZERO)) / _TENTH)
    by_loss = sorted(parts, key=lambda key: (floors[key] - parts[key], key))
    for key in by_loss[:missing]:
        floors[key] += _TENTH
    return floors


def ledger_sum(ledger: Sequence[Contribution]) -> Decimal:
    """Return what the lines of a *ledger* add up to."""
    return sum((line.points for line in ledger), _ZERO)


def differences(
    now: Sequence[Contribution], before: Sequence[Contribution], *, say: Voice | None = None
) -> tuple[Contribution, ...]:
    """Return what changed between two ledgers, largest first; it sums to the difference."""
    say = say or Voice()
    then = {line.key: line for line in before}
    lines = [replace(line, points=line.points - _points(then, line.key)) for line in now]
    kept = {line.key for line in now}
    lines += [
        replace(line, points=-line.points, reason=say("no longer: {reason}", reason=line.reason))
        for line in before
        if line.key not in kept
    ]
    changed = [line for line in lines if line.points]
    return tuple(sorted(changed, key=lambda line: (-abs(line.points), line.key)))


def _points(lines: Mapping[str, Contribution], key: str) -> Decimal:
    return lines[key].points if key in lines else _ZERO
