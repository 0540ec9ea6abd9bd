"""An empty portal behind the HubSpot sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.world.build import empty_world
from tests.factories.hubspot_portal import Portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    """Give a portal without any record."""
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
    world.hubspot_burst = world.hubspot_searches_per_s = 100_000  # nobody waits here
    with running(world) as addresses:
        served = Portal(world=world, address=addresses.hubspot)
        yield served
        for crm in served.opened:
            crm.close()
