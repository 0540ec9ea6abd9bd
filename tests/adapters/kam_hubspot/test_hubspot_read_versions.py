"""Every version of the API reads the same, through the whole shipped mapping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kam_connector.mapping import load_mapping, pull_sources, shipped_mapping_path
from kam_connector.model.pull import Cursor, PulledRow, PullSource, Stream
from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot import lifecycle
from kam_sandbox.hubspot.app import hubspot_app
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.factories.hubspot_portal import Portal, pages_of

pytestmark = pytest.mark.enable_socket

SOURCES = pull_sources(load_mapping(shipped_mapping_path("hubspot")))
NEWEST = "2026-09"
OTHERS = ("2026-03", "v3")
FAMILIES = {"2026-03": ("/2026-03",), "v3": ("/v3/", "/v4/")}


@pytest.fixture(scope="module")
def served() -> Iterator[Portal]:
    """Serve a small portal with something in the bin, and two companies merged."""
    world = build_world(clock=WorldClock(), scale=0.05)
    world.hubspot_burst = world.hubspot_searches_per_s = 100_000
    world.multi_currency = True
    first, second, third = list(world.hubspot.all("companies"))[:3]
    lifecycle.merge(world, first, second, by="person")
    lifecycle.archive(world, third, by="person")
    world.hubspot.insert("tasks", {"hs_task_subject": "Call", "kam_key": "act_1"}, by="person")
    world.clock.advance(7200)
    with running(world) as addresses:
        portal = Portal(world=world, address=addresses.hubspot, app=hubspot_app(world))
        yield portal
        for crm in portal.opened:
            crm.close()


def everything(portal: Portal, source: PullSource, version: str) -> list[PulledRow]:
    """Return what backfill, a window of a year, the bin and a read by id bring."""
    crm = portal.crm(api_version=version)
    since = Cursor(since=portal.world.clock.now() - timedelta(days=365))
    pages = [
        *pages_of(crm, source),
        *pages_of(crm, source, cursor=since),
        *pages_of(crm, source, stream=Stream.ARCHIVED),
    ]
    rows = [row for page in pages for row in page.rows]
    return [*rows, *crm.read(source, [row.ref for row in rows[:50]]).values()]


@pytest.mark.parametrize("version", OTHERS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_all_versions_read_the_same(served: Portal, source: PullSource, version: str) -> None:
    """Dated or numbered: the same rows with the same values, links and virtual fields."""
    expected = everything(served, source, NEWEST)
    served.asked.clear()
    assert everything(served, source, version) == expected
    assert expected
    assert all(any(one in line for one in FAMILIES[version]) for line in served.asked)
