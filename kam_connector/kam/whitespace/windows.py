"""When competitors' contracts end, as dated windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.settings.whitespace import WhitespaceSettings
from kam_connector.model.figures import OfferPosition
from kam_connector.model.kept import KeptRecords

__all__ = ["OfferWindow", "offer_windows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWindow:
    """The days in which a competitor's contract can be contested."""

    account_id: str
    product_line: str
    country: str | None
    competitor: str | None
    opens: date
    ends: date
    """Its last day: afterwards somebody has signed again."""
    potential: Decimal | None = None
    """Yearly, in `currency`."""
    currency: str | None = None

    def is_open(self, day: date) -> bool:
        """Whether now is the time."""
        return self.opens <= day <= self.ends


def offer_windows(
    kept: KeptRecords, *, as_of: date, settings: WhitespaceSettings | None = None
) -> tuple[OfferWindow, ...]:
    """Return the windows that have not closed, the next end first.

    Whatever a position's state: a date of an end is told because somebody else holds the
    business, and a pipeline of ours is the very reason to know it.
    """
    days = (settings or WhitespaceSettings()).window_days
    found = [
        OfferWindow(
            account_id=one.account_id,
            product_line=one.product_line,
            country=one.country,
            competitor=one.competitor,
            opens=_days_before(one.contract_ends_on, days),
            ends=one.contract_ends_on,
            potential=one.potential,
            currency=one.currency,
        )
        for one in kept.of(OfferPosition)
        if one.contract_ends_on is not None and one.contract_ends_on >= as_of
    ]
    return tuple(sorted(found, key=_soonest_first))


def _days_before(day: date, days: int) -> date:
    return day - timedelta(days=min(days, (day - date.min).days))


def _soonest_first(one: OfferWindow) -> tuple[date, str, str, str]:
    return one.ends, one.account_id, one.product_line, one.country or ""
