"""A rate of a currency on a day: dated before plain, whatever the order, there and back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.currency import CurrencyRate, Rates, rate_on
from kam_connector.model.money import Money

DAY = date(2026, 6, 15)
VALUES = st.decimals(min_value="0.01", max_value="1000", places=4)
OFFSETS = st.integers(min_value=-400, max_value=400)


def rate(value: Decimal, currency: str = "USD", **changes: object) -> CurrencyRate:
    """A rate of one CRM."""
    return CurrencyRate(connection="sf", currency=currency, rate=value, **changes)  # type: ignore[arg-type]


@st.composite
def rows(draw: st.DrawFn) -> list[CurrencyRate]:
    """Rates of dollars: spans one after another, as the CRM keeps them, and perhaps a plain one."""
    starts = sorted(draw(st.sets(OFFSETS, max_size=6)))
    days = [DAY + timedelta(days=offset) for offset in starts]
    spans = zip(days, [*days[1:], None], strict=True) if days else []
    dated = [rate(draw(VALUES), starts=first, ends=last) for first, last in spans]
    plain = [rate(draw(VALUES))] if draw(st.booleans()) else []
    return [*dated, *plain]


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(known: list[CurrencyRate], random: object) -> None:
    """Rates come by two objects, in any order."""
    shuffled = list(known)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rate_on(shuffled, "USD", DAY) == rate_on(known, "USD", DAY)


@given(rows())
def test_a_dated_rate_that_holds_comes_before_a_plain_one(known: list[CurrencyRate]) -> None:
    """The last one that began on or before the day; a plain one only where none did."""
    begun = [one.rate for one in known if one.starts is not None and one.starts <= DAY]
    plain = [one.rate for one in known if one.starts is None]
    assert rate_on(known, "USD", DAY) == next(iter([*begun[-1:], *plain]), None)


@given(rows())
def test_a_currency_nobody_listed_has_no_rate(known: list[CurrencyRate]) -> None:
    """Nothing is guessed."""
    assert rate_on(known, "GBP", DAY) is None
    money = Money(amount=Decimal(5), currency="GBP")
    assert Rates(known=tuple(known)).convert(money, "USD", on=DAY) is None


@given(rows(), st.decimals(min_value="-1e9", max_value="1e9", places=2))
def test_an_amount_in_its_own_currency_is_itself(
    known: list[CurrencyRate], amount: Decimal
) -> None:
    """With or without a rate."""
    money = Money(amount=amount, currency="USD")
    assert Rates(known=tuple(known)).convert(money, "USD", on=DAY) is money


@given(VALUES, VALUES, st.decimals(min_value="-1e9", max_value="1e9", places=2))
def test_there_and_back_is_the_same_amount(ours: Decimal, theirs: Decimal, amount: Decimal) -> None:
    """To a hundredth of a cent."""
    rates = Rates(known=(rate(ours, "EUR", corporate=True), rate(theirs)))
    money = Money(amount=amount, currency="USD")
    there = rates.convert(money, "EUR", on=DAY)
    assert there is not None
    back = rates.convert(there, "USD", on=DAY)
    assert back is not None
    assert abs(back.amount - amount) < Decimal("0.0001")


@given(VALUES, VALUES)
def test_rates_of_two_crms_are_never_mixed(ours: Decimal, theirs: Decimal) -> None:
    """Each counts from a corporate currency of its own."""
    other = CurrencyRate(connection="hs", currency="USD", rate=theirs)
    rates = Rates(known=(rate(ours, "EUR"), other))
    assert rates.convert(Money(amount=Decimal(1), currency="USD"), "EUR", on=DAY) is None
