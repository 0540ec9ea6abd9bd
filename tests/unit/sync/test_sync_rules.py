"""The engine's small pure rules: refresh days, steady numbers, calls, precedence."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kam_connector.model.change import Budget
from kam_connector.model.kind import JsonValue, Row
from kam_connector.sync.budget import calls_left
from kam_connector.sync.combine import combine
from kam_connector.sync.compare import refresh_due
from kam_connector.sync.derive import steady_numbers

_MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize("id_", ["acc_1", "acc_2", "con_9"])
def test_each_record_is_refreshed_once_a_week(id_: str) -> None:
    """Every seven days in a row hold exactly one refresh day."""
    days = [refresh_due(id_, _MONDAY + timedelta(days=n)) for n in range(14)]
    assert (sum(days[:7]), days[:7]) == (1, days[7:])


def test_refreshes_are_spread_over_the_week() -> None:
    """No day carries more than twice its share of 700 records."""
    due = Counter(
        n
        for n in range(7)
        for record in range(700)
        if refresh_due(f"acc_{record}", _MONDAY + timedelta(days=n))
    )
    assert sum(due.values()) == 700
    assert max(due.values()) < 200


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ({"health.score": "60"}, {"health.score": "62"}, {"health.score": "60"}),
        ({"health.score": "60"}, {"health.score": "63"}, {}),
        ({"health.score": "60"}, {"health.score": None}, {}),
        ({"health.score": None}, {"health.score": "60"}, {}),
        ({}, {"health.score": "60"}, {}),
        (
            {"health.score": "60", "health.band": "amber"},
            {"health.score": "61", "health.band": "green"},
            {},
        ),
        (
            {"health.score": "60", "relationship.score": "40"},
            {"health.score": "70", "relationship.score": "41"},
            {"relationship.score": "40"},
        ),
    ],
)
def test_numbers_that_barely_moved_stay_as_shown(
    before: dict[str, JsonValue], after: dict[str, JsonValue], kept: dict[str, JsonValue]
) -> None:
    """A number is news from three points on, or when its band changes."""
    assert steady_numbers(before, after, Decimal(3)) == kept


@pytest.mark.parametrize(
    ("used", "here", "earlier", "left"),
    [(0, 0, 0, 20), (0, 5, 0, 15), (0, 5, 10, 5), (0, 20, 10, 0), (70, 0, 0, 5), (90, 0, 0, 0)],
)
def test_calls_left_is_the_smaller_of_our_share_and_what_others_leave(
    used: int, here: int, earlier: int, left: int
) -> None:
    """20 % for us, 25 % always for the others, never below zero."""
    budget = Budget(used=used, allowed=100, spent_here=here)
    assert calls_left(budget, spent_today=earlier, share=0.20, reserve=0.25) == left


def test_a_crm_without_a_limit_has_no_budget() -> None:
    """None: nothing to count against."""
    budget = Budget(used=10**6, allowed=None)
    assert calls_left(budget, spent_today=10**6, share=0.2, reserve=0.25) is None


def test_the_first_connection_with_a_value_wins() -> None:
    """Between CRMs the source order decides per field; a blank does not win."""
    hs: Row = {"city": "Lyon", "domain": "x.test", "rating": None}
    sf: Row = {"city": None, "domain": "y.test"}
    assert combine([("hs", hs), ("sf", sf)], ["sf", "hs"]) == {
        "domain": "y.test",
        "city": "Lyon",
        "rating": None,
    }
    assert combine([("zz", hs), ("sf", sf)], ["sf"])["domain"] == "y.test"
