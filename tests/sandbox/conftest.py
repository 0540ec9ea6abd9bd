"""A small world served on loopback, and independent clients that speak to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot.associations import Associations
from kam_sandbox.hubspot.ids import IdSource as HubSpotIds
from kam_sandbox.records import Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER, IdSource
from kam_sandbox.server import Addresses, running
from kam_sandbox.state import World

BEARER = "00D000000000SBX!token"
_REQUIRED: dict[str, dict[str, Any]] = {
    "Account": {"Name": "Nordwind Énergie"},
    "Contact": {"LastName": "Martin"},
    "Opportunity": {"Name": "Renewal", "StageName": "Prospecting", "CloseDate": "2027-01-30"},
    "Task": {"Subject": "Call", "Status": "Not Started", "Priority": "Normal"},
}


class Loopback(HTTPAdapter):
    """Sends whatever https address a client insists on to the sandbox."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Send the request to the sandbox."""
        split = urlsplit(request.url)
        request.url = f"{self._base}{split.path}" + (f"?{split.query}" if split.query else "")
        return super().send(request, *args, **kwargs)


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """A running sandbox, its world, and a plain HTTP session that is signed in."""

    world: World
    addresses: Addresses
    session: requests.Session

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Call a path below ``/services/data/v66.0/``."""
        url = f"{self.addresses.salesforce}/services/data/v66.0/{path}"
        return self.session.request(method, url, timeout=10, **kwargs)

    def query(self, soql: str, *, resource: str = "query") -> Any:
        """Return the records of a query's first page."""
        answer = self.call("GET", resource, params={"q": soql})
        assert answer.status_code == 200, answer.text
        return answer.json()["records"]

    def add(self, object_: str, **fields: Any) -> str:
        """Add a record a day old, with what its object requires, and return its id."""
        row = _REQUIRED.get(object_, {}) | {"OwnerId": INTEGRATION_USER} | fields
        at = self.world.clock.now() - timedelta(days=1)
        return self.world.salesforce.insert(object_, row, by=INTEGRATION_USER, at=at).id

    def control(self, method: str, page: str, **kwargs: Any) -> Any:
        """Call the control plane and return its JSON."""
        url = f"{self.addresses.salesforce}/_sandbox/{page}"
        return self.session.request(method, url, timeout=10, **kwargs).json()


def salesforce_world(**options: Any) -> World:
    """Return an empty world."""
    clock = WorldClock()
    hubspot_ids = HubSpotIds()
    return World(
        clock=clock,
        salesforce=Records(clock, IdSource()),
        hubspot=Records(clock, hubspot_ids),
        associations=Associations(),
        **options,
    )


@pytest.fixture(scope="session")
def key_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one directory for the JWT key, so that it is made once."""
    return tmp_path_factory.mktemp("jwt-key")


@pytest.fixture
def make_sandbox(key_directory: Path) -> Iterator[Callable[..., Sandbox]]:
    """Give a function that serves an empty world until the test ends."""
    opened: list[Any] = []

    def make(**options: Any) -> Sandbox:
        world = salesforce_world(**options)
        context = running(world, state_dir=key_directory)
        addresses = context.__enter__()
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {BEARER}"
        opened.extend([session.close, lambda: context.__exit__(None, None, None)])
        return Sandbox(world=world, addresses=addresses, session=session)

    yield make
    for close in opened:
        close()


@pytest.fixture
def sandbox(make_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """Serve an empty world."""
    return make_sandbox()


@pytest.fixture
def loopback(sandbox: Sandbox) -> Iterator[requests.Session]:
    """Give a session that reaches the sandbox whatever the address."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Loopback(sandbox.addresses.salesforce))
    yield session
    session.close()


@pytest.fixture
def simple(loopback: requests.Session) -> Salesforce:
    """Sign simple-salesforce in by client credentials."""
    return Salesforce(
        consumer_key="sandbox",
        consumer_secret="sandbox",
        domain="acme.my",
        version="66.0",
        session=loopback,
    )
