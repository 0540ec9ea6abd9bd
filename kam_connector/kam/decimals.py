"""Decimals as outcomes and fields carry them: canonical text."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["number"]


def number(value: Decimal | None) -> str | None:
    """Return a decimal as canonical text ("52", "51.8"), None as None."""
    return None if value is None else f"{value.normalize():f}"
