"""A check that names too much as well as too little: Charybdis and Scylla (S1.15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

__all__ = ["Measure", "MethodCheck", "worst_first"]


class Measure(StrEnum):
    """On which side of the passage something lies."""

    LACK = "lack"
    EXCESS = "excess"
    UNKNOWN = "unknown"
    FINE = "fine"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCheck:
    """One question about the method, asked of the programme, an account or a person."""

    key: str
    """Which check: ``accounts_per_kam``, ``horizon_mix`` ..."""
    subject: str
    """Whom it is about, in words: a person, an account, the programme."""
    measure: Measure
    value: Decimal | None
    low: Decimal | None
    """Below this is lack; None: there is no such thing as too little."""
    high: Decimal | None
    """Above this is excess; None: there is no such thing as too much."""
    reason: str
    """What was found, in words."""
    source: str = "our choice"
    """Where the thresholds come from."""
    account_id: str | None = None
    user_id: str | None = None

    @classmethod
    def between(
        cls,
        key: str,
        value: Decimal | int | None,
        low: Decimal | int | None,
        high: Decimal | int | None,
        *,
        subject: str,
        reason: str,
        source: str = "our choice",
        account_id: str | None = None,
        user_id: str | None = None,
    ) -> MethodCheck:
        """Return the check of one *value* against its two thresholds."""
        number = None if value is None else Decimal(value)
        below = None if low is None else Decimal(low)
        above = None if high is None else Decimal(high)
        return cls(
            key=key,
            subject=subject,
            measure=_side(number, below, above),
            value=number,
            low=below,
            high=above,
            reason=reason,
            source=source,
            account_id=account_id,
            user_id=user_id,
        )


_ORDER = (Measure.LACK, Measure.EXCESS, Measure.UNKNOWN, Measure.FINE)


def worst_first(checks: Iterable[MethodCheck]) -> list[MethodCheck]:
    """Return *checks* with what needs a person first: lack, excess, unknown, fine."""
    return sorted(checks, key=lambda one: (_ORDER.index(one.measure), one.key, one.subject))


def _side(value: Decimal | None, low: Decimal | None, high: Decimal | None) -> Measure:
    if value is None:
        return Measure.UNKNOWN
    if low is not None and value < low:
        return Measure.LACK
    if high is not None and value > high:
        return Measure.EXCESS
    return Measure.FINE
