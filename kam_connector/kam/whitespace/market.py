"""What comparable customers buy: the benchmark that a gap is measured by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from statistics import median

from kam_connector.kam.settings.whitespace import WhitespaceSettings
from kam_connector.kam.whitespace.sales import line_key, truest
from kam_connector.kam.worth import common_currency
from kam_connector.model.account import Account
from kam_connector.model.currency import Rates
from kam_connector.model.sale import Sale

__all__ = [
    "NO_MARKET",
    "Benchmark",
    "Customer",
    "Market",
    "NotComparable",
    "added",
    "benchmark",
    "read_market",
]


class NotComparable(StrEnum):
    """Why a customer is compared with nobody."""

    NO_SEGMENT = "no_segment"
    FEW_PEERS = "few_peers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer with its whole group, as others are compared with it."""

    account_id: str
    """The top of its tree."""
    segment: str
    turnover: Decimal | None
    """Its own annual revenue in the market's currency; None: not known."""
    bought: Mapping[str, Decimal | None]
    """Sales of twelve months by `line_key`; None: bought, for how much is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """What peers of one customer buy of one product line."""

    peers: int
    buyers: int
    expected: Decimal | None
    """A year's purchase of the median buyer, at this customer's size; None: no amount known."""
    scaled: bool
    """False: a turnover is not known, the median stands as it is."""
    missing: NotComparable | None = None
    """Why there is no comparison; None: there is one."""

    @property
    def share(self) -> Decimal | None:
        """Share of peers who buy, 0 to 1; None without a comparison."""
        return Decimal(self.buyers) / self.peers if self.missing is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """All customers, in one currency."""

    currency: str | None = None
    customers: tuple[Customer, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """How each product line is written, by `line_key`."""
    tops: Mapping[str, str] = field(default_factory=dict)
    """The top of each account's tree."""
    _by_segment: Mapping[str, Sequence[Customer]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by: dict[str, list[Customer]] = defaultdict(list)
        for one in self.customers:
            by[one.segment].append(one)
        object.__setattr__(self, "_by_segment", dict(by))

    def peers(
        self, account: Account, turnover: Decimal | None, *, settings: WhitespaceSettings
    ) -> list[Customer]:
        """Return customers of the same segment and a similar turnover, the own group never.

        Args:
            account: Who is compared.
            turnover: Its own annual revenue in the market's currency; None: any size fits.
            settings: How far sizes may lie apart.
        """
        own = self.tops.get(account.id, account.id)
        of_segment = self._by_segment.get(line_key(account.segment or ""), ())
        others = [one for one in of_segment if one.account_id not in (own, account.id)]
        if not turnover:
            return others
        least, most = turnover / settings.size_factor, turnover * settings.size_factor
        return [one for one in others if one.turnover and least <= one.turnover <= most]


NO_MARKET = Market()
"""Nobody to compare with."""


def benchmark(
    line: str,
    peers: Sequence[Customer],
    *,
    segment: str | None,
    turnover: Decimal | None,
    settings: WhitespaceSettings,
) -> Benchmark:
    """Return what *peers* buy of a product line, for a customer of this turnover."""
    buyers = [one for one in peers if line in one.bought]
    missing = None
    if not (segment or "").strip():
        missing = NotComparable.NO_SEGMENT
    elif len(peers) < settings.least_peers:
        missing = NotComparable.FEW_PEERS
    amounts = [(one.bought[line], one.turnover) for one in buyers]
    expected = None if missing else _expected(amounts, turnover)
    return Benchmark(
        peers=len(peers),
        buyers=len(buyers),
        expected=expected,
        scaled=bool(turnover),
        missing=missing,
    )


def read_market(
    accounts: Iterable[Account],
    sales: Iterable[Sale],
    *,
    rates: Rates,
    as_of: date,
    settings: WhitespaceSettings | None = None,
) -> Market:
    """Return who buys what, by group: subsidiaries count with the top of their tree.

    Only customers are peers: accounts that bought anything in the last twelve months. A
    prospect buys nothing of anybody's product line and would hide every gap.
    """
    settings = settings or WhitespaceSettings()
    known = {one.id: one for one in accounts}
    tops = {one: _top(one, known) for one in known}
    recent = truest(sales, until=as_of, days=settings.year_days)
    currency = (
        rates.corporate
        or common_currency(one.amount for one in recent if one.amount)
        or common_currency(one.turnover for one in known.values() if one.turnover)
    )
    bought: dict[str, dict[str, Decimal | None]] = defaultdict(dict)
    names: dict[str, str] = {}
    for one in sorted(recent, key=_in_order):
        line = line_key(one.product_line)
        names.setdefault(line, one.product_line.strip())
        so_far = bought[tops.get(one.account_id, one.account_id)]
        so_far[line] = added(so_far.get(line), one, currency, rates)
    return Market(
        currency=currency,
        customers=tuple(
            _customer(known[top], lines, currency, rates, as_of)
            for top, lines in sorted(bought.items())
            if top in known
        ),
        names=names,
        tops=tops,
    )


def added(so_far: Decimal | None, sale: Sale, currency: str | None, rates: Rates) -> Decimal | None:
    """Return a sum with one sale more, at the rate of its day; without a rate as it was."""
    found = sale.amount and currency and rates.convert(sale.amount, currency, on=sale.on)
    return (so_far or Decimal(0)) + found.amount if found else so_far


def _in_order(sale: Sale) -> tuple[str, date, str, str]:
    return sale.product_line, sale.on, sale.account_id, str(sale.amount)


def _customer(
    account: Account,
    lines: Mapping[str, Decimal | None],
    currency: str | None,
    rates: Rates,
    as_of: date,
) -> Customer:
    worth = account.turnover
    found = rates.convert(worth, currency, on=as_of) if worth and currency else None
    return Customer(
        account_id=account.id,
        segment=line_key(account.segment or ""),
        turnover=found.amount if found and found.amount > 0 else None,
        bought={line: amount for line, amount in lines.items() if amount is None or amount > 0},
    )


def _expected(
    amounts: Sequence[tuple[Decimal | None, Decimal | None]], turnover: Decimal | None
) -> Decimal | None:
    """Return the median purchase: as a share of turnover where the customer's is known."""
    if not turnover:
        plain = [amount for amount, _ in amounts if amount is not None]
        return median(plain) if plain else None
    shares = [amount / size for amount, size in amounts if amount is not None and size]
    return median(shares) * turnover if shares else None


def _top(account_id: str, known: Mapping[str, Account]) -> str:
    """Return the top of a tree; a circle of parents ends at its smallest id."""
    seen: list[str] = []
    while account_id not in seen:
        seen.append(account_id)
        parent = known[account_id].parent_id
        if parent is None or parent not in known:
            return account_id
        account_id = parent
    return min(seen[seen.index(account_id) :])
