"""A Salesforce org served by the sandbox, and connections to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.settings import Secret, read_settings
from kam_salesforce import SalesforceCrm
from kam_sandbox.state import World

__all__ = ["Org", "make_source", "pages_of", "rows_of"]


class ShortClock:
    """Waits a thousandth of what is asked, so that retries cost no test time."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@dataclass(kw_only=True)
class Org:
    """A served org, and what was asked of it."""

    world: World
    address: str
    asked: list[str] = field(default_factory=list)
    """Method and path of every request since the test began."""
    opened: list[SalesforceCrm] = field(default_factory=list)

    def crm(self, **table: Any) -> SalesforceCrm:
        """Return a connection."""
        given = {"endpoint": self.address, "client_id": "sandbox", "attempts": 3}
        given |= {"client_secret": Secret("sandbox"), **table}
        settings = read_settings(SalesforceCrm.settings_type, given, where="[x]")
        crm = SalesforceCrm.open("acme", settings, clock=ShortClock())
        send = crm._client.transport.send

        def noted(request: Any, **kwargs: Any) -> Any:
            self.asked.append(f"{request.method} {request.path_url}")
            return send(request, **kwargs)

        crm._client.transport.send = noted  # type: ignore[method-assign]
        self.opened.append(crm)
        return crm

    def fault(self, kind: str, **more: Any) -> None:
        """Schedule a fault."""
        self.world.faults.schedule({"kind": kind, "crm": "salesforce", **more})

    def count(self, words: str) -> int:
        """Return how many requests hold some words."""
        return sum(words in line for line in self.asked)


def make_source(kind: Kind, object_: str, *fields: str, **facts: Any) -> PullSource:
    """Return a source that settles at once."""
    given: dict[str, Any] = {"cursor_field": "SystemModstamp", "settle": timedelta(0)}
    return PullSource(kind=kind, object=object_, fields=tuple(sorted(fields)), **(given | facts))


def pages_of(
    crm: SalesforceCrm,
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
    return sorted((row for page in pages for row in page.rows), key=lambda row: row.ref)
