"""Both adapters with answers from ``responses``: no socket, and a clock that only counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from kam_connector.model.settings import Secret
from kam_hubspot.client import Client as HubSpotClient
from kam_hubspot.settings import HubSpotSettings
from kam_salesforce.client import Client as SalesforceClient
from kam_salesforce.settings import SalesforceSettings

DATE = "Sat, 21 Nov 2026 06:00:00 GMT"
SALESFORCE = "https://acme.my.salesforce.com"
HUBSPOT = "https://api.hubapi.com"
TOKEN_URL = f"{SALESFORCE}/services/oauth2/token"


@dataclass
class CountingClock:
    """Moves by what is slept."""

    at: datetime = datetime(2026, 11, 21, 6, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Return the present."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """One adapter, reduced to a reading and a creating call."""

    read: Callable[[], Any]
    create: Callable[[], Any]
    read_url: str
    read_method: str
    create_url: str
    clock: CountingClock
    secret: str
    client: Any


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """Give the mocked web; an answer nobody asked for is no error."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield mocked


@pytest.fixture
def make_salesforce(web: responses.RequestsMock) -> Callable[..., SalesforceClient]:
    """Give a function that makes a client; sign-in by client credentials answers."""

    def make(*, clock: CountingClock | None = None, **table: Any) -> SalesforceClient:
        given = {"client_id": "app", "client_secret": Secret("hush-secret")}
        settings = SalesforceSettings(**({"domain": "acme"} | (table or given)))
        return SalesforceClient("acme", settings, clock=clock or CountingClock())

    answer = {
        "access_token": "00D000000000SBX!first",
        "instance_url": SALESFORCE,
        "id": f"{SALESFORCE}/id/00D000000000SBXEA2/005000000000001AAA",
    }
    web.post(TOKEN_URL, json=answer)
    return make


@pytest.fixture
def make_hubspot() -> Callable[..., HubSpotClient]:
    """Give a function that makes a client."""

    def make(*, clock: CountingClock | None = None, **table: Any) -> HubSpotClient:
        settings = HubSpotSettings(access_token=Secret("pat-hush-secret"), **table)
        return HubSpotClient("acme", settings, clock=clock or CountingClock())

    return make


@pytest.fixture(params=["salesforce", "hubspot"])
def caller(request: pytest.FixtureRequest, make_caller: Callable[..., Caller]) -> Caller:
    """Give each adapter in turn."""
    return make_caller(request.param)


@pytest.fixture
def make_caller(
    make_salesforce: Callable[..., SalesforceClient],
    make_hubspot: Callable[..., HubSpotClient],
) -> Callable[..., Caller]:
    """Give a function that makes one adapter; *attempts* is how often it tries."""

    def make(crm: str, *, attempts: int = 5) -> Caller:
        clock = CountingClock()
        if crm == "salesforce":
            app = {"domain": "acme", "client_id": "app", "client_secret": Secret("hush-secret")}
            return _salesforce(make_salesforce(clock=clock, attempts=attempts, **app), clock)
        return _hubspot(make_hubspot(clock=clock, attempts=attempts), clock)

    return make


def _salesforce(client: SalesforceClient, clock: CountingClock) -> Caller:
    root = f"{SALESFORCE}/services/data/v66.0"
    soql = "SELECT Id FROM Account WHERE Name = 'Nordwind'"
    return Caller(
        read=lambda: client.query(soql),
        create=lambda: client.call("composite/sobjects", method="POST", body={"records": []}),
        read_url=f"{root}/query/",
        read_method="GET",
        create_url=f"{root}/composite/sobjects",
        clock=clock,
        secret="hush-secret",
        client=client,
    )


def _hubspot(client: HubSpotClient, clock: CountingClock) -> Caller:
    root = f"{HUBSPOT}/crm/objects/2026-09/companies"
    return Caller(
        read=lambda: client.search("companies", {"query": "Nordwind"}),
        create=lambda: client.batch("companies", "create", {"inputs": []}),
        read_url=f"{root}/search",
        read_method="POST",
        create_url=f"{root}/batch/create",
        clock=clock,
        secret="pat-hush-secret",
        client=client,
    )
