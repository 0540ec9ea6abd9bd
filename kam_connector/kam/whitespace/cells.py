"""What is known of each product line at an account and its subsidiaries, before comparing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_connector.kam.settings.whitespace import WhitespaceSettings
from kam_connector.kam.whitespace.market import Market, added
from kam_connector.kam.whitespace.sales import line_key, sales_of, truest
from kam_connector.kam.worth import common_currency
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import CatalogueItem, OfferPosition, OfferState, Wallet
from kam_connector.model.money import Money
from kam_connector.model.sale import Sale, named_line

__all__ = ["CellFacts", "ReadCells", "read_cells"]

_ANYWHERE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFacts:
    """One product line somewhere."""

    account_id: str
    product_line: str
    country: str | None = None
    state: OfferState = OfferState.UNKNOWN
    current: Decimal | None = None
    """Sales of the last twelve months; None: none, or of an unknown amount."""
    held_unpriced: bool = False
    """Bought in these months, for how much is not known."""
    last_sale: date | None = None
    """Within the time that counts as held."""
    potential: Decimal | None = None
    """Told by a person."""
    wallet: Decimal | None = None
    """What the customer spends on it with anybody."""
    competitor: str | None = None
    contract_ends_on: date | None = None
    told: OfferState | None = None
    """What a person says; None: nobody says anything."""
    told_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCells:
    """All that is known, in one currency."""

    currency: str | None
    lines: Sequence[CellFacts]
    """Of the whole tree, one a product line, by name."""
    cells: Sequence[CellFacts]
    """By subsidiary, country and line, where anything is known."""


def read_cells(
    facts: AccountFacts, *, market: Market, as_of: date, settings: WhitespaceSettings
) -> ReadCells:
    """Return what is known of each product line of the catalogue, the market and the account."""
    reading = _Reading(facts, market=market, as_of=as_of, settings=settings)
    return ReadCells(currency=reading.currency, lines=reading.lines(), cells=reading.cells())


class _Reading:
    def __init__(
        self,
        facts: AccountFacts,
        *,
        market: Market,
        as_of: date,
        settings: WhitespaceSettings,
    ) -> None:
        self._facts, self._as_of, kept = facts, as_of, facts.kept
        self._items = {line_key(one.product_line): one for one in kept.of(CatalogueItem)}
        mine = {facts.account.id, *(one.id for one in facts.tree)}
        self._told = [one for one in kept.of(OfferPosition) if one.account_id in mine]
        self._wallets = [one for one in kept.of(Wallet) if one.account_id in mine]
        sales = [one for one in sales_of(facts) if one.account_id in mine]
        self._held = truest(sales, until=as_of, days=settings.held_days)
        self._year = truest(sales, until=as_of, days=settings.year_days)
        self._open = _pipeline(facts)
        self.currency = market.currency or common_currency(_amounts(self._held, self._told))
        names = [one.product_line.strip() for one in self._held]
        names += [one.product_line.strip() for one in self._told]
        names += [one.product_line.strip() for one in self._wallets]
        names += [name for _, name in self._open]
        self._names = {
            **{line_key(name): name for name in sorted(names, reverse=True) if name},
            **dict(market.names),
            **{key: one.product_line.strip() for key, one in self._items.items()},
        }

    def lines(self) -> list[CellFacts]:
        """Return one cell a product line, of the whole tree."""
        top = self._facts.account.id
        return [
            self._eligible(self._cell(top, name, line, anywhere=True))
            for line, name in sorted(self._names.items())
        ]

    def cells(self) -> list[CellFacts]:
        """Return one cell a subsidiary, country and line."""
        places = {(one.account_id, line_key(one.product_line), one.country) for one in self._held}
        places |= {(one.account_id, line_key(one.product_line), one.country) for one in self._told}
        places |= {(account_id, line_key(name), None) for account_id, name in self._open}
        ordered = sorted(places, key=lambda one: (one[1], one[0], one[2] or _ANYWHERE))
        return [
            self._cell(account_id, self._names[line], line, country=country)
            for account_id, line, country in ordered
        ]

    def _cell(
        self,
        account_id: str,
        name: str,
        line: str,
        *,
        country: str | None = None,
        anywhere: bool = False,
    ) -> CellFacts:
        def fits(where: str, what: str, land: str | None) -> bool:
            here = anywhere or (where == account_id and land == country)
            return here and line_key(what) == line

        held = [one for one in self._held if fits(one.account_id, one.product_line, one.country)]
        year = [one for one in self._year if fits(one.account_id, one.product_line, one.country)]
        told = [one for one in self._told if fits(one.account_id, one.product_line, one.country)]
        current: Decimal | None = None
        for one in sorted(year, key=lambda sale: (sale.on, str(sale.amount))):
            current = added(current, one, self.currency, self._facts.rates)
        open_here = any(fits(where, what, None) for where, what in self._open)
        cell = CellFacts(
            account_id=account_id,
            product_line=name,
            country=country,
            current=current,
            held_unpriced=bool(year) and current is None,
            last_sale=max((one.on for one in held), default=None),
            wallet=self._wallet(line) if anywhere else None,
        )
        return _stated(self._with_told(cell, told), is_open=open_here)

    def _with_told(self, cell: CellFacts, told: Iterable[OfferPosition]) -> CellFacts:
        """Return the cell with what people say: the weightiest state, the next end."""
        ranked = sorted(told, key=lambda one: (_RANK.index(one.state), one.country or "", one.id))
        if not ranked:
            return cell
        rival = next((one for one in ranked if one.competitor), None)
        ends = [one.contract_ends_on for one in ranked if one.contract_ends_on]
        coming = [day for day in ends if day >= self._as_of]
        potentials = [self._worth(one.potential, one.currency) for one in ranked]
        known = [one for one in potentials if one is not None]
        return replace(
            cell,
            told=ranked[0].state,
            told_by=ranked[0].written_by,
            competitor=rival.competitor if rival else None,
            contract_ends_on=min(coming, default=max(ends, default=None)),
            potential=sum(known, Decimal(0)) if known else None,
        )

    def _eligible(self, cell: CellFacts) -> CellFacts:
        """Return the cell, not eligible where the catalogue leaves its segment out."""
        item = self._items.get(line_key(cell.product_line))
        segment = line_key(self._facts.account.segment or "")
        fits = not item or not item.segments or not segment
        if fits or segment in map(line_key, item.segments if item else ()):
            return cell
        undecided = cell.told is None and cell.state is OfferState.UNKNOWN
        return replace(cell, state=OfferState.NOT_ELIGIBLE) if undecided else cell

    def _wallet(self, line: str) -> Decimal | None:
        """Return the yearly spend of the tree on a line, of the latest year told."""
        mine = [one for one in self._wallets if line_key(one.product_line) == line]
        latest = max((one.year for one in mine if one.year <= self._as_of.year), default=None)
        spends = [self._worth(one.spend, one.currency) for one in mine if one.year == latest]
        known = [one for one in spends if one is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(spends) else None

    def _worth(self, amount: Decimal | None, currency: str | None) -> Decimal | None:
        if amount is None or self.currency is None:
            return None
        money = Money(amount=amount, currency=currency or self.currency)
        found = self._facts.rates.convert(money, self.currency, on=self._as_of)
        return found.amount if found else None


_RANK = tuple(OfferState)
"""Of several things told of one line, the first of these counts: what is sold weighs most."""


def _stated(cell: CellFacts, *, is_open: bool) -> CellFacts:
    """Return the cell with its state: what is sold, then in the making, then told."""
    if cell.last_sale is not None or cell.told is OfferState.OWNED:
        return replace(cell, state=OfferState.OWNED)
    if is_open:
        return replace(cell, state=OfferState.PIPELINE)
    return replace(cell, state=cell.told or OfferState.UNKNOWN)


def _amounts(held: Iterable[Sale], told: Iterable[OfferPosition]) -> Iterator[Money]:
    yield from (one.amount for one in held if one.amount)
    for one in told:
        if one.potential is not None and one.currency:
            yield Money(amount=one.potential, currency=one.currency)


def _pipeline(facts: AccountFacts) -> list[tuple[str, str]]:
    """Return (account, product line) of every line of an open opportunity."""
    deals = {one.id: one for one in facts.opportunities if not one.closed}
    found: set[tuple[str, str]] = set()
    for item in facts.line_items:
        deal = deals.get(item.opportunity_id or "")
        line = named_line(item, facts.products.get(item.product_id or ""))
        if deal is not None and line is not None:
            found.add((deal.account_id or facts.account.id, line))
    return sorted(found)
