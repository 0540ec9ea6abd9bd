"""The numbers of the whitespace; sources are the last lines of docs/figures.md."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["WhitespaceSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitespaceSettings:
    """How customers are compared, and when something counts as held or missing."""

    least_share: Decimal = Decimal("0.4")
    """A gap counts only if at least this share of peers buy (docs/figures.md, sources 2)."""
    least_peers: int = 5
    """Fewer peers: nothing is computed. Our choice: with four, one customer is a quarter."""
    many_peers: int = 15
    """From here a comparison may be trusted fully. Our choice: three times the least."""
    size_factor: Decimal = Decimal(3)
    """Peers have between a third of the turnover and three times. Our choice: half an order
    of magnitude each way, so that a year's growth moves nobody out of the band."""
    year_days: int = 365
    """What counts as bought now: the last twelve months."""
    held_days: int = 730
    """A product line is held this long after the last purchase. Our choice: two years, the
    usual length of a framework contract."""
    window_days: int = 180
    """A competitor's contract can be contested this long before its end: the renewal window
    of our own contracts (docs/scores.md), seen from the other side."""
