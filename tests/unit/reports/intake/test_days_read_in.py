"""Days and months mean what French and English mean by them, or are asked about."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.reports.intake.days import Order, day_order, read_day, read_month, read_year
from kam_connector.reports.intake.problem import Unreadable

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20", "2026-11-20T08:00:00Z", "2026-11-20 08:00", "20/11/2026", "20.11.2026",
        "20-11-2026", "11/20/2026", "20 nov. 2026", "20 novembre 2026", "November 20, 2026",
        "Nov 20th 2026", "20 NOV 2026",
    ],
)  # fmt: skip
def test_days_of_both_languages(text: str) -> None:
    """Where only one reading is possible."""
    assert read_day(text) == DAY


def test_the_first_of_a_month_is_french_too() -> None:
    """1er février."""
    assert read_day("1er février 2026") == date(2026, 2, 1)


def test_an_ambiguous_day_is_asked_about() -> None:
    """Both readings are named."""
    with pytest.raises(Unreadable) as caught:
        read_day("03/04/2026")
    assert caught.value.problem.code == "KAM-3311"
    assert caught.value.problem.text == '"03/04/2026" may be 2026-04-03 or 2026-03-04.'


@pytest.mark.parametrize(
    ("order", "day"), [(Order.DMY, date(2026, 4, 3)), (Order.MDY, date(2026, 3, 4))]
)
def test_the_order_decides(order: Order, day: date) -> None:
    """Once somebody says it."""
    assert read_day("03/04/2026", order=order) == day


def test_an_order_that_does_not_fit_is_refused() -> None:
    """The 20th month is none."""
    with pytest.raises(Unreadable):
        read_day("20/11/2026", order=Order.MDY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/02/2026",
        "2026-13-01",
        "20/11/26",
        "45000",
        "0001-01-01",
        "=TODAY()",
    ],
)
def test_anything_else_is_no_day(text: str) -> None:
    """Two-digit years and serial numbers included."""
    with pytest.raises(Unreadable):
        read_day(text)


@pytest.mark.parametrize(
    "text",
    ["2026-10", "10/2026", "oct. 2026", "Octobre 2026", "October 2026", "202610", "2026-10-31"],
)
def test_months_of_both_languages(text: str) -> None:
    """Their first day."""
    assert read_month(text) == date(2026, 10, 1)


def test_other_cells_tell_the_order() -> None:
    """If they agree."""
    assert day_order(["03/04/2026", "20/11/2026"]) is Order.DMY
    assert day_order(["11/20/2026"]) is Order.MDY
    assert day_order(["11/20/2026", "20/11/2026"]) is None


@pytest.mark.parametrize("text", ["26", "1492", "20260", "soon"])
def test_no_year(text: str) -> None:
    """Four digits of our times."""
    with pytest.raises(Unreadable):
        read_year(text)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_problem(text: str) -> None:
    """Never anything else."""
    with suppress(Unreadable):
        assert isinstance(read_day(text), date)
    with suppress(Unreadable):
        assert read_month(text).day == 1
