"""What was sold to whom: what customers are compared by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_connector.model.money import Money
from kam_connector.model.product import LineItem, Product

__all__ = ["Sale", "named_line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """Something of one product line that one account bought."""

    account_id: str
    product_line: str
    on: date
    """Day on which it was won; first day of the month in which it was billed."""
    amount: Money | None = None
    """None: the CRM does not say."""
    billed: bool = False
    """True: a revenue line; False: won, and perhaps never billed."""
    country: str | None = None
    """ISO 3166 alpha-2."""
    cost_of_goods: Decimal | None = None
    """In the amount's currency; only revenue lines know it."""


def named_line(item: LineItem, product: Product | None) -> str | None:
    """Return the product line of a line item: the product's family, else its name."""
    family = product.family if product else None
    found = family or (product.name if product else None) or item.name
    return found.strip() or None
