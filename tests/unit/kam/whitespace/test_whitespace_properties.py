"""What always holds of the whitespace, whoever the customers are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.kam.whitespace.market import Market, read_market
from kam_connector.kam.whitespace.matrix import Whitespace, whitespace
from kam_connector.model.account import Account, KeyAccount, Stage
from kam_connector.model.currency import NO_RATES
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import OfferState
from kam_connector.model.money import Money
from kam_connector.model.sale import Sale

TODAY = date(2026, 11, 21)
PEERS = [f"peer_{number}" for number in range(8)]
LINES = ["Storage", "Cloud", "Audit"]


def _euros(amount: Decimal | int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def _account(id_: str, turnover: int) -> Account:
    return Account(id=id_, name=id_, segment="Energy", turnover=_euros(turnover))


OWN = _account("own", 1_000_000)
KEY = KeyAccount(
    account_id="own", tier="A", stage=Stage.DEVELOPMENT, since=date(2025, 1, 1), reason="rule"
)
SALES = st.lists(
    st.builds(
        Sale,
        account_id=st.sampled_from([*PEERS, "own"]),
        product_line=st.sampled_from(LINES),
        on=st.integers(0, 500).map(lambda days: TODAY - timedelta(days=days)),
        amount=st.none() | st.decimals(0, 10**6, places=2).map(_euros),
        billed=st.booleans(),
    ),
    max_size=40,
)
TURNOVERS = st.lists(st.integers(200_000, 5_000_000), min_size=8, max_size=8)


def _market(sales: list[Sale], turnovers: list[int]) -> Market:
    accounts = [OWN, *(_account(*pair) for pair in zip(PEERS, turnovers, strict=True))]
    return read_market(accounts, sales, rates=NO_RATES, as_of=TODAY)


def _found(sales: list[Sale], turnovers: list[int]) -> Whitespace:
    facts = AccountFacts(account=OWN, key=KEY)
    return whitespace(facts, as_of=TODAY, market=_market(sales, turnovers))


@settings(max_examples=80, deadline=None)
@given(SALES, TURNOVERS, st.randoms(use_true_random=False))
def test_the_order_of_sales_changes_nothing(
    sales: list[Sale], turnovers: list[int], chance: object
) -> None:
    """A database promises none."""
    shuffled = sorted(sales, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert _found(sales, turnovers) == _found(shuffled, turnovers)


@settings(max_examples=80, deadline=None)
@given(SALES, TURNOVERS)
def test_opportunities_are_bounded_by_what_peers_buy(
    sales: list[Sale], turnovers: list[int]
) -> None:
    """Never below zero, never beyond the largest purchase at three times the size."""
    market = _market(sales, turnovers)
    largest = [amount for one in market.customers for amount in one.bought.values() if amount]
    limit = 3 * max(largest, default=Decimal(0)) + Decimal("0.01")
    found = _found(sales, turnovers)
    won = [one.opportunity.amount for one in found.lines if one.opportunity]
    assert all(0 <= amount <= limit for amount in won)
    assert found.held <= found.eligible == len(found.lines)


@settings(max_examples=80, deadline=None)
@given(SALES, TURNOVERS, st.sampled_from(PEERS), st.sampled_from(LINES))
def test_one_peer_more_who_buys_never_closes_a_gap(
    sales: list[Sale], turnovers: list[int], peer: str, line: str
) -> None:
    """The share of buyers among the same peers can only grow."""
    cloud = [Sale(account_id=one, product_line="Cloud", on=TODAY, billed=True) for one in PEERS]
    more = Sale(account_id=peer, product_line=line, on=TODAY, amount=_euros(5), billed=True)
    before, after = _found([*sales, *cloud], turnovers), _found([*sales, *cloud, more], turnovers)
    gaps = {one.product_line for one in before.lines if one.state is OfferState.GAP}
    assert gaps <= {one.product_line for one in after.lines if one.state is OfferState.GAP}
    buyers = {one.product_line: one.buyers for one in after.lines}
    assert all(one.buyers <= buyers[one.product_line] for one in before.lines)


@settings(max_examples=80, deadline=None)
@given(SALES, TURNOVERS)
def test_without_enough_peers_nothing_is_invented(sales: list[Sale], turnovers: list[int]) -> None:
    """Neither a gap nor an amount."""
    found = _found(sales, turnovers)
    few = [one for one in found.lines if one.peers < 5]
    assert all(one.opportunity is None and one.state is OfferState.UNKNOWN for one in few)


@settings(max_examples=80, deadline=None)
@given(SALES, TURNOVERS)
def test_the_best_margin_comes_first(sales: list[Sale], turnovers: list[int]) -> None:
    """Known before unknown, large before small; each line has its reason."""
    found = _found(sales, turnovers)
    known = [one.opportunity.amount for one in found.lines if one.opportunity]
    assert known == sorted(known, reverse=True)
    assert all(one.reason for one in found.lines)
