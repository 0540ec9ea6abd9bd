"""What we sell, and the lines of it inside opportunities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_connector.model.money import Money

__all__ = ["LineItem", "Product"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something we sell."""

    id: str
    name: str
    code: str | None = None
    family: str | None = None
    """Product line: what white space is measured in."""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One product inside an opportunity."""

    id: str
    opportunity_id: str | None
    product_id: str | None = None
    name: str = ""
    quantity: Decimal | None = None
    amount: Money | None = None
    on: date | None = None
    """Day of delivery or start."""
