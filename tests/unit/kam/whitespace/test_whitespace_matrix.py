"""Product lines by what the customer does about them, measured by comparable customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.whitespace.market import Market, read_market
from kam_connector.kam.whitespace.matrix import Whitespace, WhitespaceCell, whitespace
from kam_connector.kam.whitespace.opportunity import Confidence
from kam_connector.language import Language
from kam_connector.model.account import Account, KeyAccount, Stage
from kam_connector.model.currency import NO_RATES
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import (
    CatalogueItem,
    OfferPosition,
    OfferState,
    RevenueLine,
    Wallet,
)
from kam_connector.model.kept import KeptRecords
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.product import LineItem, Product
from kam_connector.model.sale import Sale

TODAY = date(2026, 11, 21)
OWN = Account(
    id="acc_1", name="Nordwind", segment="Energy",
    turnover=Money(amount=Decimal(1_000_000), currency="EUR"),
)  # fmt: skip


def euros(amount: int) -> Money:
    """Return an amount."""
    return Money(amount=Decimal(amount), currency="EUR")


def make_facts(*kept: Any, **changes: Any) -> AccountFacts:
    """Return the key account with what people told."""
    key = KeyAccount(
        account_id="acc_1", tier="A", stage=Stage.DEVELOPMENT, since=date(2025, 1, 1), reason="rule"
    )
    values: dict[str, Any] = {"account": OWN, "key": key, "kept": KeptRecords.holding(kept)}
    return AccountFacts(**(values | changes))


def make_deal(*, won: bool, line: str = "Storage", **changes: Any) -> dict[str, Any]:
    """Return facts about one deal of one line, won in May or still open."""
    deal = Opportunity(
        id="opp_1", account_id="acc_1", name="Deal", stage="x", closed=won, won=won,
        closes_on=date(2026, 5, 1),
    )  # fmt: skip
    item = LineItem(id="li_1", opportunity_id="opp_1", product_id="pro_1", amount=euros(500))
    product = Product(id="pro_1", name="Thing", family=line)
    values = {"opportunities": (replace(deal, **changes),), "line_items": (item,)}
    return {**values, "products": {"pro_1": product}}


def make_market(buyers: int, others: int = 0, *, amount: int = 1000, size: int = 1) -> Market:
    """Return customers of the account's segment: so many buy Storage, all buy Cloud."""
    names = [f"peer_{number}" for number in range(buyers + others)]
    worth = euros(1_000_000 * size)
    accounts = [Account(id=one, name=one, segment="energy", turnover=worth) for one in names]
    day = date(2026, 6, 1)
    sales = [Sale(account_id=one, product_line="Cloud", on=day, amount=euros(10)) for one in names]
    sales += [
        Sale(account_id=one, product_line="Storage", on=day, amount=euros(amount))
        for one in names[:buyers]
    ]
    return read_market([OWN, *accounts], sales, rates=NO_RATES, as_of=TODAY)


def line_of(found: Whitespace, name: str = "Storage") -> WhitespaceCell:
    """Return one product line of the whole tree."""
    return next(one for one in found.lines if one.product_line == name)


def read(facts: AccountFacts, market: Market | None = None, **more: Any) -> WhitespaceCell:
    """Return what is found of the line Storage."""
    return line_of(whitespace(facts, as_of=TODAY, market=market or make_market(4, 1), **more))


@pytest.mark.checklist(
    "S2.08",
    home="`kam whitespace show`: product line x account, opportunities by margin; `Initiative`",
)
def test_a_gap_is_what_enough_peers_buy() -> None:
    """Four of five comparable customers buy it, this one does not."""
    found = read(make_facts())
    assert (found.state, found.buyers, found.peers) == (OfferState.GAP, 4, 5)
    assert (found.opportunity, found.expected) == (euros(1000), euros(1000))


def test_below_forty_percent_there_is_no_gap() -> None:
    """One of five is somebody's taste."""
    found = read(make_facts(), make_market(1, 4))
    assert (found.state, found.opportunity) == (OfferState.UNKNOWN, None)
    assert "1 of 5 similar customers buy it (20 %)." in found.reason


def test_forty_percent_exactly_is_a_gap() -> None:
    """The limit itself counts."""
    assert read(make_facts(), make_market(2, 3)).state is OfferState.GAP


def test_too_few_peers_say_so_instead_of_inventing() -> None:
    """Four peers are no market."""
    found = read(make_facts(), make_market(4))
    assert (found.opportunity, found.expected, found.confidence) == (None, None, None)
    assert "4 similar customers are known, 5 are needed" in found.reason


def test_without_a_segment_nobody_is_a_peer() -> None:
    """And the reason names what is missing."""
    found = read(make_facts(account=replace(OWN, segment=None)))
    assert found.opportunity is None
    assert "segment is not known" in found.reason


def test_the_median_is_scaled_to_size() -> None:
    """Peers of twice the turnover: half of what they buy."""
    found = read(make_facts(), make_market(5, size=2))
    assert found.expected == euros(500)


def test_customers_of_another_size_are_no_peers() -> None:
    """Ten times the turnover is another world."""
    assert read(make_facts(), make_market(5, size=10)).peers == 0


def test_without_a_turnover_the_median_stands_as_it_is() -> None:
    """It is said, and believed less."""
    found = read(make_facts(account=replace(OWN, turnover=None)))
    assert (found.expected, found.confidence) == (euros(1000), Confidence.LOW)
    assert "not scaled to its size" in found.reason


def test_the_own_group_is_no_peer() -> None:
    """Its own sales would prove its own habits."""
    sale = Sale(account_id="acc_1", product_line="Storage", on=TODAY, amount=euros(1))
    market = read_market([OWN], [sale], rates=NO_RATES, as_of=TODAY)
    assert read(make_facts(), market).peers == 0


def test_what_was_won_is_owned_and_counts_against_the_benchmark() -> None:
    """Peers buy for a thousand, this one for five hundred."""
    found = read(make_facts(**make_deal(won=True)))
    assert (found.state, found.current, found.opportunity) == (
        OfferState.OWNED,
        euros(500),
        euros(500),
    )


def test_an_open_opportunity_is_pipeline() -> None:
    """Somebody is at it."""
    assert read(make_facts(**make_deal(won=False))).state is OfferState.PIPELINE


def test_bills_count_instead_of_what_was_won() -> None:
    """The same business never counts twice."""
    bill = RevenueLine(
        id="r1", account_id="acc_1", month=date(2026, 9, 1), revenue=Decimal(70), currency="EUR",
        product_line="storage",
    )  # fmt: skip
    assert read(make_facts(bill, **make_deal(won=True))).current == euros(70)


@pytest.mark.parametrize(
    "state", [OfferState.COMPETITOR, OfferState.INTERNAL, OfferState.NOT_ELIGIBLE, OfferState.GAP]
)
def test_what_a_person_says_stands(state: OfferState) -> None:
    """Until something is sold."""
    told = OfferPosition(id="o1", account_id="acc_1", product_line="STORAGE", state=state)
    assert read(make_facts(told)).state is state
    assert read(make_facts(told, **make_deal(won=True))).state is OfferState.OWNED


def test_a_competitors_contract_is_a_dated_window() -> None:
    """It opens half a year before the end."""
    told = OfferPosition(
        id="o1", account_id="acc_1", product_line="Storage", state=OfferState.COMPETITOR,
        competitor="Rival", contract_ends_on=date(2027, 3, 31),
    )  # fmt: skip
    found = whitespace(make_facts(told), as_of=TODAY)
    (window,) = found.windows
    assert (window.opens, window.ends) == (date(2026, 10, 2), date(2027, 3, 31))
    assert window.is_open(TODAY)
    assert line_of(found).reason.startswith("Held by Rival until 2027-03-31.")


def test_a_window_that_closed_is_none() -> None:
    """Somebody has signed again."""
    told = OfferPosition(
        id="o1", account_id="acc_1", product_line="Storage", state=OfferState.COMPETITOR,
        contract_ends_on=date(2026, 11, 20),
    )  # fmt: skip
    assert whitespace(make_facts(told), as_of=TODAY).windows == ()


def test_a_segment_left_out_by_the_catalogue_is_not_eligible() -> None:
    """It counts in no penetration either."""
    items = [
        CatalogueItem(id="c1", product_line="Storage", segments=("Health",)),
        CatalogueItem(id="c2", product_line="Cloud"),
    ]
    found = whitespace(make_facts(*items), as_of=TODAY, market=make_market(5))
    assert line_of(found).state is OfferState.NOT_ELIGIBLE
    assert (found.eligible, found.held, found.penetration_percent) == (1, 0, Decimal("0.0"))


def test_what_a_person_puts_the_potential_at_wins_over_the_median() -> None:
    """They know this customer."""
    told = OfferPosition(
        id="o1", account_id="acc_1", product_line="Storage", state=OfferState.GAP,
        potential=Decimal(300), currency="EUR",
    )  # fmt: skip
    found = read(make_facts(told))
    assert (found.opportunity, found.confidence) == (euros(300), Confidence.MEDIUM)


def test_nobody_can_win_more_than_the_customer_spends() -> None:
    """The wallet is the limit."""
    wallet = Wallet(
        id="w1", account_id="acc_1", product_line="Storage", year=2026, spend=Decimal(400),
        currency="EUR",
    )  # fmt: skip
    found = read(make_facts(wallet))
    assert found.opportunity == euros(400)
    assert "spends EUR 400 a year on it in all" in found.reason


def test_the_largest_margin_comes_first_and_an_unknown_one_last() -> None:
    """A thousand at 5 % is less than ten at 90 %, and more is known of it than of nothing."""
    items = [
        CatalogueItem(id="c1", product_line="Storage", margin_percent=Decimal("0.5")),
        CatalogueItem(id="c2", product_line="Cloud", margin_percent=Decimal(90)),
        CatalogueItem(id="c3", product_line="Audit"),
    ]
    found = whitespace(make_facts(*items), as_of=TODAY, market=make_market(5))
    assert [one.product_line for one in found.lines] == ["Cloud", "Storage", "Audit"]
    assert found.lines[0].margin == euros(9)


def test_subsidiaries_count_with_the_group_and_stand_alone_too() -> None:
    """By account and country, where known."""
    below = Account(id="acc_2", name="Nordwind Polska", parent_id="acc_1")
    bill = RevenueLine(
        id="r1", account_id="acc_2", month=date(2026, 9, 1), revenue=Decimal(70), currency="EUR",
        product_line="Storage", country="PL",
    )  # fmt: skip
    found = whitespace(make_facts(bill, tree=(below,)), as_of=TODAY)
    assert line_of(found).current == euros(70)
    (cell,) = found.cells
    assert (cell.account_id, cell.country, cell.state) == ("acc_2", "PL", OfferState.OWNED)


def test_figures_of_strangers_never_count() -> None:
    """Whoever hands in too much gets the same answer."""
    bill = RevenueLine(
        id="r1", account_id="acc_9", month=date(2026, 9, 1), revenue=Decimal(70), currency="EUR",
        product_line="Storage",
    )  # fmt: skip
    assert whitespace(make_facts(bill), as_of=TODAY).cells == ()


def test_reasons_are_french_where_french_is_spoken() -> None:
    """Sentences, numbers and amounts."""
    found = read(make_facts(), settings=KamSettings(language=Language.FR))
    assert "4 des 5 clients comparables l’achètent (80 %)." in found.reason.replace("\u00a0", " ")
