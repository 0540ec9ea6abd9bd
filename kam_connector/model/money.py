"""Money: an exact amount in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Money"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount that never passed through a float."""

    amount: Decimal
    currency: str
    """ISO 4217, three capital letters."""

    def __add__(self, other: Money) -> Money:
        """Add two amounts of one currency.

        Raises:
            ValueError: The currencies differ; convert with a dated rate first.
        """
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency} without a rate")
        return Money(amount=self.amount + other.amount, currency=self.currency)
