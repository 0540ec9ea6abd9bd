"""A guard at the sockets: no name is looked up and no connection made, and all are counted."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field
from typing import Any

import pytest

__all__ = ["Guard"]

_OURS = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+salesforce\.(?:com|mil)|api(?:-[a-z]{2,3}[0-9])?"
    r"\.hubapi\.com|(?:[a-z0-9-]+\.)*(?:hubspot\.com|hubapi\.com|hubspot\.net"
    r"|hubspotusercontent(?:-[a-z0-9]+)?\.(?:com|net)|amazonaws\.com)"
)
"""Written down here once more, so that a hole in the product's own list is seen."""


@dataclass
class Guard:
    """Every host and port that somebody wanted to reach."""

    wanted: list[tuple[str, int]] = field(default_factory=list)

    def outside(self) -> list[tuple[str, int]]:
        """Return what is neither a CRM's host nor its port."""
        return [one for one in self.wanted if one[1] != 443 or not _OURS.fullmatch(one[0])]

    def look_up(self, host: Any, port: Any, *_args: Any, **_more: Any) -> Any:
        """Stand in the place of the name service."""
        name = host.decode() if isinstance(host, bytes) else str(host)
        self.wanted.append((name, int(port or 0)))
        raise socket.gaierror(socket.EAI_NONAME, "guarded")

    def connect(self, address: Any) -> Any:
        """Stand in the place of every connection that needs no name service."""
        self.wanted.append((str(address[0]), int(address[1])))
        raise ConnectionRefusedError("guarded")


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Guard:
    """Give the guard, in the place of the operating system's own functions."""
    guard = Guard()
    monkeypatch.setattr(socket, "getaddrinfo", guard.look_up)
    monkeypatch.setattr(socket.socket, "connect", guard.connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guard.connect)
    return guard
