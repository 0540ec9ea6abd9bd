"""A small portal on loopback, driven by an independent client and by plain requests."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
import uvicorn
from hubspot import HubSpot

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.hubspot.app import HubSpotApp, hubspot_app
from kam_sandbox.hubspot.associations import Associations
from kam_sandbox.hubspot.ids import IdSource
from kam_sandbox.hubspot.limiter import Limits
from kam_sandbox.hubspot.portal import Portal, PortalSettings
from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce.ids import IdSource as SalesforceIds
from kam_sandbox.state import World
from kam_sandbox.wire import Wire

TOKEN = "pat-sandbox-0000"
LONG_AGO = START - timedelta(days=300)


@dataclass
class Rig:
    """One running portal and the means to reach it."""

    world: World
    app: HubSpotApp
    url: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def portal(self) -> Portal:
        """The account that is served."""
        return self.app.portal

    @property
    def client(self) -> Any:
        """An independent client, signed in."""
        return HubSpot(access_token=TOKEN, host=self.url)

    def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        token: str = TOKEN,
        params: Sequence[tuple[str, str]] | dict[str, str] = (),
    ) -> requests.Response:
        """Make one request."""
        headers = {"Authorization": f"Bearer {token}"}
        return self.session.request(
            method, self.url + path, json=json, headers=headers, params=params, timeout=5
        )

    def add(self, object_: str, *, at: datetime = LONG_AGO, **fields: Any) -> Record:
        """Put a record straight into the world, made long ago by a person."""
        return self.world.hubspot.insert(object_, fields, by="4711", at=at)

    def link(self, start: Record, end: Record, type_id: int | None = None) -> None:
        """Associate two records."""
        self.world.associations.link(start.object, start.id, end.object, end.id, type_id)

    def wait(self, seconds: float = 60.0) -> None:
        """Let world time pass."""
        self.world.clock.advance(seconds)

    def stored(self, record: Record, name: str) -> Any:
        """Return what the world holds now."""
        return record.fields.get(name)


def make_world(*, bare: bool = False) -> World:
    """Return an empty world whose clock stands still between calls of ``wait``."""
    clock = WorldClock(monotonic=lambda: 0.0)
    return World(
        clock=clock,
        salesforce=Records(clock=clock, new_id=SalesforceIds()),
        hubspot=Records(clock=clock, new_id=IdSource()),
        associations=Associations(),
        bare=bare,
    )


class Line:
    """One listener for many portals, one after the other: starting a listener is what costs."""

    def __init__(self) -> None:
        self.app: Any = None
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on to the portal of the moment."""
        await self.app(scope, receive, send)

    @contextmanager
    def listening(self) -> Iterator[Line]:
        """Listen on a free loopback port until the block ends."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            self,
            loop="asyncio",
            lifespan="off",
            log_config=None,
            date_header=False,
            timeout_graceful_shutdown=0,
        )
        server = uvicorn.Server(config)
        serve = server.serve(sockets=[listener])
        thread = threading.Thread(target=asyncio.run, args=(serve,), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.002)
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join(timeout=5)


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """The listener that a module's tests share."""
    with Line().listening() as line:
        yield line


@pytest.fixture
def make_rig(line: Line) -> Iterator[Callable[..., Rig]]:
    """Start a portal in place of the one before."""
    rigs = []

    def start(*, bare: bool = False, features: Iterable[str] = (), **settings: Any) -> Rig:
        settings.setdefault("limits", Limits(burst=100_000, search_per_s=100_000))
        world = make_world(bare=bare)
        world.portal_features = frozenset(features)
        app = hubspot_app(world, settings=PortalSettings(**settings))
        line.app = Wire(app, world=world, crm="hubspot")
        rigs.append(Rig(world, app, line.url))
        return rigs[-1]

    yield start
    for rig in rigs:
        rig.session.close()


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    """A portal with our properties and limits too high to be met."""
    return make_rig()
