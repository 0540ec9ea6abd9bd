"""The whitespace of one key account: product lines by what the customer does about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.whitespace.cells import CellFacts, read_cells
from kam_connector.kam.whitespace.market import NO_MARKET, Benchmark, Market, benchmark
from kam_connector.kam.whitespace.opportunity import Confidence, Opening, opening_of
from kam_connector.kam.whitespace.reasons import cell_reason
from kam_connector.kam.whitespace.sales import line_key
from kam_connector.kam.whitespace.windows import OfferWindow, offer_windows
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import CatalogueItem, OfferState
from kam_connector.model.money import Money

__all__ = ["Whitespace", "WhitespaceCell", "whitespace"]

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitespaceCell:
    """One product line at one account: of its whole tree, or of one subsidiary and country."""

    account_id: str
    product_line: str
    country: str | None
    """None: wherever it is."""
    state: OfferState
    current: Money | None
    """Bought in the last twelve months; None: nothing, or the amount is not known."""
    wallet: Money | None = None
    """What the customer spends on it in a year with anybody; None: nobody told."""
    expected: Money | None = None
    """What peers of this size buy in a year."""
    opportunity: Money | None = None
    """Expected less current, never below zero; None: nobody knows."""
    margin: Money | None = None
    """The opportunity's margin by the catalogue; None: the margin is not known."""
    peers: int = 0
    buyers: int = 0
    confidence: Confidence | None = None
    """How far the opportunity may be believed; None: there is none."""
    competitor: str | None = None
    contract_ends_on: date | None = None
    reason: str = ""
    """How this was found, in the settings' language."""

    @property
    def wallet_share_percent(self) -> Decimal | None:
        """Which part of that spend is ours, 0 to 100; None without a wallet."""
        if self.wallet is None or self.wallet.amount <= 0:
            return None
        share = 100 * _amount(self.current) / self.wallet.amount
        return max(Decimal(0), min(Decimal(100), share)).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitespace:
    """What one key account buys, could buy, and when a competitor's contract ends."""

    account_id: str
    as_of: date
    currency: str | None
    lines: tuple[WhitespaceCell, ...]
    """One a product line, of the whole tree: largest margin first, unknown ones last."""
    cells: tuple[WhitespaceCell, ...]
    """By subsidiary and country, where anything is known."""
    windows: tuple[OfferWindow, ...]
    """Competitors' contracts that have not ended, the next end first."""
    held: int
    """Product lines owned."""
    eligible: int
    """Product lines this customer could hold."""

    @property
    def penetration_percent(self) -> Decimal | None:
        """Held of eligible product lines, 0 to 100; None without any."""
        if not self.eligible:
            return None
        return (Decimal(100) * self.held / self.eligible).quantize(Decimal("0.1"))

    @property
    def opportunities(self) -> tuple[WhitespaceCell, ...]:
        """Lines with something to win, best first."""
        return tuple(one for one in self.lines if one.opportunity and one.opportunity.amount > 0)


def whitespace(
    facts: AccountFacts,
    *,
    as_of: date,
    market: Market = NO_MARKET,
    settings: KamSettings | None = None,
) -> Whitespace:
    """Return the whitespace of a key account and everything below it.

    Args:
        facts: What is known of it.
        as_of: Today; the last twelve months end here.
        market: Whom it is compared with (`read_market`); without one nothing is expected.
        settings: The method's numbers and the language of reasons.
    """
    settings = settings or KamSettings()
    kept = facts.kept
    read = read_cells(facts, market=market, as_of=as_of, settings=settings.whitespace)
    items = {line_key(one.product_line): one for one in kept.of(CatalogueItem)}
    turnover = _turnover(facts, read.currency, as_of)
    peers = market.peers(facts.account, turnover, settings=settings.whitespace)
    lines = [
        _line(
            cell,
            benchmark(
                line_key(cell.product_line),
                peers,
                segment=facts.account.segment,
                turnover=turnover,
                settings=settings.whitespace,
            ),
            item=items.get(line_key(cell.product_line)),
            currency=read.currency,
            settings=settings,
        )
        for cell in read.lines
    ]
    eligible = [one for one in lines if one.state is not OfferState.NOT_ELIGIBLE]
    return Whitespace(
        account_id=facts.account.id,
        as_of=as_of,
        currency=read.currency,
        lines=tuple(sorted(lines, key=_best_first)),
        cells=tuple(_plain(cell, read.currency, settings) for cell in read.cells),
        windows=offer_windows(kept, as_of=as_of, settings=settings.whitespace),
        held=sum(one.state is OfferState.OWNED for one in eligible),
        eligible=len(eligible),
    )


def _line(
    cell: CellFacts,
    benchmark: Benchmark,
    *,
    item: CatalogueItem | None,
    currency: str | None,
    settings: KamSettings,
) -> WhitespaceCell:
    """Return one product line with what peers say of it."""
    opening = opening_of(cell, benchmark, settings=settings.whitespace)
    unknown = cell.state is OfferState.UNKNOWN
    state = OfferState.GAP if unknown and opening.by_peers else cell.state
    percent = item.margin_percent if item else None
    margin = opening.amount * percent / 100 if opening.amount is not None and percent else None
    return WhitespaceCell(
        account_id=cell.account_id,
        product_line=cell.product_line,
        country=None,
        state=state,
        current=_money(cell.current, currency),
        wallet=_money(cell.wallet, currency),
        expected=_money(opening.expected, currency),
        opportunity=_money(opening.amount, currency),
        margin=_money(margin, currency),
        peers=benchmark.peers,
        buyers=benchmark.buyers,
        confidence=opening.confidence,
        competitor=cell.competitor,
        contract_ends_on=cell.contract_ends_on,
        reason=cell_reason(cell, state, benchmark, opening, currency=currency, settings=settings),
    )


def _plain(cell: CellFacts, currency: str | None, settings: KamSettings) -> WhitespaceCell:
    """Return one subsidiary's cell: what is so, with no comparison."""
    return WhitespaceCell(
        account_id=cell.account_id,
        product_line=cell.product_line,
        country=cell.country,
        state=cell.state,
        current=_money(cell.current, currency),
        competitor=cell.competitor,
        contract_ends_on=cell.contract_ends_on,
        reason=cell_reason(cell, cell.state, None, Opening(), currency=currency, settings=settings),
    )


def _turnover(facts: AccountFacts, currency: str | None, as_of: date) -> Decimal | None:
    worth = facts.account.turnover
    found = facts.rates.convert(worth, currency, on=as_of) if worth and currency else None
    return found.amount if found and found.amount > 0 else None


def _money(amount: Decimal | None, currency: str | None) -> Money | None:
    if amount is None or currency is None:
        return None
    return Money(amount=amount.quantize(_CENT, rounding=ROUND_HALF_EVEN), currency=currency)


def _best_first(cell: WhitespaceCell) -> tuple[bool, Decimal, bool, Decimal, str]:
    """Largest margin first; a margin nobody knows is not zero: its amount ranks it below."""
    return (
        cell.margin is None,
        -_amount(cell.margin),
        cell.opportunity is None,
        -_amount(cell.opportunity),
        line_key(cell.product_line),
    )


def _amount(money: Money | None) -> Decimal:
    return money.amount if money else Decimal(0)
