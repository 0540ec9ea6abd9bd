"""A HubSpot portal served by the sandbox, and connections to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.settings import Secret, read_settings
from kam_hubspot import HubSpotCrm
from kam_sandbox.hubspot.app import HubSpotApp
from kam_sandbox.records import Record
from kam_sandbox.server import HUBSPOT_TOKEN
from kam_sandbox.state import World

__all__ = ["Portal", "make_source", "pages_of", "rows_of"]


class ShortClock:
    """Waits a thousandth of what is asked, so that retries cost no test time."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@dataclass(kw_only=True)
class Portal:
    """A served portal, and what was asked of it."""

    world: World
    address: str
    app: HubSpotApp
    asked: list[str] = field(default_factory=list)
    """Method and path of every request since the test began."""
    opened: list[HubSpotCrm] = field(default_factory=list)

    def crm(self, **table: Any) -> HubSpotCrm:
        """Return a connection."""
        given = {"endpoint": self.address, "access_token": Secret(HUBSPOT_TOKEN), "attempts": 3}
        settings = read_settings(HubSpotCrm.settings_type, given | table, where="[x]")
        crm = HubSpotCrm.open("acme", settings, clock=ShortClock())
        send = crm._client.transport.send

        def noted(request: Any, **kwargs: Any) -> Any:
            self.asked.append(f"{request.method} {request.path_url}")
            return send(request, **kwargs)

        crm._client.transport.send = noted  # type: ignore[method-assign]
        self.opened.append(crm)
        return crm

    def add(self, object_: str, *, at: datetime | None = None, **fields: Any) -> Record:
        """Add a record, as a person does."""
        return self.world.hubspot.insert(object_, fields, by="person", at=at)

    def add_many(self, object_: str, count: int, name: str, **fields: Any) -> list[Record]:
        """Add records whose name ends in their number, from 0."""
        given = [{name: f"Nord {n}", **fields} for n in range(count)]
        return [self.world.hubspot.insert(object_, one, by="person") for one in given]

    def link_all(self, one: Record, others: Iterable[Record]) -> None:
        """Associate a record with many."""
        for other in others:
            self.link(one, other)

    def link(self, one: Record, other: Record, type_id: int | None = None, **more: Any) -> None:
        """Associate two records."""
        links = self.world.associations
        links.link(one.object, one.id, other.object, other.id, type_id, **more)

    def fault(self, kind: str, **more: Any) -> None:
        """Schedule a fault."""
        self.world.faults.schedule({"kind": kind, "crm": "hubspot", **more})

    def later(self, seconds: float = 60.0) -> None:
        """Let time pass in the portal."""
        self.world.clock.advance(seconds)

    def count(self, words: str) -> int:
        """Return how many requests hold some words."""
        return sum(words in line for line in self.asked)


def make_source(kind: Kind, object_: str, *fields: str, **facts: Any) -> PullSource:
    """Return a source that settles at once."""
    stamp = "lastmodifieddate" if object_ == "contacts" else "hs_lastmodifieddate"
    given: dict[str, Any] = {"cursor_field": stamp, "settle": timedelta(0)}
    return PullSource(kind=kind, object=object_, fields=tuple(sorted(fields)), **(given | facts))


def pages_of(
    crm: HubSpotCrm,
    source: PullSource,
    *,
    cursor: Cursor | None = None,
    size: int | None = None,
    stream: Stream = Stream.CHANGES,
) -> list[Page]:
    """Pull a stream to its end."""
    request = PullRequest(source=source, stream=stream, cursor=cursor, page_size=size)
    return list(crm.pull(request))


def rows_of(pages: list[Page]) -> list[PulledRow]:
    """Return the rows of all pages, by ref."""
    return sorted((row for page in pages for row in page.rows), key=lambda row: int(row.ref))
