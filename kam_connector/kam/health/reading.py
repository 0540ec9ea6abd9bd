"""One metric of a verdict on its ramp."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Reading", "ramp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One metric."""

    key: str
    value: float | None
    """0-100 on its ramp; None when not known."""
    reason: str


def ramp(value: float, span: tuple[float, float]) -> float:
    """Return *value* on a linear ramp: 0 at the first end of *span*, 100 at the second.

    Natero's form (docs/scores.md); a falling ramp has its first end above its second.
    """
    low, high = span
    return max(0.0, min(100.0, (value - low) / (high - low) * 100.0))
