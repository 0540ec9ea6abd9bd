"""Connections to Salesforce: no hidden retry, and an answer's head that is whole in time.

urllib3's read timeout is for one silence: a head that drips, a byte at a time, would never end.
"""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import PoolManager, pool_classes_by_scheme
from urllib3.util.retry import Retry

__all__ = ["Line"]


class Line(HTTPAdapter):
    """What a session sends through: one attempt, and a head within the time of one silence."""

    def __init__(self) -> None:
        super().__init__(max_retries=Retry(0, read=False, redirect=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Make the pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        _watch(manager)
        return manager


class _Head:
    """Stands for a socket while an answer is read from it: its head has a time to end by."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._silence_s = sock.gettimeout()
        self._until = time.monotonic() + (self._silence_s or 0.0)
        self.is_read = self._silence_s is None

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        """Return what ``http.client`` reads the answer from."""
        return io.BufferedReader(_Arriving(self, self._sock.makefile("rb", buffering=0)))

    def read(self, raw: io.RawIOBase, into: Any) -> int | None:
        """Read what has come.

        Raises:
            TimeoutError: A silence, or no whole head in the time of one.
        """
        if self.is_read:
            return raw.readinto(into)
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the head of the answer did not end in time")
        self._sock.settimeout(left_s)
        try:
            return raw.readinto(into)
        finally:
            self._sock.settimeout(self._silence_s)


class _Arriving(io.RawIOBase):
    """The bytes of one answer."""

    def __init__(self, head: _Head, raw: Any) -> None:
        self._head = head
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        return self._head.read(self._raw, into)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer whose head is watched; what bounds its body is ``streams``."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        self._head = _Head(sock)
        super().__init__(self._head, *args, **kwargs)  # type: ignore[arg-type]  # it makes a file

    def begin(self, *args: Any, **kwargs: Any) -> None:
        """Read status and headers."""
        super().begin(*args, **kwargs)
        self._head.is_read = True


class _Http(HTTPConnection):
    response_class = _Answer


class _Https(HTTPSConnection):
    response_class = _Answer


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


def _watch(manager: PoolManager) -> None:
    """Let a manager make our connections, unless it has its own kind (SOCKS)."""
    if manager.pool_classes_by_scheme is pool_classes_by_scheme:
        manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
