"""How wide the business with a customer is: product lines and countries, and what came new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.whitespace.sales import line_key, sales_of, truest
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import OfferPosition, OfferState
from kam_connector.model.kept import KeptRecords
from kam_connector.model.sale import Sale

__all__ = ["Footprint", "footprint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Product lines and countries in use now, and a year ago (S2.08, S2.31)."""

    lines: tuple[str, ...]
    """Bought in the last twelve months."""
    lines_before: tuple[str, ...]
    """Bought in the twelve months before those."""
    countries: tuple[str, ...]
    """ISO 3166, where sales or people name one; empty: none is known."""
    countries_before: tuple[str, ...]

    @property
    def new_lines(self) -> tuple[str, ...]:
        """Bought now and not a year ago."""
        before = set(map(line_key, self.lines_before))
        return tuple(one for one in self.lines if line_key(one) not in before)

    @property
    def lost_lines(self) -> tuple[str, ...]:
        """Bought a year ago and not since."""
        now = set(map(line_key, self.lines))
        return tuple(one for one in self.lines_before if line_key(one) not in now)

    @property
    def new_countries(self) -> tuple[str, ...]:
        """Sold to now and not a year ago."""
        return tuple(one for one in self.countries if one not in self.countries_before)


def footprint(
    facts: AccountFacts,
    *,
    as_of: date,
    kept: KeptRecords | None = None,
    settings: KamSettings | None = None,
) -> Footprint:
    """Return how wide the business with a key account's tree is, now and a year ago.

    Args:
        facts: What is known of it.
        as_of: Today.
        kept: Figures of the account *and its subsidiaries*; those of ``facts`` when None.
        settings: How long a year is.
    """
    days = (settings or KamSettings()).whitespace.year_days
    kept = kept if kept is not None else facts.kept
    mine = {facts.account.id, *(one.id for one in facts.tree)}
    sales = [one for one in sales_of(facts, kept) if one.account_id in mine]
    now = truest(sales, until=as_of, days=days)
    before = truest(sales, until=as_of - timedelta(days=days), days=days)
    told = [
        one.country
        for one in kept.of(OfferPosition)
        if one.account_id in mine and one.state is OfferState.OWNED and one.country
    ]
    return Footprint(
        lines=_lines(now),
        lines_before=_lines(before),
        countries=tuple(sorted({*_countries(now), *told})),
        countries_before=tuple(sorted({*_countries(before)})),
    )


def _lines(sales: Iterable[Sale]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for one in sorted(sales, key=lambda sale: sale.product_line):
        names.setdefault(line_key(one.product_line), one.product_line.strip())
    return tuple(sorted(names.values(), key=line_key))


def _countries(sales: Iterable[Sale]) -> set[str]:
    return {one.country for one in sales if one.country}
