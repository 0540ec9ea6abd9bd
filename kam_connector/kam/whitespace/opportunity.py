"""How much more a customer could buy of one product line, and how far to believe it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.settings.whitespace import WhitespaceSettings
from kam_connector.kam.whitespace.cells import CellFacts
from kam_connector.kam.whitespace.market import Benchmark
from kam_connector.model.figures import OfferState

__all__ = ["Confidence", "Opening", "opening_of"]


class Confidence(StrEnum):
    """How far an opportunity may be believed."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What could be sold on top of today's business."""

    expected: Decimal | None = None
    amount: Decimal | None = None
    by_peers: bool = False
    """Enough peers buy it: without it, this customer has a gap."""
    by_person: bool = False
    """A person's own potential counts, not the peers'."""
    capped: bool = False
    """The customer spends less on it than peers do: its wallet is the limit."""
    confidence: Confidence | None = None


def opening_of(cell: CellFacts, benchmark: Benchmark, *, settings: WhitespaceSettings) -> Opening:
    """Return the opportunity of one product line.

    What a person says of the potential wins over the peers' median: they know this customer.
    Nothing can be won where the customer is not eligible, nor more than it spends with anybody.
    """
    if cell.state is OfferState.NOT_ELIGIBLE:
        return Opening()
    by_peers = benchmark.share is not None and benchmark.share >= settings.least_share
    expected = benchmark.expected if by_peers else None
    by_person = cell.potential is not None
    whole = cell.potential if by_person else expected
    if whole is None:
        return Opening(by_peers=by_peers)
    capped = cell.wallet is not None and cell.wallet < whole
    limit = cell.wallet if capped and cell.wallet is not None else whole
    return Opening(
        expected=expected,
        amount=max(Decimal(0), limit - (cell.current or Decimal(0))),
        by_peers=by_peers,
        by_person=by_person,
        capped=capped,
        confidence=Confidence.MEDIUM if by_person else _confidence(cell, benchmark, settings),
    )


def _confidence(cell: CellFacts, benchmark: Benchmark, settings: WhitespaceSettings) -> Confidence:
    """Many peers and a known size: high; one of the two, or a known wallet: medium."""
    many = benchmark.peers >= settings.many_peers
    if cell.held_unpriced or not (many or benchmark.scaled or cell.wallet is not None):
        return Confidence.LOW
    return Confidence.HIGH if many and benchmark.scaled else Confidence.MEDIUM
