"""An empty portal behind the HubSpot sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot.app import HubSpotApp, hubspot_app
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world
from tests.factories.hubspot_portal import Portal


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """Give a portal without any record."""
    apps: list[HubSpotApp] = []

    def kept(world: World) -> HubSpotApp:
        apps.append(hubspot_app(world))
        return apps[0]

    monkeypatch.setattr("kam_sandbox.server.hubspot_app", kept)
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
    world.hubspot_burst = world.hubspot_searches_per_s = 100_000  # nobody waits here
    with running(world) as addresses:
        served = Portal(world=world, address=addresses.hubspot, app=apps[0])
        yield served
        for crm in served.opened:
            crm.close()
