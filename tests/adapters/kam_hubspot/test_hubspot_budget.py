"""What a portal tells of the day's calls, and what we count where it tells nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import responses

from kam_connector.errors import BudgetExhausted
from kam_connector.model.change import Budget
from kam_connector.sync.budget import calls_left
from kam_hubspot.client import Client

ACCOUNT = "https://api.hubapi.com/account-info/2026-09/details"
SEARCH = "https://api.hubapi.com/crm/objects/2026-09/companies/search"
DATE = {"Date": "Sat, 21 Nov 2026 06:00:00 GMT"}
DAILY = DATE | {
    "X-HubSpot-RateLimit-Daily": "1000",
    "X-HubSpot-RateLimit-Daily-Remaining": "400",
}
FOUND = {"results": [], "total": 0}
Make = Callable[..., Client]


def searched(client: Client, times: int) -> Client:
    """Search so often."""
    for _ in range(times):
        client.search("companies", {"query": "x"})
    return client


@pytest.mark.guarantee("G12")
def test_searches_tell_nothing_and_are_counted_by_us(
    web: responses.RequestsMock, make_hubspot: Make
) -> None:
    """600 of 1,000 were used when last heard; 20 searches later it is 620, whatever others do."""
    web.get(ACCOUNT, json={"portalId": 1}, headers=DAILY)
    web.post(SEARCH, json=FOUND, headers=DATE)
    client = make_hubspot()
    client.account()
    budget = searched(client, 20).budget()
    assert budget == Budget(used=620, allowed=1000, spent_here=21)


@pytest.mark.guarantee("G12")
def test_the_next_answer_that_tells_counts_more_than_our_own_count(
    web: responses.RequestsMock, make_hubspot: Make
) -> None:
    """Ours since are in it already."""
    web.get(ACCOUNT, json={"portalId": 1}, headers=DAILY)
    web.post(SEARCH, json=FOUND, headers=DATE)
    client = searched(make_hubspot(), 20)
    client.account(ask=True)
    assert client.budget().used == 600


@pytest.mark.guarantee("G12")
def test_an_app_that_is_told_no_daily_limit_has_its_own_count(
    web: responses.RequestsMock, make_hubspot: Make
) -> None:
    """OAuth apps have none (usage guidelines): nothing holds them but the pace."""
    web.get(ACCOUNT, json={"portalId": 1}, headers=DATE)
    web.post(SEARCH, json=FOUND, headers=DATE)
    client = make_hubspot()
    client.account()
    budget = searched(client, 20).budget()
    assert (budget.allowed, budget.spent_here) == (None, 22)  # the second look asks once more
    assert calls_left(budget, spent_today=0, share=0.2, reserve=0.25) is None


@pytest.mark.guarantee("G12", "G13")
def test_a_day_that_is_over_is_asked_for_once(
    web: responses.RequestsMock, make_hubspot: Make
) -> None:
    """Whatever kind of app: DAILY ends the run, is not tried again, and is not a CRM that fails."""
    over = {"status": "error", "category": "RATE_LIMITS", "policyName": "DAILY"}
    web.post(SEARCH, status=429, json=over, headers=DATE)
    client = make_hubspot()
    with pytest.raises(BudgetExhausted):
        searched(client, 1)
    assert (len(web.calls), client.transport._breaker.health.failures) == (1, 0)
