"""Calls are taken from buckets that all who ask one portal share."""

from __future__ import annotations

import pytest

from kam_connector.errors import BudgetExhausted
from kam_connector.model.settings import Secret
from kam_hubspot.buckets import Buckets
from kam_hubspot.settings import HubSpotSettings
from tests.factories.clock import ManualClock
from tests.factories.hubspot_sign_in import NOW

ONE = HubSpotSettings(access_token=Secret("pat-one"))
TWO = HubSpotSettings(access_token=Secret("pat-two"))


def _take(buckets: Buckets, times: int, *, search: bool = False) -> None:
    for _ in range(times):
        buckets.take(search=search)


def test_burst_is_shared_by_all_who_use_one_app() -> None:
    """Two connections with one token make 90 calls in ten seconds together, not each."""
    clock = ManualClock(NOW)
    first, second = Buckets("a", ONE, clock=clock), Buckets("b", ONE, clock=clock)
    _take(first, 60)
    _take(second, 30)
    before = clock.now()
    _take(second, 1)
    assert (before, (clock.now() - before).total_seconds()) == (NOW, 10.0)


def test_another_app_has_a_burst_of_its_own() -> None:
    """HubSpot counts the ten seconds per app."""
    clock = ManualClock(NOW)
    _take(Buckets("a", ONE, clock=clock), 90)
    _take(Buckets("b", TWO, clock=clock), 90)
    assert clock.now() == NOW


def test_searches_are_shared_by_all_who_ask_one_portal() -> None:
    """HubSpot counts searches per portal, whichever app sends them."""
    clock = ManualClock(NOW)
    first, second = Buckets("a", ONE, clock=clock), Buckets("b", TWO, clock=clock)
    first.at_portal("4711")
    second.at_portal("4711")
    _take(first, 2, search=True)
    _take(second, 3, search=True)
    assert (clock.now() - NOW).total_seconds() == 1.0


def test_search_takes_nothing_from_the_burst() -> None:
    """HubSpot exempts searches from the ten seconds."""
    clock = ManualClock(NOW)
    buckets = Buckets("a", ONE, clock=clock)
    _take(buckets, 4, search=True)
    _take(buckets, 90)
    assert clock.now() == NOW


def test_day_without_calls_is_refused_before_it_is_asked() -> None:
    """One call in five minutes asks whether a new day has begun; none between."""
    clock = ManualClock(NOW)
    buckets = Buckets("a", ONE, clock=clock)
    buckets.heard(burst=None, left=0)
    with pytest.raises(BudgetExhausted) as caught:
        buckets.take(search=False)
    assert caught.value.crm == "a"
    clock.sleep(301)
    _take(buckets, 1)
    buckets.heard(burst=None, left=250_000)
    _take(buckets, 1)
    assert (clock.now() - NOW).total_seconds() == 301


@pytest.mark.parametrize(
    ("stated", "setting", "calls"), [(190, None, 171), (190, 50, 50), (100, 150, 90)]
)
def test_stated_burst_is_followed_up_to_the_setting(
    stated: int, setting: int | None, calls: int
) -> None:
    """Nine tenths of what the portal states, and never more than the admin allows."""
    settings = HubSpotSettings(access_token=Secret("pat-one"), calls_per_10_s=setting)
    buckets = Buckets("a", settings, clock=ManualClock(NOW))
    buckets.heard(burst=stated, left=None)
    assert buckets.calls_per_10_s == calls


@pytest.mark.parametrize(
    ("left", "calls"), [(180, 184), (177, 184), (176, 171), (100, 171), (0, 171)]
)
def test_pace_goes_near_the_limit_while_nobody_else_uses_the_app(left: int, calls: int) -> None:
    """Of 190 stated, 10 are ours: what else is missing are calls of others."""
    buckets = Buckets("a", ONE, clock=ManualClock(NOW))
    _take(buckets, 10)
    buckets.heard(burst=190, left=None, burst_left=left)
    assert buckets.calls_per_10_s == calls


def test_others_are_remembered_for_a_minute() -> None:
    """Whoever used the app a moment ago may go on; then the place is ours again."""
    clock = ManualClock(NOW)
    buckets = Buckets("a", ONE, clock=clock)
    buckets.heard(burst=190, left=None, burst_left=100)
    clock.sleep(59)
    buckets.heard(burst=190, left=None, burst_left=190)
    within = buckets.calls_per_10_s
    clock.sleep(1)
    buckets.heard(burst=190, left=None, burst_left=190)
    assert (within, buckets.calls_per_10_s) == (171, 184)


def test_lower_pace_counts_at_once() -> None:
    """After 184 calls at the pace of one, the next one waits until ten seconds hold 170."""
    clock = ManualClock(NOW)
    buckets = Buckets("a", ONE, clock=clock)
    buckets.heard(burst=190, left=None, burst_left=190)
    _take(buckets, 92)
    clock.sleep(5)
    _take(buckets, 92)
    buckets.heard(burst=190, left=None, burst_left=0)
    _take(buckets, 1)
    assert (clock.now() - NOW).total_seconds() == 10.0
    assert buckets.calls_per_10_s == 171
