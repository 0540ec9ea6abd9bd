"""A portal of the sandbox that our connection asks without a socket, on a clock that only counts.

Limits, lag and exports of the portal pass by the same clock, so that nobody waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from kam_connector.model.pull import Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.settings import Secret, read_settings
from kam_hubspot import HubSpotCrm
from kam_sandbox.clock import START, WorldClock
from kam_sandbox.direct import Direct
from kam_sandbox.hubspot.app import HubSpotApp, hubspot_app
from kam_sandbox.hubspot.settings import TOKEN, PortalSettings
from kam_sandbox.records import Record
from kam_sandbox.state import World
from kam_sandbox.world.build import build_world, empty_world

__all__ = ["DirectPortal", "SimulatedClock", "pulled"]

_URL = "http://127.0.0.1:1"
_LONG_AGO = START - timedelta(days=300)


@dataclass(slots=True)
class SimulatedClock:
    """Our own time; waiting is all that moves it."""

    seconds: float = 0.0

    def now(self) -> datetime:
        """Return the present."""
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.seconds += seconds


class DirectPortal:
    """A portal, its world, and connections to it.

    Args:
        scale: How large a world of stories; none: an empty one.
        settings: What an administrator may change about the portal.
    """

    def __init__(self, *, scale: float = 0.0, **settings: Any) -> None:
        self.clock = SimulatedClock()
        clock = WorldClock(monotonic=lambda: self.clock.seconds)
        self.world: World = (
            build_world(clock=clock, scale=scale)
            if scale
            else empty_world(seed=7, bare=False, clock=clock, multi_currency=False)
        )
        self.app: HubSpotApp = hubspot_app(self.world, settings=PortalSettings(**settings))
        self.app.portal.limiter.monotonic = lambda: self.clock.seconds
        self.asked: list[str] = []
        """Method and path of every request."""
        self.signed: list[str] = []
        """Those that carried a token."""
        self.before: Callable[[str], None] = lambda _asked: None
        """Called with each request before it is answered."""

    def connect(self, **table: Any) -> HubSpotCrm:
        """Return a connection to the portal."""
        table = {"endpoint": _URL, "access_token": Secret(TOKEN), **table}
        settings = read_settings(HubSpotCrm.settings_type, table, where="[x]")
        crm = HubSpotCrm.open("acme", settings, clock=self.clock)
        line = Direct(self.app, world=self.world, crm="hubspot", heard=self._heard)
        crm._client.transport.mount("http://", line)
        crm._client.transport.mount("https://", line)
        return crm

    def add(self, object_: str, *, at: datetime = _LONG_AGO, **fields: Any) -> Record:
        """Put a record straight into the world, made by a person."""
        return self.world.hubspot.insert(object_, fields, by="4711", at=at)

    def link(self, start: Record, end: Record, type_id: int) -> None:
        """Associate two records."""
        ends = start.object, start.id, end.object, end.id
        self.world.associations.link(*ends, type_id)

    def _heard(self, request: requests.PreparedRequest) -> None:
        asked = f"{request.method} {urlsplit(str(request.url)).path}"
        self.asked.append(asked)
        self.signed += [asked] * ("Authorization" in request.headers)
        self.before(asked)

    def calls_of(self, part: str) -> int:
        """Return how many requests have a text in their method and path."""
        return sum(part in one for one in self.asked)


def pulled(
    crm: HubSpotCrm, source: PullSource, *, cursor: Any = None, page_size: int | None = None
) -> tuple[dict[str, PulledRow], list[Page]]:
    """Return what a pull of changes gives: the rows by ref, and its pages."""
    request = PullRequest(source=source, stream=Stream.CHANGES, cursor=cursor, page_size=page_size)
    pages = list(crm.pull(request))
    return {row.ref: row for page in pages for row in page.rows}, pages
