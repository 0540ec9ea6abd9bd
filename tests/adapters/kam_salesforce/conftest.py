"""A small world behind the Salesforce sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from tests.factories.salesforce_org import Org


@pytest.fixture(scope="module")
def served_world() -> Iterator[tuple[World, str]]:
    """Serve a small world for this module."""
    world = build_world(clock=WorldClock(), scale=0.1)
    with running(world) as addresses:
        yield world, addresses.salesforce


@pytest.fixture
def org(served_world: tuple[World, str]) -> Iterator[Org]:
    """Give the served org."""
    served = Org(world=served_world[0], address=served_world[1])
    yield served
    for crm in served.opened:
        crm.close()
    served.world.faults.clear()
