"""Cells of mirror rows as values: money, days, instants, refs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import orjson

from kam_connector.model.money import Money

__all__ = ["day", "instant", "money", "number", "refs", "texts"]


def refs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the (connection, ref) pairs of a mirror row."""
    return tuple((connection, ref) for connection, ref in orjson.loads(text))


def texts(cell: str | None) -> tuple[str, ...]:
    """Return a list's texts."""
    return tuple(orjson.loads(cell)) if cell else ()


def money(amount: str | None, currency: str | None) -> Money | None:
    """Return an amount; without a currency it is none."""
    if amount is None or currency is None:
        return None
    return Money(amount=Decimal(amount), currency=currency)


def number(cell: str | None) -> Decimal | None:
    """Return an exact number."""
    return None if cell is None else Decimal(cell)


def instant(text: str | None) -> datetime | None:
    """Return a point in time."""
    return datetime.fromisoformat(text) if text else None


def day(text: str | None) -> date | None:
    """Return a day."""
    return date.fromisoformat(text) if text else None
