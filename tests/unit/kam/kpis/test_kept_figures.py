"""Promises of the history of figures: one a day, then one a month, compared a year later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.kpis.account import account_kpis
from kam_connector.kam.kpis.history import THINNED_EVERY_DAYS, superseded, thinning_due
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kept import KeptRecords

AS_OF = date(2026, 11, 21)


def kept(day: date, value: int = 3, key: str = "effective_threads") -> KpiValue:
    """Return a figure kept on a day."""
    return KpiValue(
        id=f"{key}-{day}",
        account_id="acc_1",
        family=KpiFamily.RELATIONSHIP,
        key=key,
        as_of=day,
        value=Decimal(value),
        unit="count",
        reason="kept",
    )


def test_old_figures_are_thinned_to_the_first_of_each_month() -> None:
    """Ninety days: the last 35 stay, of the others one a month and key."""
    days = [AS_OF - timedelta(days=back) for back in range(90)]
    gone = superseded([kept(day) for day in days], AS_OF)
    staying = sorted(set(days) - {one.as_of for one in gone})
    assert staying[:3] == [date(2026, 8, 24), date(2026, 9, 1), date(2026, 10, 1)]
    assert len(staying) == 36 + 3


def test_thinning_again_takes_nothing_more() -> None:
    """What stayed once stays for ever."""
    days = [AS_OF - timedelta(days=back) for back in range(200)]
    all_ = [kept(day) for day in days]
    gone = superseded(all_, AS_OF)
    left = [one for one in all_ if one not in gone]
    assert superseded(left, AS_OF) == []


def test_every_account_has_its_day_of_thinning() -> None:
    """Once in so many days, not all accounts at once."""
    days = [AS_OF + timedelta(days=ahead) for ahead in range(THINNED_EVERY_DAYS)]
    assert sum(thinning_due("acc_1", day) for day in days) == 1


@pytest.mark.parametrize(("back", "expected"), [(365, 3), (400, 3), (420, None)])
def test_a_figure_that_cannot_be_taken_back_is_compared_with_the_kept_one(
    make: Any, back: int, expected: int | None
) -> None:
    """Threads of a year ago are those kept then, if the day is near enough."""
    old = kept(AS_OF - timedelta(days=back))
    facts = replace(make.nordwind(), kept=KeptRecords.holding([old]))
    found = {one.key: one for one in account_kpis(facts, AS_OF)}
    assert found["effective_threads"].before == expected


def test_a_figure_has_one_id_per_account_key_and_day(make: Any) -> None:
    """The same night twice replaces its own figures."""
    first, again = (account_kpis(make.nordwind(), AS_OF) for _ in range(2))
    assert [one.id for one in first] == [one.id for one in again]
    assert len({one.id for one in first}) == len(first)
    later = account_kpis(make.nordwind(), AS_OF + timedelta(days=1))
    assert not {one.id for one in first} & {one.id for one in later}
