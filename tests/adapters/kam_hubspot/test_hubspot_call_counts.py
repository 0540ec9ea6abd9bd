"""How many calls HubSpot's work takes, and how near to its limits they are: on simulated time."""

from __future__ import annotations

import pytest

from benchmarks.hubspot_limits import Measured, export, fastest_s, load, write

SMALL = {"companies": 1_000, "contacts": 4_000, "deals": 1_000}


@pytest.mark.parametrize(
    ("calls", "seconds"), [(1, 0), (190, 0), (191, 10), (380, 10), (381, 20), (3_350, 170)]
)
def test_least_time_is_a_burst_every_ten_seconds(calls: int, seconds: float) -> None:
    """190 at once, and the next ones when these are ten seconds old."""
    assert fastest_s(calls) == seconds


def test_first_load_lists_whole_pages_and_reads_links_by_the_thousand() -> None:
    """Beyond the fewest calls: clock, properties, labels and stages, a few for each object."""
    done = load(SMALL)
    assert done.fewest == 60 + 7
    assert done.calls - done.fewest <= 8


def test_limits_are_met_and_nearly_used_up() -> None:
    """Within 1.1 of the least time, and no call too many."""
    done = load({"contacts": 40_000})
    assert done.refused == 0
    assert done.least_s <= done.seconds <= 1.1 * done.least_s


@pytest.mark.parametrize("shared", [False, True])
def test_write_back_compares_writes_and_checks_in_the_fewest_calls(shared: bool) -> None:
    """One read and one update a hundred; history only of fields that people write too."""
    done = write(400, shared=shared)
    assert (done.fewest, done.refused) == (8 + 8 * shared, 0)
    assert done.calls <= done.fewest + 1


@pytest.fixture(scope="module")
def exported() -> Measured:
    """Give a first load of 20,000 contacts through an export of ten minutes."""
    return export(20_000)


def test_first_load_by_export_takes_few_calls(exported: Measured) -> None:
    """A million takes the same but for the looks, which are fewer a minute; the goal is 100."""
    assert exported.records == 20_000
    assert exported.calls < 50
    assert exported.refused == 0
