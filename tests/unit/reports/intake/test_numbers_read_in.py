"""Amounts mean what French and English mean by them, or are asked about."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.reports.intake.numbers import Point, decimal_point, read_number, split_currency
from kam_connector.reports.intake.problem import Unreadable


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234\u202f567,8", "1234567.8"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1234567", "1234567"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("-12.5", "-12.5"),
        ("\u221212,5", "-12.5"),
        ("(1,234.50)", "-1234.50"),
        ("+5", "5"),
        ("007", "7"),
    ],
)
def test_numbers_of_both_languages(text: str, number: str) -> None:
    """Whatever parts thousands and decimals."""
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12,500"])
def test_what_reads_two_ways_is_asked_about(text: str) -> None:
    """One thousand, or a little more than one."""
    with pytest.raises(Unreadable) as caught:
        read_number(text)
    assert caught.value.problem.code == "KAM-3311"


@pytest.mark.parametrize(
    ("text", "point", "number"),
    [
        ("1,234", Point.COMMA, "1.234"),
        ("1,234", Point.POINT, "1234"),
        ("1.234", Point.COMMA, "1234"),
    ],
)
def test_it_is_read_as_the_file_writes(text: str, point: Point, number: str) -> None:
    """Once that is known."""
    assert read_number(text, point=point) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@SUM(A1)", "+A1", "-cmd|' /C calc'!A0", "\t=1", '=HYPERLINK("http://x")'],
)
def test_a_formula_is_no_number(text: str) -> None:
    """It is refused by name."""
    with pytest.raises(Unreadable) as caught:
        read_number(text)
    assert caught.value.problem.code == "KAM-3316"


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1 2", "1,2,3", "12 34,5", "1e5", "NaN", "Infinity", "1.2.3,4", "9" * 30, "٣"],
)
def test_anything_else_is_no_number(text: str) -> None:
    """Nothing is guessed out of it."""
    with pytest.raises(Unreadable):
        read_number(text)


def test_other_cells_tell_how_a_file_writes() -> None:
    """If they agree."""
    assert decimal_point(["1,234", "12,5"]) is Point.COMMA
    assert decimal_point(["1,234.50", "7"]) is Point.POINT
    assert decimal_point(["1,5", "1.5"]) is None
    assert decimal_point(["1,234"]) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("€1,200.50", ("1,200.50", "EUR")),
        ("1 200 EUR", ("1 200", "EUR")),
        ("CHF 5", ("5", "CHF")),
        ("-£5", ("-5", "GBP")),
        ("$5", ("5", None)),
        ("5", ("5", None)),
    ],
)
def test_a_currency_beside_the_amount_is_read(text: str, parts: tuple[str, str | None]) -> None:
    """A dollar may be any dollar."""
    assert split_currency(text) == parts


@given(st.decimals(-(10**9), 10**9, places=2))
def test_what_either_language_writes_comes_back(number: Decimal) -> None:
    """Whole numbers of thousands excepted, nothing is ambiguous with two decimals."""
    english = f"{number:,.2f}"
    french = english.replace(",", "\u202f").replace(".", ",")
    assert read_number(english) == read_number(french) == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_problem(text: str) -> None:
    """Never anything else."""
    with suppress(Unreadable):
        assert read_number(text).is_finite()
